import fc from 'fast-check';
import type { INodeExecutionData } from 'n8n-workflow';

import { planBatches } from '../../../nodes/KooSearch/batching/planBatches';
import { toItemsPerBatch, toItemsPerId } from '../../../nodes/KooSearch/batching/toItems';
import type { Entry, FinishedBatch, Outcome } from '../../../nodes/KooSearch/batching/types';
import { CallFailure } from '../../../nodes/KooSearch/transport/errors';

const OUTCOMES: Outcome[] = [
	{
		state: 'answered',
		settled: { statusOf: (id) => `done ${id}`, confirmed: 1, strangers: [] },
	},
	{ state: 'failed', failure: new CallFailure('It was refused.', 'call') },
	{ state: 'skipped' },
	{ state: 'skipped', because: new CallFailure('Signed out.', 'run') },
];

const entries: fc.Arbitrary<Entry[]> = fc
	.array(
		fc.record({
			ids: fc.uniqueArray(
				fc.integer({ min: 0, max: 30 }).map((n) => `id${n}`),
				{ minLength: 1 },
			),
			knowledgeBaseId: fc.constantFrom('kb1', 'kb2'),
			directoryId: fc.constantFrom(null, 'd1'),
		}),
		{ minLength: 1, maxLength: 25 },
	)
	.map((list) => list.map(({ ids, ...target }, itemIndex) => ({ itemIndex, ids, target })));

/** A plan, and random outcomes of its batches. */
const runs = fc
	.record({
		entries,
		batchSize: fc.integer({ min: 1, max: 10 }),
		outcomes: fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 20 }),
	})
	.map(({ entries, batchSize, outcomes }) => {
		const plan = planBatches(entries, batchSize);
		const finished: FinishedBatch[] = plan.batches.map((batch, n) => ({
			...batch,
			outcome: outcomes[n % outcomes.length],
		}));
		return { entries, plan, finished };
	});

function itemOf({ pairedItem }: INodeExecutionData): number {
	const [first] = [pairedItem as { item: number } | Array<{ item: number }>].flat();
	return first.item;
}

function isError({ json }: INodeExecutionData): boolean {
	return 'error' in json;
}

it('answers every input item for every ID, in order, results before the one error', () => {
	fc.assert(
		fc.property(runs, ({ entries, plan, finished }) => {
			const results = { entries: plan.accepted, rejections: plan.contradictions, finished };
			const items = toItemsPerId(results, (id, target, settled) => ({
				id,
				status: settled.statusOf(id),
				...target,
			}));
			expect(items.map(itemOf)).toEqual([...items.map(itemOf)].sort((a, b) => a - b));
			for (const { itemIndex, ids, target } of entries) {
				const own = items.filter((item) => itemOf(item) === itemIndex);
				const told = own.filter((item) => !isError(item)).map(({ json }) => json.id);
				const errors = own.filter(isError);
				expect(errors.length).toBeLessThanOrEqual(1);
				expect(own.findIndex(isError)).toBe(errors.length === 0 ? -1 : own.length - 1);
				expect(told).toEqual(ids.filter((id) => told.includes(id)));
				for (const { json } of own.filter((item) => !isError(item))) {
					expect(json).toMatchObject({ ...target, status: `done ${json.id}` });
				}
				const named = new Set(String(errors[0]?.json.error).match(/\bid\d+/g) ?? []);
				const isContradiction = plan.contradictions.some((one) => one.itemIndex === itemIndex);
				for (const id of ids) {
					if (!isContradiction) expect([id, told.includes(id)]).toEqual([id, !named.has(id)]);
				}
				if (isContradiction) expect(told).toEqual([]);
			}
		}),
	);
});

it('tells of every answered call once, paired with every item that named one of its IDs', () => {
	fc.assert(
		fc.property(runs, ({ plan, finished }) => {
			const results = { entries: plan.accepted, rejections: plan.contradictions, finished };
			const items = toItemsPerBatch(results, ({ ids, target }) => ({ ids, ...target }));
			const calls = items.filter((item) => !isError(item));
			const answered = finished.filter(({ outcome }) => outcome.state === 'answered');
			expect(calls.map(({ json }) => json.ids)).toEqual(answered.map(({ ids }) => ids));
			for (const { json, pairedItem } of calls) {
				const named = plan.accepted.filter(
					({ ids, target }) =>
						target.knowledgeBaseId === json.knowledgeBaseId &&
						target.directoryId === json.directoryId &&
						ids.some((id) => (json.ids as string[]).includes(id)),
				);
				expect(pairedItem).toEqual(named.map(({ itemIndex }) => ({ item: itemIndex })));
			}
		}),
	);
});

it('gives each item an object of its own', () => {
	const target = { knowledgeBaseId: 'kb' };
	const [outcome] = OUTCOMES;
	const finished = [{ target, ids: ['a'], outcome }];
	const entry = { itemIndex: 0, target, ids: ['a'] };
	const results = { entries: [entry, { ...entry, itemIndex: 1 }], rejections: [], finished };
	const [first, second] = toItemsPerId(results, (id) => ({ id }));
	expect(first.json).not.toBe(second.json);
});

import fc from 'fast-check';
import type { INodeExecutionData } from 'n8n-workflow';

import {
	planBatches,
	targetSharing,
} from '../../../../nodes/KooSearch/execution/batch/planBatches';
import {
	toItemsPerBatch,
	toItemsPerId,
	toItemsPlanned,
} from '../../../../nodes/KooSearch/execution/batch/toItems';
import type {
	Batch,
	FinishedBatch,
	ItemRequest,
	Outcome,
} from '../../../../nodes/KooSearch/execution/batch/types';
import { failureOf } from './fixtures';

/** What may become of a batch. */
const OUTCOMES: Array<(batch: Batch) => Outcome> = [
	({ ids }) => {
		const statuses = new Map(ids.map((id) => [id, `done ${id}`]));
		return { state: 'succeeded', result: { statuses, confirmed: 1, unexpectedIds: [] } };
	},
	() => ({ state: 'failed', failure: failureOf('call') }),
	() => ({ state: 'skipped' }),
	() => ({ state: 'skipped', cause: failureOf('run') }),
];

const requests: fc.Arbitrary<ItemRequest[]> = fc
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
	.map((list) => {
		const share = targetSharing();
		return list.map(({ ids, ...target }, itemIndex) => ({ itemIndex, ids, target: share(target) }));
	});

/** A plan, and random outcomes of its batches. */
const runs = fc
	.record({
		requests,
		batchSize: fc.integer({ min: 1, max: 10 }),
		outcomes: fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 20 }),
	})
	.map(({ requests, batchSize, outcomes }) => {
		const plan = planBatches(requests, batchSize, () => 'Two targets.');
		const finished: FinishedBatch[] = plan.batches.map((batch, n) => ({
			...batch,
			outcome: outcomes[n % outcomes.length](batch),
		}));
		return { requests, plan, finished };
	});

function itemOf({ pairedItem }: INodeExecutionData): number {
	const [first] = [pairedItem as { item: number } | Array<{ item: number }>].flat();
	return first.item;
}

function isError({ json }: INodeExecutionData): boolean {
	return 'error' in json;
}

it('Every input item has an answer for every ID, in order, results before the one error', () => {
	fc.assert(
		fc.property(runs, ({ requests, plan, finished }) => {
			const results = { requests: plan.accepted, invalidItems: plan.conflicts, finished };
			const items = toItemsPerId(results, (id, target, result) => ({
				id,
				status: result.statuses.get(id),
				...target,
			}));
			expect(items.map(itemOf)).toEqual([...items.map(itemOf)].sort((a, b) => a - b));
			for (const { itemIndex, ids, target } of requests) {
				const own = items.filter((item) => itemOf(item) === itemIndex);
				const shown = own.filter((item) => !isError(item)).map(({ json }) => json.id);
				const errors = own.filter(isError);
				expect(errors.length).toBeLessThanOrEqual(1);
				expect(own.findIndex(isError)).toBe(errors.length === 0 ? -1 : own.length - 1);
				expect(shown).toEqual(ids.filter((id) => shown.includes(id)));
				for (const { json } of own.filter((item) => !isError(item))) {
					expect(json).toMatchObject({ ...target, status: `done ${json.id}` });
				}
				const named = new Set(String(errors[0]?.json.error).match(/\bid\d+/g) ?? []);
				const isConflict = plan.conflicts.some((one) => one.itemIndex === itemIndex);
				for (const id of ids) {
					if (!isConflict) expect([id, shown.includes(id)]).toEqual([id, !named.has(id)]);
				}
				if (isConflict) expect(shown).toEqual([]);
			}
		}),
	);
});

it('Every call that succeeded is one item, paired with every item that named one of its IDs', () => {
	fc.assert(
		fc.property(runs, ({ plan, finished }) => {
			const results = { requests: plan.accepted, invalidItems: plan.conflicts, finished };
			const items = toItemsPerBatch(results, ({ ids, target }) => ({ ids, ...target }));
			const calls = items.filter((item) => !isError(item));
			const succeeded = finished.filter(({ outcome }) => outcome.state === 'succeeded');
			expect(calls.map(({ json }) => json.ids)).toEqual(succeeded.map(({ ids }) => ids));
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

it('Each item has an object of its own', () => {
	const target = { knowledgeBaseId: 'kb' };
	const [succeeded] = OUTCOMES;
	const batch = { target, ids: ['a'] };
	const finished = [{ ...batch, outcome: succeeded(batch) }];
	const requests = [0, 1].map((itemIndex) => ({ itemIndex, ...batch }));
	const results = { requests, invalidItems: [], finished };
	const [first, second] = toItemsPerId(results, (id) => ({ id }));
	expect(first.json).not.toBe(second.json);
});

it('A call that would be made is one item, among the items that cannot be carried out', () => {
	const target = { knowledgeBaseId: 'kb' };
	const requests = [
		{ itemIndex: 0, target, ids: ['a', 'b'] },
		{ itemIndex: 2, target, ids: ['b', 'c'] },
	];
	const batches = [
		{ target, ids: ['a', 'b'] },
		{ target, ids: ['c'] },
	];
	const invalidItems = [{ itemIndex: 1, message: 'Not so. [item 1]' }];
	expect(toItemsPlanned(requests, invalidItems, batches, ({ ids }) => ({ ids }))).toEqual([
		{ json: { ids: ['a', 'b'] }, pairedItem: [{ item: 0 }, { item: 2 }] },
		{ json: { error: 'Not so. [item 1]' }, pairedItem: { item: 1 } },
		{ json: { ids: ['c'] }, pairedItem: [{ item: 2 }] },
	]);
});

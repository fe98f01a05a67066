import fc from 'fast-check';
import type { INodeExecutionData } from 'n8n-workflow';

import {
	planBatches,
	targetSharing,
} from '../../../../nodes/KooSearch/execution/batch/planBatches';
import type { ErrorRules, ToJson } from '../../../../nodes/KooSearch/execution/batch/toItems';
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
import { failedId } from '../../../../nodes/KooSearch/execution/batch/summary';
import { errorItems, invalid } from '../../../../nodes/KooSearch/execution/errorItems';
import { failureOf } from './fixtures';

/** What may become of a batch. */
const OUTCOMES: Array<(batch: Batch) => Outcome> = [
	({ ids }) => {
		const statuses = new Map(ids.map((id) => [id, `done ${id}`]));
		const result = { statuses, confirmed: 1, unexpectedIds: [] };
		return { state: 'succeeded', result, isRepeat: false };
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
	.map(({ requests, batchSize, outcomes }) => ({
		requests,
		finish: async () => {
			const plan = await planBatches(requests, batchSize, () => 'Two targets.');
			const finished: FinishedBatch[] = plan.batches.map((batch, n) => ({
				...batch,
				outcome: outcomes[n % outcomes.length](batch),
			}));
			return { plan, finished };
		},
	}));

function itemOf({ pairedItem }: INodeExecutionData): number {
	const [first] = [pairedItem as { item: number } | Array<{ item: number }>].flat();
	return first.item;
}

function isError({ json }: INodeExecutionData): boolean {
	return 'error' in json;
}

function rulesFor(byItem: boolean): ErrorRules {
	const style = { doneKey: 'done', byItem };
	return {
		byItem,
		failedId,
		invalidItem: (item) => invalid({ id: null, knowledgeBaseId: 'kb' }, item),
		toItems: (itemIndex, failed) => errorItems(itemIndex, failed, style),
	};
}

const toJson: ToJson = (id, target, result) => ({
	id,
	status: result.statuses.get(id),
	...target,
});

it('Every input item has one item for every ID, in order', async () => {
	await fc.assert(
		fc.asyncProperty(runs, async ({ requests, finish }) => {
			const { plan, finished } = await finish();
			const results = { requests: plan.accepted, invalidItems: plan.conflicts, finished };
			const items = await toItemsPerId(results, toJson, rulesFor(false));
			expect(items.map(itemOf)).toEqual([...items.map(itemOf)].sort((a, b) => a - b));
			for (const { itemIndex, ids, target } of requests) {
				const own = items.filter((item) => itemOf(item) === itemIndex);
				if (plan.conflicts.some((one) => one.itemIndex === itemIndex)) {
					expect(own.map(({ json }) => json.status)).toEqual(['invalid']);
					continue;
				}
				expect(own.map(({ json }) => json.id)).toEqual(ids);
				for (const item of own) {
					const { id, status, done, knowledgeBaseId } = item.json;
					expect(knowledgeBaseId).toBe(target.knowledgeBaseId);
					if (!isError(item)) expect(status).toBe(`done ${String(id)}`);
					else {
						expect([
							[null, 'failed'],
							[false, 'notAttempted'],
						]).toContainEqual([done, status]);
					}
				}
			}
		}),
	);
});

it('For an error output each input item has its results, and one item for all that failed', async () => {
	await fc.assert(
		fc.asyncProperty(runs, async ({ requests, finish }) => {
			const { plan, finished } = await finish();
			const results = { requests: plan.accepted, invalidItems: plan.conflicts, finished };
			const items = await toItemsPerId(results, toJson, rulesFor(true));
			for (const { itemIndex, ids } of requests) {
				const own = items.filter((item) => itemOf(item) === itemIndex);
				const shown = own.filter((item) => !isError(item)).map(({ json }) => json.id);
				const errors = own.filter(isError);
				expect(errors.length).toBeLessThanOrEqual(1);
				for (const { json, pairedItem } of errors) {
					expect(Object.keys(json)).toEqual(['error']);
					expect(pairedItem).toEqual({ item: itemIndex });
				}
				const named = new Set(String(errors[0]?.json.error).match(/\bid\d+/g) ?? []);
				const isConflict = plan.conflicts.some((one) => one.itemIndex === itemIndex);
				for (const id of ids) {
					if (!isConflict) expect([id, shown.includes(id)]).toEqual([id, !named.has(id)]);
				}
			}
		}),
	);
});

it('Every call that succeeded is one item, paired with every item that named one of its IDs', async () => {
	await fc.assert(
		fc.asyncProperty(runs, async ({ finish }) => {
			const { plan, finished } = await finish();
			const results = { requests: plan.accepted, invalidItems: plan.conflicts, finished };
			const toJson = ({ ids, target }: Batch) => ({ ids, ...target });
			const items = await toItemsPerBatch(results, toJson, rulesFor(false));
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

it('Each item has an object of its own', async () => {
	const target = { knowledgeBaseId: 'kb' };
	const [succeeded] = OUTCOMES;
	const batch = { target, ids: ['a'] };
	const finished = [{ ...batch, outcome: succeeded(batch) }];
	const requests = [0, 1].map((itemIndex) => ({ itemIndex, ...batch }));
	const results = { requests, invalidItems: [], finished };
	const [first, second] = await toItemsPerId(results, (id) => ({ id }), rulesFor(false));
	expect(first.json).not.toBe(second.json);
});

it('A call that would be made is one item, among the items that cannot be carried out', async () => {
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
	const toJson = ({ ids }: Batch) => ({ ids });
	expect(await toItemsPlanned(requests, invalidItems, batches, toJson, rulesFor(true))).toEqual([
		{ json: { ids: ['a', 'b'] }, pairedItem: [{ item: 0 }, { item: 2 }] },
		{ json: { error: 'Not so. [item 1]' }, pairedItem: { item: 1 } },
		{ json: { ids: ['c'] }, pairedItem: [{ item: 2 }] },
	]);
});

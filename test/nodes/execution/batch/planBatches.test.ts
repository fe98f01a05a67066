import fc from 'fast-check';

import {
	planBatches,
	targetSharing,
} from '../../../../nodes/KooSearch/execution/batch/planBatches';
import type { ItemRequest, Target } from '../../../../nodes/KooSearch/execution/batch/types';

const share = targetSharing();

function request(itemIndex: number, ids: string[], target: Partial<Target> = {}): ItemRequest {
	return { itemIndex, ids, target: share({ knowledgeBaseId: 'kb', ...target }) };
}

async function plan(requests: ItemRequest[], batchSize = 100) {
	return await planBatches(
		requests,
		batchSize,
		(id, first, second) =>
			`${id}: ${first.itemIndex} ${first.target.directoryId}, ${second.itemIndex} ${second.target.directoryId}`,
	);
}

describe('The plan', () => {
	it('has 3 batches of 250 IDs at 100 a call', async () => {
		const requests = Array.from({ length: 250 }, (_, n) => request(n, [`t${n}`]));
		const { batches } = await plan(requests);
		expect(batches.map(({ ids }) => ids.length)).toEqual([100, 100, 50]);
		expect(batches[0].ids[0]).toBe('t0');
		expect(batches[2].ids[49]).toBe('t249');
	});

	it('needs no more batches than targets when targets take turns', async () => {
		const requests = Array.from({ length: 1000 }, (_, n) =>
			request(n, [`f${n}`], { knowledgeBaseId: `kb${n % 2}`, directoryId: `d${n % 4}` }),
		);
		expect((await plan(requests, 1000)).batches).toHaveLength(4);
		expect((await plan(requests)).batches).toHaveLength(12);
	});

	it('sends an ID once for one target', async () => {
		const { batches, accepted } = await plan([request(0, ['a', 'b']), request(1, ['b', 'c'])]);
		expect(batches.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
		expect(accepted).toHaveLength(2);
	});

	it('treats the same ID in two knowledge bases as two IDs', async () => {
		const other = { knowledgeBaseId: 'kb2' };
		const { batches, conflicts } = await plan([request(0, ['a']), request(1, ['a'], other)]);
		expect(batches).toHaveLength(2);
		expect(conflicts).toEqual([]);
	});

	it('refuses the later item that names an ID for another target, as a whole', async () => {
		const { batches, accepted, conflicts } = await plan([
			request(3, ['a'], { directoryId: 'd1' }),
			request(5, ['b', 'a'], { directoryId: 'd2' }),
			request(6, ['b'], { directoryId: 'd1' }),
		]);
		expect(conflicts).toEqual([{ itemIndex: 5, message: 'a: 3 d1, 5 d2 [item 5]' }]);
		expect(accepted.map(({ itemIndex }) => itemIndex)).toEqual([3, 6]);
		expect(batches.map(({ ids }) => ids)).toEqual([['a', 'b']]);
	});

	it('treats no directory and a directory as two targets', async () => {
		const { conflicts } = await plan([
			request(0, ['a'], { directoryId: null }),
			request(1, ['a'], { directoryId: 'd' }),
		]);
		expect(conflicts).toEqual([{ itemIndex: 1, message: 'a: 0 null, 1 d [item 1]' }]);
	});

	const anyRequests = fc
		.array(
			fc.record({
				ids: fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String), { minLength: 1 }),
				knowledgeBaseId: fc.constantFrom('kb1', 'kb2'),
				directoryId: fc.constantFrom(null, 'd1', 'd2'),
			}),
			{ maxLength: 40 },
		)
		.map((list) => list.map(({ ids, ...target }, itemIndex) => request(itemIndex, ids, target)));

	it('loses no ID, sends none twice, and none to a target that no item named for it', async () => {
		await fc.assert(
			fc.asyncProperty(
				anyRequests,
				fc.integer({ min: 1, max: 20 }),
				async (requests, batchSize) => {
					const { batches, accepted, conflicts } = await plan(requests, batchSize);

					const sent = batches.flatMap(({ ids, target }) =>
						ids.map((id) => `${target.knowledgeBaseId} ${target.directoryId} ${id}`),
					);
					const asked = accepted.flatMap(({ ids, target }) =>
						ids.map((id) => `${target.knowledgeBaseId} ${target.directoryId} ${id}`),
					);
					expect(new Set(sent)).toEqual(new Set(asked));
					expect(new Set(sent).size).toBe(sent.length);
					const places = sent.map((key) => key.split(' ')).map(([kb, , id]) => `${kb} ${id}`);
					expect(new Set(places).size).toBe(places.length);

					const planned = [...accepted, ...conflicts].map(({ itemIndex }) => itemIndex);
					expect(planned.sort((a, b) => a - b)).toEqual(requests.map(({ itemIndex }) => itemIndex));
				},
			),
		);
	});

	it('has as few batches as the targets and the size allow', async () => {
		await fc.assert(
			fc.asyncProperty(
				anyRequests,
				fc.integer({ min: 1, max: 20 }),
				async (requests, batchSize) => {
					const { batches } = await plan(requests, batchSize);
					const perTarget = new Map<string, number>();
					for (const { ids, target } of batches) {
						expect(ids.length).toBeGreaterThan(0);
						expect(ids.length).toBeLessThanOrEqual(batchSize);
						const key = JSON.stringify([target.knowledgeBaseId, target.directoryId]);
						perTarget.set(key, (perTarget.get(key) ?? 0) + ids.length);
					}
					const least = [...perTarget.values()].map((count) => Math.ceil(count / batchSize));
					expect(batches).toHaveLength(least.reduce((sum, count) => sum + count, 0));
				},
			),
		);
	});
});

it('Equal targets become one object', () => {
	const first = share({ knowledgeBaseId: 'kb', directoryId: null });
	expect(share({ knowledgeBaseId: 'kb', directoryId: null })).toBe(first);
	expect(share({ knowledgeBaseId: 'kb' })).not.toBe(first);
	expect(share({ knowledgeBaseId: 'kb', directoryId: 'null' })).not.toBe(first);
});

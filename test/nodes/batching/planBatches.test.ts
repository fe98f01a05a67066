import fc from 'fast-check';

import { planBatches } from '../../../nodes/KooSearch/batching/planBatches';
import type { Entry, Target } from '../../../nodes/KooSearch/batching/types';

function entry(itemIndex: number, ids: string[], target: Partial<Target> = {}): Entry {
	return { itemIndex, ids, target: { knowledgeBaseId: 'kb', ...target } };
}

describe('planBatches', () => {
	it('makes 3 batches of 250 IDs at 100 a call', () => {
		const entries = Array.from({ length: 250 }, (_, n) => entry(n, [`t${n}`]));
		const { batches } = planBatches(entries, 100);
		expect(batches.map(({ ids }) => ids.length)).toEqual([100, 100, 50]);
		expect(batches[0].ids[0]).toBe('t0');
		expect(batches[2].ids[49]).toBe('t249');
	});

	it('needs no more batches than targets when targets take turns', () => {
		const entries = Array.from({ length: 1000 }, (_, n) =>
			entry(n, [`f${n}`], { knowledgeBaseId: `kb${n % 2}`, directoryId: `d${n % 4}` }),
		);
		expect(planBatches(entries, 1000).batches).toHaveLength(4);
		expect(planBatches(entries, 100).batches).toHaveLength(12);
	});

	it('sends an ID once for one target', () => {
		const plan = planBatches([entry(0, ['a', 'b']), entry(1, ['b', 'c'])], 100);
		expect(plan.batches.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
		expect(plan.accepted).toHaveLength(2);
	});

	it('takes the same ID in two knowledge bases for two things', () => {
		const plan = planBatches([entry(0, ['a']), entry(1, ['a'], { knowledgeBaseId: 'kb2' })], 100);
		expect(plan.batches).toHaveLength(2);
		expect(plan.contradictions).toEqual([]);
	});

	it('refuses the later item that names a file for another directory, and names both', () => {
		const plan = planBatches(
			[
				entry(3, ['a'], { directoryId: 'd1' }),
				entry(5, ['b', 'a'], { directoryId: 'd2' }),
				entry(6, ['b'], { directoryId: 'd1' }),
			],
			100,
		);
		expect(plan.contradictions).toHaveLength(1);
		expect(plan.contradictions[0].itemIndex).toBe(5);
		const { message } = plan.contradictions[0];
		for (const part of ['"a"', 'directory "d2"', 'item 3', 'directory "d1"', '[item 5]']) {
			expect(message).toContain(part);
		}
		expect(plan.batches.map(({ ids }) => ids)).toEqual([['a', 'b']]);
	});

	it('holds "No Directory" against a directory', () => {
		const plan = planBatches(
			[entry(0, ['a'], { directoryId: null }), entry(1, ['a'], { directoryId: 'd' })],
			100,
		);
		expect(plan.contradictions[0].message).toContain("'No Directory'");
	});

	const anyEntries = fc
		.array(
			fc.record({
				ids: fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String), { minLength: 1 }),
				knowledgeBaseId: fc.constantFrom('kb1', 'kb2'),
				directoryId: fc.constantFrom(null, 'd1', 'd2'),
			}),
			{ maxLength: 40 },
		)
		.map((list) => list.map(({ ids, ...target }, itemIndex) => ({ itemIndex, ids, target })));

	it('loses no ID, sends none twice, and none to a target that no item named for it', () => {
		fc.assert(
			fc.property(anyEntries, fc.integer({ min: 1, max: 20 }), (entries, batchSize) => {
				const { batches, accepted, contradictions } = planBatches(entries, batchSize);

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

				const answered = [...accepted, ...contradictions].map(({ itemIndex }) => itemIndex);
				expect(answered.sort((a, b) => a - b)).toEqual(entries.map(({ itemIndex }) => itemIndex));
			}),
		);
	});

	it('makes as few batches as the targets and the size allow', () => {
		fc.assert(
			fc.property(anyEntries, fc.integer({ min: 1, max: 20 }), (entries, batchSize) => {
				const { batches } = planBatches(entries, batchSize);
				const perTarget = new Map<string, number>();
				for (const { ids, target } of batches) {
					expect(ids.length).toBeGreaterThan(0);
					expect(ids.length).toBeLessThanOrEqual(batchSize);
					const key = JSON.stringify([target.knowledgeBaseId, target.directoryId]);
					perTarget.set(key, (perTarget.get(key) ?? 0) + ids.length);
				}
				const least = [...perTarget.values()].map((count) => Math.ceil(count / batchSize));
				expect(batches).toHaveLength(least.reduce((sum, count) => sum + count, 0));
			}),
		);
	});
});

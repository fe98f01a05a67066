import { errorItems } from '../../../nodes/KooSearch/execution/errorItems';

function failed(count: number, error: string) {
	const ids = Array.from({ length: count }, (_, n) => `task-${String(n).padStart(6, '0')}`);
	return ids.map((id) => ({ id, knowledgeBaseId: 'kb', done: null, status: 'failed', error }));
}

function errorOf(all: ReturnType<typeof failed>): string {
	const [{ json }] = errorItems(0, all, { doneKey: 'deleted', byItem: true });
	return String(json.error);
}

it('names each reason once, with all of its IDs while there is room', () => {
	const all = [...failed(2, 'It was refused.'), ...failed(1, 'Not attempted.')];
	expect(errorOf(all)).toBe(
		'It was refused. Concerns: task-000000, task-000001. Not attempted. Concerns: task-000000.',
	);
});

it('has at most some 10,000 characters, and says how many IDs were left out', () => {
	const text = errorOf([...failed(5000, 'It was refused.'), ...failed(5000, 'x'.repeat(9000))]);
	expect(text.length).toBeLessThan(10_100);
	const counts = [...text.matchAll(/Concerns: (.*?) and (\d+) more\./g)];
	expect(counts).toHaveLength(2);
	for (const [, list, more] of counts) {
		expect(list.split(', ').length + Number(more)).toBe(5000);
	}
});

it('says nothing of what is not there', () => {
	expect(errorItems(0, [], { byItem: true })).toEqual([]);
});

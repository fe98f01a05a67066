import { standin } from '../dev/standin/eachTest';
import type { Fault } from '../../dev/standin/faults';
import { deleteParameters, numbered, runNode } from './runNode';

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

function listings() {
	return standin.requests.filter(({ operationId }) => operationId === 'SearchTasks');
}

function kb(value: string) {
	return { knowledgeBase: { __rl: true, mode: 'id', value } };
}

it('tells which IDs are gone and which are still there', async () => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		tasks: ['a', { id: 'b', status: 'RUNNING' }, 'other'],
	});
	const result = await runNode({
		standin,
		items: [{ id: 'a' }, { id: 'b' }, { id: 'never' }],
		parameters: deleteParameters,
	});
	expect(result.json.map(({ id, deleted, status }) => [id, deleted, status])).toEqual([
		['a', true, 'gone'],
		['b', false, 'notDeleted'],
		['never', true, 'gone'],
	]);
	expect(listings()).toHaveLength(1);
	expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
		"1 of 3 tasks was not deleted: 1 for a reason that KooSearch doesn't give.",
	]);
});

it('lists each knowledge base once, after all its calls, and only where something is open', async () => {
	const { ids, items } = numbered(40);
	const running = (id: string) => ({ id, status: 'RUNNING' as const });
	standin.state.addKnowledgeBase({ id: 'kb1', tasks: ids.map(running) });
	standin.state.addKnowledgeBase({ id: 'kb2', tasks: ids });
	standin.state.addKnowledgeBase({ id: 'kb3', tasks: ids.map(running) });
	const { json } = await runNode({
		standin,
		items: ['kb1', 'kb2', 'kb3'].flatMap((name) => items.map(({ id }) => ({ id, name }))),
		parameters: { ...deleteParameters, ...kb('={{ $json.name }}'), options: { batchSize: 5 } },
	});
	expect(
		listings()
			.map(({ path }) => /kb\d/.exec(path)?.[0])
			.sort(),
	).toEqual(['kb1', 'kb3']);
	const lastDelete = standin.requests.map(({ method }) => method).lastIndexOf('DELETE');
	expect(standin.requests.findIndex(({ method }) => method === 'GET')).toBeGreaterThan(lastDelete);
	expect(json.map(({ status }) => status)).toEqual([
		...Array(40).fill('notDeleted'),
		...Array(40).fill('deleted'),
		...Array(40).fill('notDeleted'),
	]);
});

it('looks for each ID in its own knowledge base only', async () => {
	const running = (id: string) => ({ id, status: 'RUNNING' as const });
	standin.state.addKnowledgeBase({ id: 'kb1', tasks: [running('a')] });
	standin.state.addKnowledgeBase({ id: 'kb2', tasks: [running('b')] });
	const { json } = await runNode({
		standin,
		items: ['kb1', 'kb2'].map((name) => ({ id: 'a,b', name })),
		parameters: { ...deleteParameters, ...kb('={{ $json.name }}') },
	});
	expect(json.map(({ knowledgeBaseId, id, status }) => [knowledgeBaseId, id, status])).toEqual([
		['kb1', 'a', 'notDeleted'],
		['kb1', 'b', 'gone'],
		['kb2', 'a', 'gone'],
		['kb2', 'b', 'notDeleted'],
	]);
});

it('reads a long list to its end', async () => {
	const { ids } = numbered(2500);
	standin.state.addKnowledgeBase({
		id: 'kb',
		tasks: [...ids, { id: 'stuck', status: 'RUNNING' }, 'x'],
	});
	const { json } = await runNode({
		standin,
		items: [{ id: 'stuck,x' }],
		parameters: deleteParameters,
	});
	// Three pages, twice.
	expect(listings().map(({ query }) => query.page_num)).toEqual(['1', '2', '3', '1', '2', '3']);
	expect(json.map(({ status }) => status)).toEqual(['notDeleted', 'gone']);
});

it('does not miss a task that slips to a page that has been read', async () => {
	const { ids } = numbered(2000);
	const { tasks } = standin.state.addKnowledgeBase({ id: 'kb', tasks: ids });
	const first = ids[0];
	// It has the first place of the second page, until one before it goes; a new one keeps the total the same.
	const slipping = ids[1000];
	standin.faults.add({ what: { kind: 'reject', ids: [slipping] }, when: { method: 'DELETE' } });
	standin.onRequest = ({ query }) => {
		if (query.page_num !== '2' || !tasks.has(first)) return;
		tasks.set('new', { ...tasks.get(first)!, id: 'new' });
		tasks.delete(first);
	};
	const { json } = await runNode({
		standin,
		items: [{ id: slipping }],
		parameters: deleteParameters,
	});
	expect([tasks.has(slipping), tasks.has(first)]).toEqual([true, false]);
	expect(json.map(({ deleted, status }) => [deleted, status])).toEqual([[false, 'notDeleted']]);
});

it('lists nothing after a refusal that ended the run', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['b'] });
	standin.faults.add({
		what: { kind: 'redirect', location: 'https://elsewhere.example.com' },
		skip: 1,
		times: Infinity,
	});
	const { json } = await runNode({
		standin,
		items: [{ id: 'never' }, { id: 'b' }],
		parameters: { ...deleteParameters, options: { batchSize: 1, concurrency: 1 } },
		onError: 'continueRegularOutput',
	});
	expect(json).toMatchObject([{ status: 'unconfirmed' }, { error: expect.any(String) }]);
	expect(standin.requests).toHaveLength(2);
});

const record = (id: string) => ({ id, name: id });
const page = (total: number, ...ids: string[]) => ({ total, tasks: ids.map(record) });
const body = (body: unknown, skip = 0): Fault => ({
	what: { kind: 'body', body },
	when: { operationId: 'SearchTasks' },
	skip,
	times: 1,
});

describe('proves nothing, and changes nothing else,', () => {
	const cases: Array<[string, Fault[]]> = [
		[
			'when the listing is refused',
			[{ what: { kind: 'status', status: 403 }, when: { method: 'GET' } }],
		],
		[
			'when it breaks for good',
			[{ what: { kind: 'reset' }, when: { method: 'GET' }, times: Infinity }],
		],
		['when it is no list', [body({ total: 3 })]],
		['when it is a web page', [{ what: { kind: 'html' }, when: { method: 'GET' } }]],
		['when it holds fewer than its total', [body(page(3, 'b')), body(page(3), 0)]],
		['when its total changes', [body(page(3, 'b')), body(page(2, 'other'), 0)]],
		['when it holds more than its total', [body(page(1, 'b', 'other'))]],
		['when a page comes twice', [body(page(4, 'b', 'x')), body(page(4, 'b', 'x'), 0)]],
	];
	it.each(cases)('%s', async (_, faults) => {
		standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a', { id: 'b', status: 'RUNNING' }] });
		for (const fault of faults) standin.faults.add(fault);
		const result = await runNode({ standin, items: [{ id: 'a,b' }], parameters: deleteParameters });
		expect(result.status).toBe('success');
		expect(result.json.map(({ deleted, status }) => [deleted, status])).toEqual([
			[null, 'unconfirmed'],
			[null, 'unconfirmed'],
		]);
	});
});

it('proves nothing of none deleted either when the listing fails', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: [{ id: 'b', status: 'RUNNING' }] });
	standin.faults.add({ what: { kind: 'status', status: 400 }, when: { method: 'GET' } });
	const { json } = await runNode({ standin, items: [{ id: 'b' }], parameters: deleteParameters });
	expect(json[0]).toMatchObject({ deleted: null, status: 'unconfirmed' });
});

it('does not apply to One Item per Batch', async () => {
	standin.state.addKnowledgeBase({ id: 'kb' });
	await runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: { ...deleteParameters, options: { output: 'perBatch' } },
	});
	expect(listings()).toEqual([]);
});

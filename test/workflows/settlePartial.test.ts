import { standin } from '../dev/standin/eachTest';
import type { RecordedRequest } from '../../dev/standin/exchange';
import type { Fault } from '../../dev/standin/faults';
import type { NodeResult } from './runNode';
import { deleteParameters, numbered, runNode } from './runNode';

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

function listings() {
	return standin.requests.filter(({ operationId }) => operationId === 'SearchTasks');
}

function hintsOf(result: NodeResult): string[] {
	return result.hints('KooSearch').map(({ message }) => message);
}

function kb(value: string) {
	return { knowledgeBase: { __rl: true, mode: 'id', value } };
}

it('says which IDs this call deleted, which are still there and which never were', async () => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		tasks: ['a', { id: 'b', status: 'RUNNING' }, 'other'],
	});
	const run = async (...ids: string[]) =>
		await runNode({ standin, items: ids.map((id) => ({ id })), parameters: deleteParameters });
	const result = await run('a', 'b', 'other');
	expect(result.json.map(({ id, deleted, status }) => [id, deleted, status])).toEqual([
		['a', true, 'deleted'],
		['b', false, 'notDeleted'],
		['other', true, 'deleted'],
	]);
	expect(hintsOf(result)).toEqual(['1 of 3 tasks was not deleted: 1 still running.']);
	const again = await run('a', 'b');
	expect(again.json.map(({ id, deleted, status }) => [id, deleted, status])).toEqual([
		['a', false, 'notFound'],
		['b', false, 'notDeleted'],
	]);
	expect(hintsOf(again)).toEqual([
		'1 of 2 tasks was not deleted: 1 still running.',
		"1 of 2 tasks was not in the knowledge base. Check 'Knowledge Base' and the IDs.",
	]);
});

it('calls an ID gone if it was deleted by this call or missing before', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a', { id: 'b', status: 'RUNNING' }] });
	const result = await runNode({
		standin,
		items: [{ id: 'a,b,never' }],
		parameters: deleteParameters,
	});
	expect(result.json.map(({ id, deleted, status }) => [id, deleted, status])).toEqual([
		['a', true, 'gone'],
		['b', false, 'notDeleted'],
		['never', true, 'gone'],
	]);
});

it('reports nothing as deleted in a knowledge base that never held it', async () => {
	const { items } = numbered(30);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['other'] });
	const result = await runNode({ standin, items, parameters: deleteParameters });
	expect(new Set(result.json.map(({ deleted, status }) => `${deleted} ${status}`))).toEqual(
		new Set(['false notFound']),
	);
	expect(hintsOf(result)).toEqual([
		"30 of 30 tasks were not in the knowledge base. Check 'Knowledge Base' and the IDs.",
	]);
});

it('lists each knowledge base once, after all its calls, and only if something is open', async () => {
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
			.filter(({ query }) => query.page_num === '1')
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
		['kb1', 'b', 'notFound'],
		['kb2', 'a', 'notFound'],
		['kb2', 'b', 'notDeleted'],
	]);
});

it('reads a long list in one page, and makes sure that there is no other', async () => {
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
	expect(listings().map(({ query }) => [query.page_num, query.page_size])).toEqual([
		['1', '65535'],
		['2', '2501'],
	]);
	expect(json.map(({ status }) => status)).toEqual(['notDeleted', 'deleted']);
});

/** The stand-in gives pages of 1,000 at most, as a service may do whatever is asked for. */
function capPages(total?: (inPage: number) => number) {
	const tasks = () => [...standin.state.knowledgeBases.get('kb')!.tasks.values()];
	const answer = (page: number) => {
		const records = tasks().slice((page - 1) * 1000, page * 1000);
		return { total: total?.(records.length) ?? tasks().length, tasks: records };
	};
	const body = {};
	const request = ({ query }: RecordedRequest) => {
		Object.assign(body, answer(Number(query.page_num)));
		return true;
	};
	const when = { operationId: 'SearchTasks', request };
	standin.faults.add({ what: { kind: 'body', body }, when, times: Infinity });
}

it('reads a list twice if the service returns it in pages only', async () => {
	const { ids } = numbered(2500);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: [...ids, { id: 'stuck', status: 'RUNNING' }] });
	capPages();
	const items = [{ id: 'stuck,t0001' }];
	const { json } = await runNode({ standin, items, parameters: deleteParameters });
	expect(listings().map(({ query }) => Number(query.page_num))).toEqual([
		1, 1, 2, 3, 4, 1, 2, 3, 4,
	]);
	expect(json.map(({ status }) => status)).toEqual(['notDeleted', 'deleted']);
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
	capPages();
	const items = [{ id: slipping }];
	const { json } = await runNode({ standin, items, parameters: deleteParameters });
	expect([tasks.has(slipping), tasks.has(first)]).toEqual([true, false]);
	expect(json[0].deleted).not.toBe(true);
	expect(json[0].status).toBe('notDeleted');
});

it('does not trust a total that counts only the page', async () => {
	const { ids } = numbered(1500);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: [...ids, { id: 'stuck', status: 'RUNNING' }] });
	capPages((inPage) => inPage);
	const { json } = await runNode({
		standin,
		items: [{ id: 'stuck,t0001' }],
		parameters: deleteParameters,
	});
	expect(json.map(({ deleted, status }) => [deleted, status])).toEqual([
		[null, 'unconfirmed'],
		[null, 'unconfirmed'],
	]);
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
	expect(json).toMatchObject([
		{ status: 'notDeleted' },
		{ id: 'b', deleted: null, status: 'failed', error: expect.any(String) },
	]);
	expect(standin.requests).toHaveLength(2);
});

const record = (id: string | number) => ({ id, name: String(id) });
const page = (total: number, ...ids: Array<string | number>) => ({
	total,
	tasks: ids.map(record),
});
const body = (body: unknown, times = 1): Fault => ({
	what: { kind: 'body', body },
	when: { operationId: 'SearchTasks' },
	times,
});
const always = (answer: unknown): Fault[] => [body(answer, Infinity)];

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
		['when it holds fewer than its total', always(page(3, 'b'))],
		['when it holds more than its total', always(page(1, 'b', 'other'))],
		['when a page holds a task twice', always(page(2, 'b', 'b'))],
		['when its IDs have spaces around them', always(page(1, ' b '))],
		['when its IDs are in another case', always(page(1, 'B'))],
		['when its IDs have zeros before them', always(page(1, '0b'))],
		['when its IDs are numbers that have lost digits', always(page(1, 2 ** 60))],
		['when it still holds what was deleted', always(page(2, 'a', 'b'))],
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

it('looks again at a list that still holds what was deleted, since it may lag behind', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a', { id: 'b', status: 'RUNNING' }] });
	// The page, and the look whether there is another one.
	standin.faults.add(body(page(2, 'a', 'b'), 2));
	const { json } = await runNode({ standin, items: [{ id: 'a,b' }], parameters: deleteParameters });
	expect(json.map(({ deleted, status }) => [deleted, status])).toEqual([
		[true, 'deleted'],
		[false, 'notDeleted'],
	]);
});

it('learns from other calls of the run that a list lags behind', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a', 'b', 'c'] });
	const stale = page(3, 'a', 'b', 'c');
	for (const fault of always(stale)) standin.faults.add(fault);
	const { json } = await runNode({
		standin,
		items: [{ id: 'a,b' }, { id: 'c,never' }],
		parameters: { ...deleteParameters, options: { batchSize: 2 } },
	});
	expect(json.map(({ id, status }) => [id, status])).toEqual([
		['a', 'deleted'],
		['b', 'deleted'],
		['c', 'unconfirmed'],
		['never', 'unconfirmed'],
	]);
});

it('says that a call deleted none also when the listing fails', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: [{ id: 'b', status: 'RUNNING' }] });
	standin.faults.add({ what: { kind: 'status', status: 403 }, when: { method: 'GET' } });
	const { json } = await runNode({ standin, items: [{ id: 'b' }], parameters: deleteParameters });
	expect(json[0]).toMatchObject({ deleted: false, status: 'notDeleted' });
});

it('leaves IDs unconfirmed after a lost attempt when the listing fails', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a'] });
	standin.faults.add({ what: { kind: 'reset' }, at: 'after', when: { method: 'DELETE' } });
	standin.faults.add({ what: { kind: 'status', status: 403 }, when: { method: 'GET' } });
	const { json } = await runNode({ standin, items: [{ id: 'a' }], parameters: deleteParameters });
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

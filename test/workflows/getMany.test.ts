import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { standin } from '../dev/standin/eachTest';
import type { Fault } from '../../dev/standin/faults';
import { errorText, numbered, runNode } from './runNode';

const DAY = 86_400_000;

function parameters(resource: string, more: IDataObject = {}): INodeParameters {
	const knowledgeBase = { __rl: true, mode: 'id', value: 'kb' };
	return { resource, operation: 'getMany', knowledgeBase, ...(more as INodeParameters) };
}

function ids(json: IDataObject[]): unknown[] {
	return json.map(({ id }) => id);
}

function body(value: unknown, skip = 0): Fault {
	return { what: { kind: 'body', body: value }, skip };
}

describe('tasks', () => {
	it('are returned one by one, as the API has them, up to 50', async () => {
		const { ids: tasks } = numbered(60);
		standin.state.addKnowledgeBase({ id: 'kb', tasks });
		const { output } = await runNode({ standin, items: [{}], parameters: parameters('task') });
		expect(output).toHaveLength(50);
		expect(Object.keys(output[0].json)).toEqual(
			expect.arrayContaining(['id', 'name', 'type', 'status', 'process', 'create_time']),
		);
		expect(output[0].pairedItem).toEqual({ item: 0 });
		expect(standin.requests).toHaveLength(1);
		expect(standin.requests[0].query).toEqual({ page_num: '1', page_size: '50' });
	});

	it('keep unknown fields', async () => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		standin.faults.add(body({ total: 1, tasks: [{ id: 'a', later: { added: [1] } }], more: 1 }));
		const { json } = await runNode({ standin, items: [{}], parameters: parameters('task') });
		expect(json).toEqual([{ id: 'a', later: { added: [1] } }]);
	});

	it('all come with Return All, in large pages', async () => {
		const { ids: tasks } = numbered(2345);
		standin.state.addKnowledgeBase({ id: 'kb', tasks });
		const all = parameters('task', { returnAll: true });
		const { json } = await runNode({ standin, items: [{}], parameters: all });
		expect(ids(json).sort()).toEqual(tasks);
		expect(standin.requests).toHaveLength(3);
	});

	it('stop at the limit in the middle of a page', async () => {
		const { ids: tasks } = numbered(2345);
		standin.state.addKnowledgeBase({ id: 'kb', tasks });
		const some = parameters('task', { limit: 1200 });
		const { json } = await runNode({ standin, items: [{}], parameters: some });
		expect(new Set(ids(json)).size).toBe(1200);
		expect(standin.requests).toHaveLength(2);
	});

	it.each([
		['status', { taskStatus: 'ERROR' }, ['b', 'c']],
		['type', { taskType: 'QA' }, ['c']],
		['both', { taskStatus: 'ERROR', taskType: 'TABLE_EXTRACTION' }, ['b']],
		['file name', { fileName: 'report' }, ['b']],
		['user', { createUser: 'someone' }, ['a']],
		['age', { olderThanDays: 7 }, ['c', 'd']],
		['age and status', { olderThanDays: 7, taskStatus: 'ERROR' }, ['c']],
	])('are filtered by %s', async (_, filters, expected) => {
		const now = Date.now();
		standin.state.addKnowledgeBase({
			id: 'kb',
			tasks: [
				{
					id: 'a',
					status: 'SUCCESS',
					create_user: 'someone',
					type: 'TABLE_EXTRACTION',
					create_time: now,
				},
				{
					id: 'b',
					status: 'ERROR',
					file_name: 'report.pdf',
					type: 'TABLE_EXTRACTION',
					create_time: now - 6.9 * DAY,
				},
				{ id: 'c', status: 'ERROR', type: 'QA', create_time: now - 7.1 * DAY },
				{ id: 'd', status: 'SUCCESS', type: 'TABLE_EXTRACTION', create_time: now - 30 * DAY },
			],
		});
		const filtered = parameters('task', { filters, limit: 10 });
		const { json } = await runNode({ standin, items: [{}], parameters: filtered });
		expect(ids(json).sort()).toEqual(expected);
	});

	it('that do not match are left out, whatever the API says', async () => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		standin.faults.add(
			body({
				total: 3,
				tasks: [
					{ id: 'a', status: 'SUCCESS' },
					{ id: 'b', status: 'ERROR' },
					{ id: 'c', status: 'RUNNING' },
				],
			}),
		);
		const filtered = parameters('task', { filters: { taskStatus: 'ERROR' } });
		const { json } = await runNode({ standin, items: [{}], parameters: filtered });
		expect(ids(json)).toEqual(['b']);
	});

	it('without the field that a filter needs are returned when KooSearch really filters', async () => {
		const tasks = [
			{ id: 'a', file_name: 'report.pdf' },
			{ id: 'b', file_name: 'letter.pdf' },
		];
		standin.state.addKnowledgeBase({ id: 'kb', tasks });
		const filtered = parameters('task', { filters: { fileName: 'report' } });
		const result = await runNode({ standin, items: [{}], parameters: filtered });
		expect(ids(result.json)).toEqual(['a']);
		expect(standin.requests).toHaveLength(2);
	});

	it('are returned when KooSearch refuses the value that no record has, so it does not ignore the filter', async () => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		standin.faults.add(body({ total: 1, tasks: [{ id: 'a' }] }));
		standin.faults.add({ what: { kind: 'status', status: 400, code: 'KOS.00010002' } });
		const filtered = parameters('task', { filters: { createUser: 'someone' } });
		const { json } = await runNode({ standin, items: [{}], parameters: filtered });
		expect(ids(json)).toEqual(['a']);
	});

	it('come in large pages when there are filters, whatever the limit', async () => {
		const { ids: tasks } = numbered(300);
		const last = tasks.length - 1;
		standin.state.addKnowledgeBase({
			id: 'kb',
			tasks: tasks.map((id, n) => ({ id, status: n === last ? 'ERROR' : 'SUCCESS' })),
		});
		const filtered = parameters('task', { filters: { taskStatus: 'ERROR' }, limit: 1 });
		const { json } = await runNode({ standin, items: [{}], parameters: filtered });
		expect(ids(json)).toEqual([tasks[last]]);
		expect(standin.requests[0].query.page_size).toBe('1000');
	});

	it('that are only too young need no hint', async () => {
		const tasks = [{ id: 'a', status: 'ERROR' as const, create_time: Date.now() }];
		standin.state.addKnowledgeBase({ id: 'kb', tasks });
		const filters = { taskStatus: 'ERROR', olderThanDays: 7 };
		const filtered = parameters('task', { filters });
		const result = await runNode({ standin, items: [{}], parameters: filtered });
		expect([result.json, result.hints('KooSearch')]).toEqual([[], []]);
	});

	it('come with a hint that some may be missing when the list changed while it was read', async () => {
		const { ids: all } = numbered(2500);
		const { tasks } = standin.state.addKnowledgeBase({ id: 'kb', tasks: all });
		standin.onRequest = ({ query }) => {
			if (query.page_num === '2') for (const id of all.slice(0, 500)) tasks.delete(id);
		};
		const everything = parameters('task', { returnAll: true });
		const result = await runNode({ standin, items: [{}], parameters: everything });
		const given = new Set(ids(result.json));
		expect([...tasks.keys()].filter((id) => !given.has(id))).not.toEqual([]);
		expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
			expect.stringContaining('The list of tasks changed while it was read'),
		]);
	});

	it('come with that hint only once they have been read to the end', async () => {
		const { ids: all } = numbered(60);
		standin.state.addKnowledgeBase({ id: 'kb', tasks: all });
		const some = parameters('task', { limit: 10 });
		const result = await runNode({ standin, items: [{}], parameters: some });
		expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
			"The output stops at 'Limit' = 10: the list has 60 tasks. Turn on 'Return All' or raise 'Limit' to get more.",
		]);
	});

	it('that are as many as the limit need no hint', async () => {
		standin.state.addKnowledgeBase({ id: 'kb', tasks: numbered(10).ids });
		const some = parameters('task', { limit: 10 });
		const result = await runNode({ standin, items: [{}], parameters: some });
		expect(result.json).toHaveLength(10);
		expect(result.hints('KooSearch')).toEqual([]);
	});

	it.each(['fileName', 'createUser'])(
		'are not returned when KooSearch ignores %s, and the node cannot check it',
		async (name) => {
			standin.state.addKnowledgeBase({ id: 'kb' });
			const everything = { total: 2, tasks: [{ id: 'a' }, { id: 'b' }] };
			standin.faults.add({ what: { kind: 'body', body: everything }, times: Infinity });
			const filtered = parameters('task', { filters: { [name]: 'report' } });
			const result = await runNode({ standin, items: [{}], parameters: filtered });
			expect(result.status).toBe('error');
			expect(errorText(result)).toContain('it ignores');
			expect(result.output).toEqual([]);
		},
	);

	it.each([
		['missing', undefined],
		['null', null],
		['in seconds', 1_700_000_000],
		['text', 'yesterday'],
		['in the far future', Date.now() + 400 * DAY],
	])('give an error for the age filter when create_time is %s', async (_, create_time) => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		const old = { id: 'old', create_time: Date.now() - 30 * DAY };
		standin.faults.add(body({ total: 2, tasks: [old, { id: 'odd', create_time }] }));
		const filtered = parameters('task', { filters: { olderThanDays: 7 } });
		const result = await runNode({ standin, items: [{}], parameters: filtered });
		expect(result.status).toBe('error');
		expect(errorText(result)).toContain(`'create_time' of "odd"`);
		expect(result.output).toEqual([]);
	});

	it('give an error for a status filter when a record has no status', async () => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		standin.faults.add(body({ total: 1, tasks: [{ id: 'odd' }] }));
		const filtered = parameters('task', { filters: { taskStatus: 'ERROR' } });
		const result = await runNode({ standin, items: [{}], parameters: filtered });
		expect(errorText(result)).toContain(`'status' of "odd" is missing`);
	});

	it.each([
		['taskStatus', '={{ $json.nothing }}', "'Task Status'"],
		['fileName', '', "'File Name'"],
		['olderThanDays', '={{ $json.nothing }}', "'Older Than (Days)'"],
		['olderThanDays', -1, "'Older Than (Days)'"],
	])('are not listed when the filter %s comes out as %p', async (name, value, part) => {
		standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a'] });
		const filtered = parameters('task', { filters: { [name]: value } });
		const result = await runNode({ standin, items: [{}], parameters: filtered });
		expect(errorText(result)).toContain(part);
		expect(standin.requests).toEqual([]);
	});

	it.each([0, -1, 1.5, 'many'])('are not listed with a limit of %p', async (limit) => {
		const result = await runNode({
			standin,
			items: [{}],
			parameters: parameters('task', { limit: `={{ ${JSON.stringify(limit)} }}` }),
		});
		expect(errorText(result)).toContain("'Limit'");
		expect(standin.requests).toEqual([]);
	});
});

describe('files', () => {
	beforeEach(() => {
		standin.state.addKnowledgeBase({
			id: 'kb',
			directories: ['d1', 'd2'],
			files: [
				{ id: 'a', name: 'Contract 1.pdf', type: 'pdf', status: 'SUCCESS', directory_id: 'd1' },
				{ id: 'b', name: 'Contract 2.docx', type: 'docx', status: 'ERROR', directory_id: 'd2' },
				{ id: 'c', name: 'Manual.pdf', type: 'pdf', status: 'RUNNING' },
			],
		});
	});

	it.each([
		['nothing', {}, ['a', 'b', 'c']],
		['name', { fileName: 'Contract' }, ['a', 'b']],
		['type', { fileType: 'pdf' }, ['a', 'c']],
		['status', { fileStatus: 'RUNNING' }, ['c']],
		['directory', { directory: { __rl: true, mode: 'list', value: 'd1' } }, ['a']],
		['directory by expression', { directory: '={{ "d2" }}' }, ['b']],
	])('are filtered by %s', async (_, filters, expected) => {
		const filtered = parameters('file', { filters });
		const { json } = await runNode({ standin, items: [{}], parameters: filtered });
		expect(ids(json).sort()).toEqual(expected);
	});

	it('of other directories are left out, whatever the API says', async () => {
		standin.faults.add(
			body({
				total: 3,
				files: [
					{ id: 'a', category: 'd1' },
					{ id: 'b', category: 'Signed(d1)' },
					{ id: 'c', category: 'd11' },
					{ id: 'd', category: null },
				],
			}),
		);
		const filters = { directory: { __rl: true, mode: 'id', value: 'd1' } };
		const filtered = parameters('file', { filters });
		const { json } = await runNode({ standin, items: [{}], parameters: filtered });
		expect(ids(json)).toEqual(['a', 'b']);
	});

	it('are mentioned in a hint when none of them matches', async () => {
		const files = ['a', 'b'].map((id) => ({ id, category: 'Contracts' }));
		standin.faults.add(body({ total: 2, files }));
		const filters = { directory: { __rl: true, mode: 'id', value: 'd1' } };
		const filtered = parameters('file', { filters });
		const result = await runNode({ standin, items: [{}], parameters: filtered });
		expect(result.json).toEqual([]);
		expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
			'KooSearch returned 2 files, but none matched the filters it was asked to apply.',
		]);
	});
});

describe('directories', () => {
	it('come flat, with their full path', async () => {
		standin.state.addKnowledgeBase({
			id: 'kb',
			directories: [
				{ id: 'd1', name: 'Contracts' },
				{ id: 'd2', name: '2025', parent_id: 'd1' },
				{ id: 'd3', name: 'Signed', parent_id: 'd2' },
			],
		});
		const result = await runNode({ standin, items: [{}], parameters: parameters('directory') });
		expect(result.json.map(({ id, parent_id, path }) => [id, parent_id, path])).toEqual([
			['d1', null, 'Contracts'],
			['d2', 'd1', 'Contracts / 2025'],
			['d3', 'd2', 'Contracts / 2025 / Signed'],
		]);
		expect(standin.requests[0].query).toEqual({});
	});

	it('have the full path with a limit too', async () => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		const child = { id: 'd2', name: '2025', parent_id: 'd1' };
		const parent = { id: 'd1', name: 'Contracts', parent_id: null };
		standin.faults.add(body({ total: 2, directory_list: [child, parent] }));
		const one = parameters('directory', { limit: 1 });
		const { json } = await runNode({ standin, items: [{}], parameters: one });
		expect(json).toEqual([{ ...child, path: 'Contracts / 2025' }]);
	});

	it('say so when there are fewer than their total', async () => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		standin.faults.add(body({ total: 2, directory_list: [{ id: 'd1', name: 'Contracts' }] }));
		const all = parameters('directory', { returnAll: true });
		const result = await runNode({ standin, items: [{}], parameters: all });
		expect(result.hints('KooSearch')).toMatchObject([
			{ message: expect.stringContaining('some of them may be missing here') as string },
		]);
	});

	it('in a circle, or without their parent, end somewhere', async () => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		const directory_list = [
			{ id: 'x', name: 'X', parent_id: 'y' },
			{ id: 'y', name: 'Y', parent_id: 'x' },
			{ id: 'z', name: 'Z', parent_id: 'gone' },
		];
		standin.faults.add(body({ total: 3, directory_list }));
		const result = await runNode({ standin, items: [{}], parameters: parameters('directory') });
		expect(result.json.map(({ path }) => path)).toEqual(['Y / X', 'X / Y', 'Z']);
	});
});

describe('knowledge bases', () => {
	it('are filtered by name and status', async () => {
		standin.state.addKnowledgeBase({ id: 'k1', name: 'Contracts' });
		standin.state.addKnowledgeBase({ id: 'k2', name: 'Old contracts', status: 'close' });
		standin.state.addKnowledgeBase({ id: 'k3', name: 'Support' });
		const run = async (filters: IDataObject) => {
			const filtered = parameters('knowledgeBase', { filters });
			return ids((await runNode({ standin, items: [{}], parameters: filtered })).json);
		};
		expect(await run({})).toEqual(['k1', 'k2', 'k3']);
		expect(await run({ status: 'close' })).toEqual(['k2']);
		expect(await run({ name: 'Support' })).toEqual(['k3']);
	});
});

describe('pages that disagree end the listing:', () => {
	const page = (total: number, ...list: string[]) => ({
		total,
		tasks: list.map((id) => ({ id })),
	});
	const cases: Array<[string, unknown[], string[], number]> = [
		['a page that repeats', [page(9, 'a', 'b'), page(9, 'a', 'b')], ['a', 'b'], 2],
		['an empty page', [page(9, 'a', 'b'), page(9)], ['a', 'b'], 2],
		['a total that is too low', [page(1, 'a', 'b')], ['a', 'b'], 1],
		['a total of 0', [page(0, 'a')], ['a'], 1],
		['pages that overlap', [page(3, 'a', 'b'), page(3, 'b', 'c')], ['a', 'b', 'c'], 2],
		[
			'pages smaller than asked for',
			[page(3, 'a'), page(3, 'b'), page(3, 'c')],
			['a', 'b', 'c'],
			3,
		],
	];
	it.each(cases)('%s', async (_, pages, expected, calls) => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		for (const one of pages) standin.faults.add(body(one));
		const all = parameters('task', { returnAll: true });
		const { json } = await runNode({ standin, items: [{}], parameters: all });
		expect(ids(json)).toEqual(expected);
		expect(standin.requests).toHaveLength(calls);
	});
});

describe('an answer that looks different says what is missing:', () => {
	it.each([
		['no total', { tasks: [] }, "'total' is missing"],
		['no list', { total: 0 }, "'tasks' is missing"],
		['no ID', { total: 1, tasks: [{ name: 'a' }] }, "'tasks.0.id' is missing"],
		['no records', { total: 1, tasks: ['a'] }, "'tasks.0' is not a record"],
	])('%s', async (_, value, message) => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		standin.faults.add(body(value));
		const result = await runNode({ standin, items: [{}], parameters: parameters('task') });
		expect(errorText(result)).toContain(message);
		expect(errorText(result)).not.toContain('took effect');
	});
});

describe('several items', () => {
	it('get a listing each, and their own error with On Error = Continue', async () => {
		standin.state.addKnowledgeBase({ id: 'kb1', tasks: ['a'] });
		standin.state.addKnowledgeBase({ id: 'kb3', tasks: ['c'] });
		const knowledgeBase = { __rl: true, mode: 'id', value: '={{ $json.kb }}' };
		const run = {
			standin,
			items: [{ kb: 'kb1' }, { kb: 'unknown' }, { kb: '../x' }, { kb: 'kb3' }],
			parameters: parameters('task', { knowledgeBase }),
		};
		const result = await runNode({ ...run, onError: 'continueRegularOutput' });
		expect(result.output.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual([
			['a', { item: 0 }],
			[undefined, { item: 1 }],
			[undefined, { item: 2 }],
			['c', { item: 3 }],
		]);
		expect(result.json[1].error).toContain('KOS.00060001');
		expect(result.json[2].error).toContain("'Knowledge Base'");

		standin.requests.length = 0;
		const stopped = await runNode(run);
		expect(errorText(stopped)).toContain('[item 2]');
		expect(standin.requests).toEqual([]);
	});

	it('send nothing more once access is refused', async () => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		standin.faults.add({ what: { kind: 'status', status: 403, code: 'APIG.0302' } });
		const result = await runNode({
			standin,
			items: [{}, {}, {}],
			parameters: parameters('task'),
			onError: 'continueRegularOutput',
		});
		expect(standin.requests).toHaveLength(1);
		expect(result.json.map(({ error }) => String(error).includes('APIG.0302'))).toEqual([
			true,
			true,
			true,
		]);
	});
});

it('ends when the execution is cancelled', async () => {
	const { ids: tasks } = numbered(5000);
	standin.state.addKnowledgeBase({ id: 'kb', tasks });
	standin.faults.add({ what: { kind: 'hang' }, skip: 2 });
	const result = await runNode({
		standin,
		items: [{}],
		parameters: parameters('task', { returnAll: true }),
		onError: 'continueRegularOutput',
		onStarted: (cancel) => {
			standin.onRequest = () => standin.requests.length >= 2 && cancel();
		},
	});
	expect(result.status).toBe('canceled');
	expect(standin.requests.length).toBeLessThanOrEqual(3);
});

/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { What } from '../../dev/standin/faults';
import type { Directory } from '../../dev/standin/knowledgeBase';
import { standin } from '../dev/standin/eachTest';
import { errorText, runNode } from './runNode';

const createParameters: INodeParameters = {
	resource: 'directory',
	operation: 'create',
	knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
	path: '={{ $json.path }}',
};

const byName = (name: string): Directory[] => directories().filter((one) => one.name === name);

function directories(): Directory[] {
	return [...standin.state.knowledgeBases.get('kb')!.directories.values()];
}

function creations() {
	return standin.requests.filter(({ operationId }) => operationId === 'CreateDirectory');
}

async function create(
	paths: unknown[],
	options: IDataObject = {},
	onError?: 'continueRegularOutput',
) {
	const items = paths.map((path) => ({ path }) as IDataObject);
	const parameters = { ...createParameters, options } as INodeParameters;
	return await runNode({ standin, items, parameters, onError });
}

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		directories: [
			{ id: 'd1', name: 'Contracts' },
			{ id: 'd2', name: '2025', parent_id: 'd1' },
		],
	});
});

it('creates a directory and the parents that are missing, the parents first', async () => {
	const result = await create(['Contracts / 2026 / January']);
	const [year] = byName('2026');
	const [month] = byName('January');
	expect([year.parent_id, month.parent_id]).toEqual(['d1', year.id]);
	expect(result.json).toEqual([
		{
			id: month.id,
			created: true,
			status: 'created',
			name: 'January',
			path: 'Contracts / 2026 / January',
			parentId: year.id,
			knowledgeBaseId: 'kb',
		},
	]);
});

it('sends what the API page says: an explicit null for the top', async () => {
	await create(['Invoices']);
	expect(creations().map(({ method, body }) => ({ method, body }))).toEqual([
		{ method: 'POST', body: { name: 'Invoices', parent_id: null } },
	]);
});

it('uses existing directories, with or without spaces around the slash', async () => {
	const result = await create(['Contracts/2025', ' Contracts  /  2025 ']);
	expect(creations()).toEqual([]);
	expect(result.json).toEqual(
		Array(2).fill({
			id: 'd2',
			created: false,
			status: 'exists',
			name: '2025',
			path: 'Contracts / 2025',
			parentId: 'd1',
			knowledgeBaseId: 'kb',
		}),
	);
});

it('creates each directory once, however many items name it, and lists the directories once', async () => {
	const paths = Array.from({ length: 40 }, (_, n) => `Reports / Week ${n % 4} / Day ${n % 2}`);
	standin.latencyMs = 10;
	const result = await create(paths, { concurrency: 8 });
	expect(byName('Reports')).toHaveLength(1);
	expect(directories()).toHaveLength(2 + 1 + 4 + 4);
	expect(new Set(result.json.map(({ id }) => id)).size).toBe(4);
	expect(result.json.map(({ status }) => status)).toEqual([
		...Array(4).fill('created'),
		...Array(36).fill('exists'),
	]);
	const listings = standin.requests.filter(({ operationId }) => operationId === 'ListDirectory');
	expect(listings).toHaveLength(1);
});

it('creates nothing where the list holds fewer directories than there are', async () => {
	standin.faults.add({ what: { kind: 'body', body: { total: 2, directory_list: [] } } });
	const result = await create(['Contracts']);
	expect(errorText(result)).toContain('it holds 0 of 2 directories');
	expect(creations()).toEqual([]);
});

it('pairs each item with the one that asked for it, and keeps the order', async () => {
	const result = await create(['B', 'A', 'Contracts']);
	expect(result.json.map(({ name }) => name)).toEqual(['B', 'A', 'Contracts']);
	expect(result.output.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
});

it('shows in a dry run what it would create, and creates nothing', async () => {
	const result = await create(['Contracts / 2026 / January', 'Contracts / 2025'], { dryRun: true });
	expect(creations()).toEqual([]);
	const { projectId, applicationId } = standin.state;
	const path = `/v1/${projectId}/applications/${applicationId}/uni-search/kb/directory`;
	const planned = { dryRun: true, operation: 'create', count: 1, knowledgeBaseId: 'kb' };
	expect(result.json).toEqual([
		{ ...planned, ids: ['Contracts / 2026'], method: 'POST', path },
		{ ...planned, ids: ['Contracts / 2026 / January'], method: 'POST', path },
	]);
});

it.each([
	['', 'is not a text'],
	[null, 'is not a text'],
	['A//B', 'is not the path of a directory'],
	['/A', 'is not the path of a directory'],
	['1/2/3/4/5/6', '1 to 5 names'],
	['x'.repeat(65), '1 to 64 characters'],
])('refuses the path %p before anything is sent', async (path, message) => {
	const result = await create(['Fine', path]);
	expect(errorText(result)).toContain(`'Path': `);
	expect(errorText(result)).toContain(message);
	expect(errorText(result)).toContain('[item 1]');
	expect(standin.requests).toEqual([]);
});

describe('a creation whose answer was lost', () => {
	it.each(['reset', 'halfJson'] as const)('is looked up, and not repeated (%s)', async (kind) => {
		standin.faults.add({ what: { kind }, when: { method: 'POST' }, at: 'after' });
		const result = await create(['Invoices / 2026']);
		expect(byName('Invoices')).toHaveLength(1);
		expect(byName('2026')).toHaveLength(1);
		expect(result.json).toMatchObject([{ created: true, status: 'created' }]);
	});

	it('is tried once more when it took no effect', async () => {
		standin.faults.add({ what: { kind: 'reset' }, when: { method: 'POST' } });
		const result = await create(['Invoices']);
		expect(creations()).toHaveLength(2);
		expect(result.json).toMatchObject([{ id: byName('Invoices')[0].id, status: 'created' }]);
	});

	it.each<[string, What]>([
		['the gateway', { kind: 'status', status: 504 }],
		['the node', { kind: 'late', ms: 2500 }],
	])('is unconfirmed after %s gave up waiting: it may still arrive', async (_, what) => {
		standin.faults.add({ what, when: { method: 'POST' } });
		const result = await create(['Invoices'], { timeout: 1500 });
		expect(result.json).toMatchObject([{ created: null, status: 'unconfirmed' }]);
		expect(creations()).toHaveLength(1);
	});

	it('is unconfirmed if the directories cannot be listed either', async () => {
		standin.faults.add({ what: { kind: 'reset' }, when: { method: 'POST' }, at: 'after' });
		const isListing = { operationId: 'ListDirectory' };
		standin.faults.add({
			what: { kind: 'status', status: 400, code: 'KOS.00060002' },
			when: isListing,
			skip: 1,
			times: Infinity,
		});
		const result = await create(['Invoices']);
		expect(result.json).toEqual([
			{
				id: null,
				created: null,
				status: 'unconfirmed',
				name: 'Invoices',
				path: 'Invoices',
				parentId: null,
				knowledgeBaseId: 'kb',
			},
		]);
		const [hint] = result.hints('KooSearch').map(({ message }) => message);
		expect(hint).toContain('The connection to KooSearch was lost.');
		expect(hint).toContain('not known: look before you run it again');
		expect(creations()).toHaveLength(1);
	});
});

it('says what was done before a failure ended the run', async () => {
	standin.faults.add({
		what: { kind: 'status', status: 400, code: 'KOS.00080003' },
		when: { request: ({ body }) => (body as { name?: string } | undefined)?.name === 'B' },
	});
	const result = await create(['A', 'B', 'C'], { concurrency: 1 });
	expect(errorText(result)).toContain('[item 1]');
	expect(errorText(result)).toContain(
		'Of 3 items, 1 succeeded, 1 failed, 1 not attempted. Done: item 0.',
	);
	expect(byName('C')).toEqual([]);
});

it('goes on after a failure with On Error = Continue', async () => {
	standin.faults.add({
		what: { kind: 'status', status: 400, code: 'KOS.00080003' },
		when: { request: ({ body }) => (body as { name?: string } | undefined)?.name === 'B' },
	});
	const result = await create(['A', 'B', '', 'C'], {}, 'continueRegularOutput');
	expect(result.output.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual([
		0, 1, 2, 3,
	]);
	expect(result.json.slice(1, 3)).toEqual([
		{
			id: null,
			created: null,
			status: 'failed',
			knowledgeBaseId: 'kb',
			error: expect.stringContaining('KOS.00080003'),
		},
		{
			id: null,
			created: false,
			status: 'invalid',
			knowledgeBaseId: 'kb',
			error: expect.stringContaining("'Path'"),
		},
	]);
	expect(result.hints('KooSearch')[0].message).toContain('1 of 3 items failed. ');
	expect(result.json[3]).toMatchObject({ name: 'C', status: 'created' });
});

it('ends at once when the run is canceled, and gives what was done', async () => {
	const when = { method: 'POST' };
	standin.faults.add({ what: { kind: 'hang' }, when, skip: 1, times: Infinity });
	const result = await runNode({
		standin,
		items: [{ path: 'A' }, { path: 'B' }, { path: 'C' }],
		parameters: { ...createParameters, options: { concurrency: 1 } },
		onStarted: (cancel) => {
			const timer = setInterval(() => {
				if (creations().length < 2) return;
				clearInterval(timer);
				cancel();
			}, 5);
		},
	});
	expect(result.status).toBe('canceled');
	expect(creations()).toHaveLength(2);
	expect(result.json).toMatchObject([{ name: 'A', status: 'created' }]);
	expect(result.nodeError('KooSearch')).toBeUndefined();
	expect(result.log).toContain('Of 3 items, 1 succeeded, 1 failed, 1 not attempted.');
});

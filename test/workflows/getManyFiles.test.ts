import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';
import { loadFromSource } from '../../dev/engine';
import { KooSearch } from '../../nodes/KooSearch/KooSearch.node';
import { standin } from '../dev/standin/eachTest';
import { errorText, numbered, runNode } from './runNode';

const DAY = 86_400_000;
const CREATED = Date.UTC(2025, 0, 2, 3, 4, 5);

function parameters(filters: IDataObject, more: IDataObject = {}): INodeParameters {
	return {
		resource: 'file',
		operation: 'getMany',
		knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
		filters,
		...more,
	} as INodeParameters;
}

async function run(filters: IDataObject, more: IDataObject = {}) {
	return await runNode({ standin, items: [{}], parameters: parameters(filters, more) });
}

async function idsOf(filters: IDataObject): Promise<unknown[]> {
	return (await run(filters)).json.map(({ id }) => id);
}

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		directories: [
			{ id: 'd1', name: 'Contracts' },
			{ id: 'd2', name: '2025', parent_id: 'd1' },
		],
		files: [
			{ id: 'a', status: 'SUCCESS', tags: ['finance', '2025'], directory_id: 'd1' },
			{ id: 'b', status: 'ERROR', tags: ['finance'], directory_id: 'd2' },
			{ id: 'c', status: 'IMPORT_EXCEPTION', create_time: CREATED, upload_desc: 'broken page 3' },
			{ id: 'd', status: 'FILE_ENCODING_ERROR', create_time: Date.now() - 8 * DAY },
			{ id: 'e', status: 'RUNNING' },
		],
	});
});

it.each<[string, IDataObject, string[]]>([
	['one status', { fileStatus: ['ERROR'] }, ['b']],
	['several statuses', { fileStatus: ['ERROR', 'RUNNING'] }, ['b', 'e']],
	['any failure', { fileStatus: ['anyFailure'] }, ['b', 'c', 'd']],
	['statuses as text', { fileStatus: 'success; running' }, ['a', 'e']],
	['a tag', { tags: 'finance' }, ['a', 'b']],
	['all of several tags', { tags: 'finance, 2025' }, ['a']],
	['IDs', { ids: 'a;c\ne,unknown' }, ['a', 'c', 'e']],
	['no directory', { noDirectory: true }, ['c', 'd', 'e']],
	['no directory, switched off', { noDirectory: false }, ['a', 'b', 'c', 'd', 'e']],
	['age', { olderThanDays: 7 }, ['c', 'd']],
	['age as text', { olderThanDays: '30' }, ['c']],
	['path', { directory: { __rl: true, mode: 'path', value: 'Contracts/2025' } }, ['b']],
])('files are filtered by %s', async (_, filters, expected) => {
	expect(await idsOf(filters)).toEqual(expected);
});

it('asks KooSearch for tags and IDs by repeated parameters, and for one status at most', async () => {
	await run({ tags: 'finance, 2025', ids: 'a, b', fileStatus: ['anyFailure'] });
	const [{ query }] = standin.requests;
	expect([query.tags, query.ids, query.file_status]).toEqual([
		['finance', '2025'],
		['a', 'b'],
		undefined,
	]);
	await run({ fileStatus: ['ERROR'] });
	expect(standin.requests[1].query.file_status).toBe('ERROR');
});

it('finds more IDs than an address can hold by itself', async () => {
	const { ids } = numbered(600, 'f-0123456789-0123456789-0123456789-');
	standin.state.addKnowledgeBase({ id: 'large', files: [...ids, 'other'] });
	const knowledgeBase = { __rl: true, mode: 'id', value: 'large' };
	const result = await run({ ids: JSON.stringify(ids) }, { knowledgeBase, returnAll: true });
	expect(result.json).toHaveLength(600);
	expect(standin.requests[0].query.ids).toBeUndefined();
});

it('leaves out files without the tags and IDs, whatever the API says', async () => {
	const files = [
		{ id: 'a', tags: ['x'] },
		{ id: 'b', tags: ['y'] },
		{ id: 'c', tags: [] },
	];
	standin.faults.add({ what: { kind: 'body', body: { total: 3, files } }, times: 2 });
	expect(await idsOf({ tags: 'X' })).toEqual(['a']);
	expect(await idsOf({ ids: 'b' })).toEqual(['b']);
});

it('does not guess where files say nothing of their directory', async () => {
	standin.faults.add({ what: { kind: 'body', body: { total: 1, files: [{ id: 'a' }] } } });
	const result = await run({ noDirectory: true });
	expect(errorText(result)).toContain("nothing to check 'No Directory' against");
	expect(result.output).toEqual([]);
});

it('adds the directory, ISO times and the reason of a failure beside the fields of the API', async () => {
	const { json } = await run({ ids: 'b,c' });
	expect(json[0]).toMatchObject({ id: 'b', category: 'd2', directoryId: 'd2' });
	expect(json[1]).toMatchObject({
		directoryId: null,
		create_time: String(CREATED),
		createdAt: '2025-01-02T03:04:05.000Z',
		reason: 'broken page 3',
	});
	expect(json[1]).not.toHaveProperty('updatedAt');
});

it('reads a directory written as name(ID)', async () => {
	const files = [{ id: 'a', category: 'Signed (old)(d7)' }];
	standin.faults.add({ what: { kind: 'body', body: { total: 1, files } } });
	expect((await run({})).json[0].directoryId).toBe('d7');
});

it('adds the path of the directory where the option is on, by one call more', async () => {
	const { json } = await run({}, { options: { directoryPath: true } });
	expect(json.map(({ directoryPath }) => directoryPath)).toEqual([
		'Contracts',
		'Contracts / 2025',
		null,
		null,
		null,
	]);
	expect(standin.requests).toHaveLength(2);
});

it('sends a directory found by its path as the API page writes it', async () => {
	await run({ directory: { __rl: true, mode: 'path', value: 'Contracts / 2025' } });
	expect(standin.requests.map(({ operationId }) => operationId)).toEqual([
		'ListDirectory',
		'SearchFiles',
	]);
	expect(standin.requests[1].query.category).toBe('2025(d2)');
});

it('names the field when the path is not there', async () => {
	const result = await run({ directory: { __rl: true, mode: 'path', value: 'Contracts / 1999' } });
	expect(errorText(result)).toContain(
		`'Directory': the knowledge base "kb" has no directory "Contracts / 1999".`,
	);
	expect(standin.requests).toHaveLength(1);
});

it('names the field when KooSearch refused the directory, and knows its ID', async () => {
	standin.faults.add({
		what: { kind: 'status', status: 400, code: 'KOS.00010002' },
		when: { operationId: 'SearchFiles' },
	});
	const result = await run({ directory: { __rl: true, mode: 'id', value: 'Contracts' } });
	expect(errorText(result)).toContain(`'Directory': the knowledge base "kb" has no directory with`);
	expect(errorText(result)).toContain('its ID is "d1"');
});

it.each([[['NONSENSE']], [[]], ['']])('refuses the status %p', async (fileStatus) => {
	const result = await run({ fileStatus });
	expect(errorText(result)).toContain("'File Status'");
	expect(standin.requests).toEqual([]);
});

describe('an empty filter', () => {
	const filters = { fileName: '', tags: ' ', directory: { __rl: true, mode: 'id', value: '' } };

	it('is an error in a workflow', async () => {
		const result = await run(filters);
		expect(errorText(result)).toContain("'Directory'");
		expect(standin.requests).toEqual([]);
	});

	it('is ignored when an agent runs the node', async () => {
		const tool = new KooSearch();
		tool.description.name = 'kooSearchTool';
		const types = loadFromSource({
			packageName: 'n8n-nodes-koosearch',
			nodes: [tool],
			credentials: [new KooSearchApi()],
		});
		const result = await runNode({
			standin,
			items: [{}],
			parameters: parameters({ ...filters, fileStatus: ['RUNNING'] }),
			types,
			node: { type: 'n8n-nodes-koosearch.kooSearchTool' },
		});
		expect(result.json.map(({ id }) => id)).toEqual(['e']);
	});
});

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { standin } from '../dev/standin/eachTest';
import { errorText, runNode } from './runNode';

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const byPath = (value: string) => ({ __rl: true, mode: 'path', value });

function directory(id: string) {
	return standin.state.knowledgeBases.get('kb')!.directories.get(id);
}

function changes() {
	return standin.requests.filter(({ method }) => method !== 'GET');
}

async function run(operation: string, more: IDataObject, items: IDataObject[] = [{}]) {
	const parameters = {
		resource: 'directory',
		operation,
		knowledgeBase: byId('kb'),
		...more,
	} as INodeParameters;
	return await runNode({ standin, items, parameters });
}

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		directories: [
			{ id: 'd1', name: 'Contracts' },
			{ id: 'd2', name: '2025', parent_id: 'd1' },
			{ id: 'd3', name: 'Archive' },
			{ id: 'd4', name: 'Empty' },
		],
		files: [{ id: 'a', name: 'a.pdf', directory_id: 'd3' }],
	});
});

describe('Rename or Move Directory', () => {
	const unchanged = { id: 'd2', name: '2025', path: 'Contracts / 2025', parentId: 'd1' };

	it('renames, sends only the name, and gives the new path', async () => {
		const { json } = await run('update', { directory: byId('d2'), name: '2026' });
		expect(changes().map(({ method, body }) => [method, body])).toEqual([
			['PUT', { name: '2026' }],
		]);
		expect(json).toEqual([
			{
				...unchanged,
				name: '2026',
				path: 'Contracts / 2026',
				updated: true,
				status: 'updated',
				knowledgeBaseId: 'kb',
			},
		]);
	});

	it('puts one directory into another, both by their paths', async () => {
		const { json } = await run('update', {
			directory: byPath('Contracts/2025'),
			parent: byPath('Archive'),
		});
		expect(changes().map(({ body }) => body)).toEqual([{ parent_id: 'd3' }]);
		expect(json).toMatchObject([{ status: 'updated', path: 'Archive / 2025', parentId: 'd3' }]);
	});

	it('takes a directory to the top with an explicit null', async () => {
		const { json } = await run('update', { directory: byId('d2'), options: { toTop: true } });
		expect(changes().map(({ body }) => body)).toEqual([{ parent_id: null }]);
		expect(json).toMatchObject([{ status: 'updated', path: '2025', parentId: null }]);
	});

	it('sends nothing when there is nothing to change', async () => {
		const more = { directory: byId('d2'), name: '2025', parent: byId('d1') };
		const { json } = await run('update', more);
		expect(changes()).toEqual([]);
		expect(json).toEqual([
			{ ...unchanged, updated: false, status: 'unchanged', knowledgeBaseId: 'kb' },
		]);
	});

	it('confirms nothing that the list does not show afterwards', async () => {
		standin.faults.add({
			what: { kind: 'body', body: { directory_id: 'd2' } },
			when: { method: 'PUT' },
		});
		const { json } = await run('update', { directory: byId('d2'), options: { toTop: true } });
		expect(json).toMatchObject([{ updated: null, status: 'unconfirmed', parentId: 'd1' }]);
	});

	it.each<[string, IDataObject, string]>([
		['nothing to change', {}, "'Name' and 'Parent Directory' are both empty"],
		['a name with a slash', { name: 'a/b' }, "'Name'"],
		['two places', { parent: byId('d3'), options: { toTop: true } }, "'To Top Level'"],
	])('refuses %s before anything is sent', async (_, more, message) => {
		const result = await run('update', { directory: byId('d2'), ...more });
		expect(errorText(result)).toContain(message);
		expect(standin.requests).toEqual([]);
	});

	it.each<[string, IDataObject, string]>([
		['an unknown directory', { directory: byId('d9'), name: 'x' }, "'Directory': "],
		[
			'an unknown parent',
			{ directory: byId('d2'), parent: byPath('Nowhere') },
			"'Parent Directory': ",
		],
		['itself as the parent', { directory: byId('d1'), parent: byId('d2') }, 'into itself'],
	])('names the field of %s', async (_, more, message) => {
		const result = await run('update', more);
		expect(errorText(result)).toContain(message);
		expect(changes()).toEqual([]);
	});

	it('shows its call in a dry run', async () => {
		const more = { directory: byId('d2'), name: 'x', options: { dryRun: true } };
		const { json } = await run('update', more);
		expect(json).toMatchObject([{ dryRun: true, method: 'PUT', ids: ['d2'] }]);
		expect(changes()).toEqual([]);
	});
});

describe('Delete Directory', () => {
	it('deletes an empty one', async () => {
		const { json } = await run('delete', { directory: byPath('Empty') });
		expect(json).toEqual([
			{ id: 'd4', deleted: true, status: 'deleted', directoryIds: ['d4'], knowledgeBaseId: 'kb' },
		]);
		expect(directory('d4')).toBeUndefined();
		expect(changes().map(({ body }) => body)).toEqual([undefined]);
	});

	it.each([
		['a directory', 'd1', 'holds the directory "2025"'],
		['a file', 'd3', 'holds the file "a.pdf"'],
	])('leaves one that holds %s', async (_, id, message) => {
		const result = await run('delete', { directory: byId(id) });
		expect(errorText(result)).toContain(message);
		expect(directory(id)).toBeDefined();
		expect(changes()).toEqual([]);
	});

	it.each([
		['of which only a part came', { total: 3, files: [] }],
		['that name a directory without its ID', { total: 1, files: [{ id: 'a', category: 'Other' }] }],
	])('leaves one with files %s', async (_, body) => {
		standin.state.knowledgeBases.get('kb')!.directories.get('d4')!.name = 'Other';
		const when = { operationId: 'SearchFiles' };
		standin.faults.add({ what: { kind: 'body', body }, when, times: Infinity });
		const result = await run('delete', { directory: byId('d4') });
		expect(errorText(result)).toMatch(/it is not known whether "Other" is empty|holds the file/);
		expect(changes()).toEqual([]);
	});

	it('leaves one where the files do not say what directory they are in', async () => {
		standin.faults.add({
			what: { kind: 'body', body: { total: 1, files: [{ id: 'a' }] } },
			when: { operationId: 'SearchFiles' },
		});
		const result = await run('delete', { directory: byId('d4') });
		expect(errorText(result)).toContain('it is not known whether');
		expect(changes()).toEqual([]);
	});

	it('deletes one with all below it with Delete If Not Empty', async () => {
		const { json } = await run('delete', { directory: byId('d1'), options: { notEmpty: true } });
		expect(json).toMatchObject([{ status: 'deleted', directoryIds: ['d1', 'd2'] }]);
		expect(directory('d2')).toBeUndefined();
	});

	it('deletes a directory and then its parent, in the order of the items', async () => {
		const { json } = await run('delete', { directory: byId('={{ $json.id }}') }, [
			{ id: 'd2' },
			{ id: 'd1' },
		]);
		expect(json.map(({ status }) => status)).toEqual(['deleted', 'deleted']);
	});

	it('finds out what became of a call whose answer was lost', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0);
		standin.faults.add({ what: { kind: 'reset' }, when: { method: 'DELETE' }, at: 'after' });
		const { json } = await run('delete', { directory: byId('d4') });
		expect(json).toMatchObject([{ id: 'd4', deleted: true, status: 'deleted' }]);
	});

	it('confirms nothing when the answer names another directory', async () => {
		standin.faults.add({
			what: { kind: 'body', body: { directory_ids: ['other'] } },
			when: { method: 'DELETE' },
		});
		const { json } = await run('delete', { directory: byId('d4') });
		expect(json).toMatchObject([{ id: 'd4', deleted: null, status: 'unconfirmed' }]);
	});
});

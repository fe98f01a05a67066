import { standin } from '../dev/standin/eachTest';
import { errorText, moveParameters, numbered, runNode } from './runNode';

function directoryOf(fileId: string, knowledgeBaseId = 'kb'): string | null | undefined {
	return standin.state.knowledgeBases.get(knowledgeBaseId)!.files.get(fileId)?.directory_id;
}

function locator(value: string) {
	return { __rl: true, mode: 'id', value };
}

describe("the API page's example", () => {
	const ids = ['622f8e93ec50f5ce415afdd670a00527', '61170c6fc8cc84a0f546556ce1956c1a'];
	const directoryId = '0b6a2f30-3f66-4e8b-bbeb-5dd8cb56b38ea';

	function runExample() {
		return runNode({
			standin,
			items: [{}],
			parameters: { ...moveParameters, directory: locator(directoryId), fileIds: ids.join(',') },
		});
	}

	it('goes over the wire exactly', async () => {
		standin.state.addKnowledgeBase({ id: 'kb', files: ids, directories: [directoryId] });
		const { json } = await runExample();
		const [{ method, path, headers, body }, ...more] = standin.requests;
		expect(more).toEqual([]);
		expect(method).toBe('PUT');
		expect(path).toBe(
			'/v1/b25446daeb1a41a7953c5deba2b2677a/applications/be9b19bf-4865-4fb8-b9f8-2fd1fea98d76/uni-search/kb/directory/files',
		);
		expect(headers['x-auth-token']).toBeTruthy();
		expect(body).toEqual({ file_ids: ids, directory_id: directoryId });
		expect(json).toEqual(
			ids.map((id) => ({ id, moved: true, status: 'moved', directoryId, knowledgeBaseId: 'kb' })),
		);
		expect(ids.map((id) => directoryOf(id))).toEqual([directoryId, directoryId]);
	});

	it('answered with its sample answer, which names other files, proves nothing of those sent', async () => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		standin.faults.add({
			what: {
				kind: 'body',
				body: {
					directory_id: 'c327c4d7-6f4c-4b9a-8116-c1222b65d02b',
					success_file_ids: [
						'8036fcab50cf21f9a1b9a3f80f2f320c',
						'9a3f96119a766d0087e2d99560d26d80',
						'3a4bc212ce2761e9a7f71b22507ab68b',
					],
					filter_same_category_file_ids: [],
					filter_exist_file_ids: [],
					filter_not_in_status_file_ids: [],
				},
			},
		});
		const result = await runExample();
		expect(result.json).toEqual(
			ids.map((id) => ({
				id,
				moved: null,
				status: 'unreported',
				directoryId,
				knowledgeBaseId: 'kb',
			})),
		);
		const hints = result.hints('KooSearch').map(({ message }) => message);
		expect(hints).toContainEqual(
			expect.stringContaining('named 3 files that this run did not send'),
		);
	});
});

it('says what happened to each file', async () => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		directories: ['d1'],
		files: [
			{ id: 'free' },
			{ id: 'there', directory_id: 'd1' },
			{ id: 'twin', name: 'a.pdf' },
			{ id: 'double', name: 'a.pdf', directory_id: 'd1' },
			{ id: 'parsing', status: 'RUNNING' },
		],
	});
	const items = ['free', 'there', 'twin', 'parsing', 'unknown'].map((id) => ({ id }));
	const result = await runNode({ standin, items, parameters: moveParameters });
	expect(result.json.map(({ id, moved, status }) => [id, moved, status])).toEqual([
		['free', true, 'moved'],
		['there', false, 'sameDirectory'],
		['twin', false, 'alreadyExists'],
		['parsing', false, 'notReady'],
		['unknown', null, 'unreported'],
	]);
	expect(directoryOf('free')).toBe('d1');
	expect(directoryOf('twin')).toBeNull();
	expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
		"4 of 5 files were not confirmed as moved: 1 already there, 1 already existing in the target directory, 1 not in the status SUCCESS or ERROR, 1 not mentioned in KooSearch's answer.",
	]);
});

it('says that files already there may have been moved, when the first answer was lost', async () => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
	standin.state.addKnowledgeBase({ id: 'kb', directories: ['d1'], files: ['a', 'b'] });
	standin.faults.add({ what: { kind: 'reset' }, at: 'after', when: { method: 'PUT' } });
	const result = await runNode({ standin, items: [{ id: 'a,b' }], parameters: moveParameters });
	expect(result.json.map(({ status }) => status)).toEqual(['sameDirectory', 'sameDirectory']);
	expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
		'2 of 2 files were not moved: 2 already there.',
		'A call was sent more than once, so files reported as already there may have been moved by the first attempt.',
	]);
});

it('trusts no list when a file is in two', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', directories: ['d1'] });
	standin.faults.add({
		what: {
			kind: 'body',
			body: { success_file_ids: ['a', 'b', 'b'], filter_exist_file_ids: ['a', 'a'] },
		},
	});
	const result = await runNode({ standin, items: [{ id: 'a,b' }], parameters: moveParameters });
	expect(result.json.map(({ status }) => status)).toEqual(['unreported', 'moved']);
	expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
		"1 of 2 files was not confirmed as moved: 1 in two lists of KooSearch's answer.",
	]);
});

it.each([
	['no list of moved files', { filter_exist_file_ids: ['a'] }, "'success_file_ids' is missing"],
	['text for a list', { success_file_ids: 'a' }, "'success_file_ids' is not a list"],
	['a count, as the page says', { success_file_ids: 1 }, "'success_file_ids' is not a list"],
	['numbers for IDs', { success_file_ids: [1] }, "'success_file_ids.0' is not an ID"],
])('treats %s as an answer that proves nothing', async (_, body, message) => {
	standin.state.addKnowledgeBase({ id: 'kb', directories: ['d1'] });
	standin.faults.add({ what: { kind: 'body', body } });
	const result = await runNode({ standin, items: [{ id: 'a' }], parameters: moveParameters });
	expect(result.status).toBe('error');
	expect(errorText(result)).toContain(message);
});

it('takes files out of their directory when No Directory is chosen, with an explicit null', async () => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		directories: ['d1'],
		files: [{ id: 'a', directory_id: 'd1' }],
	});
	const { resource, operation, knowledgeBase, fileIds } = moveParameters;
	const { json } = await runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: { resource, operation, knowledgeBase, fileIds, destination: 'none' },
	});
	expect(standin.requests[0].body).toEqual({ file_ids: ['a'], directory_id: null });
	expect(json[0]).toEqual({
		id: 'a',
		moved: true,
		status: 'moved',
		directoryId: null,
		knowledgeBaseId: 'kb',
	});
	expect(directoryOf('a')).toBeNull();
});

it.each([
	['is missing', {}],
	['is null', { dir: null }],
	['is empty', { dir: '' }],
	['is blank', { dir: '  ' }],
])('never treats a directory that %s as No Directory', async (_, item) => {
	standin.state.addKnowledgeBase({ id: 'kb', directories: ['d1'], files: ['a'] });
	const result = await runNode({
		standin,
		items: [{ id: 'a', ...item }],
		parameters: { ...moveParameters, directory: locator('={{ $json.dir }}') },
	});
	expect(standin.requests).toEqual([]);
	expect(errorText(result)).toContain("'Directory'");
	expect(errorText(result)).toContain('[item 0]');
});

it('makes as few calls as 4 directories of 2 knowledge bases allow', async () => {
	const { ids, items } = numbered(1000, 'f');
	for (const id of ['kb0', 'kb1']) {
		standin.state.addKnowledgeBase({ id, files: ids, directories: ['d0', 'd1', 'd2', 'd3'] });
	}
	const { json } = await runNode({
		standin,
		items: items.map(({ id }, n) => ({ id, kb: `kb${n % 2}`, dir: `d${Math.floor(n / 250)}` })),
		parameters: {
			...moveParameters,
			knowledgeBase: locator('={{ $json.kb }}'),
			directory: locator('={{ $json.dir }}'),
			options: { batchSize: 125 },
		},
	});
	expect(standin.requests).toHaveLength(8);
	expect(json.map(({ id }) => id)).toEqual(ids);
	expect(json.every(({ moved }) => moved === true)).toBe(true);
	expect(directoryOf('f0001', 'kb0')).toBe('d0');
	expect(directoryOf('f1000', 'kb1')).toBe('d3');
	expect(directoryOf('f1000', 'kb0')).toBeNull();
});

it('moves nothing when two items contradict each other', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', directories: ['d1', 'd2'], files: ['a', 'b'] });
	const run = {
		standin,
		items: [
			{ id: 'a', dir: 'd1' },
			{ id: 'b', dir: 'd1' },
			{ id: 'a', dir: 'd2' },
		],
		parameters: { ...moveParameters, directory: locator('={{ $json.dir }}') },
	};
	const stopped = await runNode(run);
	expect(standin.requests).toEqual([]);
	expect(errorText(stopped)).toContain('[item 2]');
	expect(errorText(stopped)).toContain(
		`'Destination': "a" is to go to directory "d2" here, but item 0 already sends it to directory "d1" in the same run.`,
	);
	const toNone = "={{ $itemIndex === 2 ? 'none' : 'directory' }}";
	const outOfIt = await runNode({ ...run, parameters: { ...run.parameters, destination: toNone } });
	expect(errorText(outOfIt)).toContain(`"a" is to go to 'No Directory' here, but item 0`);

	const continued = await runNode({ ...run, onError: 'continueRegularOutput' });
	expect(
		continued.output.map(({ json, pairedItem }) => [json.id, json.status, pairedItem]),
	).toEqual([
		['a', 'moved', { item: 0 }],
		['b', 'moved', { item: 1 }],
		['a', 'invalid', { item: 2 }],
	]);
	expect(directoryOf('a')).toBe('d1');
});

it('names the directory in Dry Run and in One Item per Batch', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', directories: ['d1'], files: ['a'] });
	const run = { standin, items: [{ id: 'a' }] };
	const planned = await runNode({
		...run,
		parameters: { ...moveParameters, options: { dryRun: true } },
	});
	expect(planned.json).toEqual([
		{
			dryRun: true,
			operation: 'move',
			method: 'PUT',
			path: `/v1/${standin.state.projectId}/applications/${standin.state.applicationId}/uni-search/kb/directory/files`,
			knowledgeBaseId: 'kb',
			directoryId: 'd1',
			ids: ['a'],
			count: 1,
		},
	]);
	expect(directoryOf('a')).toBeNull();
	const perBatch = await runNode({
		...run,
		parameters: { ...moveParameters, options: { output: 'perBatch' } },
	});
	expect(perBatch.json[0]).toMatchObject({
		operation: 'move',
		knowledgeBaseId: 'kb',
		directoryId: 'd1',
		ids: ['a'],
		status: 'complete',
		response: { directory_id: 'd1', success_file_ids: ['a'] },
	});
});

describe('a wrong directory', () => {
	beforeEach(() => {
		standin.state.addKnowledgeBase({
			id: 'kb',
			directories: [{ id: 'd1', name: 'Contracts' }],
			files: ['a', 'b'],
		});
	});

	it('is reported with the name of its field, once KooSearch refused it', async () => {
		const parameters = { ...moveParameters, directory: locator('d9') };
		const result = await runNode({ standin, items: [{ id: 'a,b' }], parameters });
		expect(errorText(result)).toContain(
			`'Directory': the knowledge base "kb" has no directory with the ID "d9".`,
		);
		expect(standin.requests.map(({ operationId }) => operationId)).toEqual([
			'UpdateDirectoryOfFile',
			'ListDirectory',
		]);
	});

	it('given by its name is reported with the ID to enter; no file is blamed', async () => {
		const parameters = { ...moveParameters, directory: locator('Contracts') };
		const result = await runNode({
			standin,
			items: [{ id: 'a,b' }],
			parameters,
			onError: 'continueRegularOutput',
		});
		expect(JSON.stringify(result.json)).toContain('is the name of a directory; its ID is');
		// No search for a bad ID among the files.
		expect(standin.requests).toHaveLength(2);
	});

	it('leaves the message of KooSearch alone if the directory exists', async () => {
		standin.faults.add({ what: { kind: 'status', status: 400, code: 'KOS.00080003' } });
		const result = await runNode({ standin, items: [{ id: 'a' }], parameters: moveParameters });
		expect(errorText(result)).toContain('KOS.00080003');
		expect(errorText(result)).not.toContain("'Directory'");
	});
});

describe('a directory by its path', () => {
	const byPath = { __rl: true, mode: 'path', value: '={{ $json.path }}' };
	const parameters = { ...moveParameters, directory: byPath };
	const sent = () => standin.requests.map(({ operationId }) => operationId);

	beforeEach(() => {
		standin.state.addKnowledgeBase({
			id: 'kb',
			directories: [
				{ id: 'd1', name: 'Contracts' },
				{ id: 'd2', name: '2025', parent_id: 'd1' },
			],
			files: ['a', 'b', 'c'],
		});
	});

	it('is looked up once for all items, and one call serves both ways to write it', async () => {
		const items = [
			{ id: 'a', path: 'Contracts / 2025' },
			{ id: 'b', path: 'Contracts/2025' },
		];
		const { json } = await runNode({ standin, items, parameters });
		expect(json).toEqual(
			['a', 'b'].map((id) => ({
				id,
				moved: true,
				status: 'moved',
				directoryId: 'd2',
				knowledgeBaseId: 'kb',
			})),
		);
		expect(sent()).toEqual(['ListDirectory', 'UpdateDirectoryOfFile']);
	});

	it('that does not exist moves nothing and creates nothing', async () => {
		const items = [
			{ id: 'a', path: 'Contracts' },
			{ id: 'b', path: 'Contracts / 2026' },
		];
		const result = await runNode({ standin, items, parameters });
		expect(errorText(result)).toContain(`has no directory "Contracts / 2026"`);
		expect(errorText(result)).toContain('[item 1]');
		expect(sent()).toEqual(['ListDirectory']);
	});

	it('that does not exist is an error of its own item under Continue', async () => {
		const items = [
			{ id: 'a', path: 'Contracts' },
			{ id: 'b', path: 'Contracts / 2026' },
		];
		const result = await runNode({
			standin,
			items,
			parameters,
			onError: 'continueRegularOutput',
		});
		expect(result.json[0]).toMatchObject({ id: 'a', status: 'moved', directoryId: 'd1' });
		expect(result.json[1].error).toContain(`has no directory "Contracts / 2026"`);
	});

	it('is created once with Create Directories, however many items name it', async () => {
		const items = ['a', 'b', 'c'].map((id, n) => ({
			id,
			path: `Contracts / 2026 / Week ${n % 2}`,
		}));
		const { json } = await runNode({
			standin,
			items,
			parameters: { ...parameters, createDirectories: true, options: { batchSize: 1 } },
		});
		expect(json.map(({ status }) => status)).toEqual(['moved', 'moved', 'moved']);
		expect(Object.keys(json[0]).sort()).toEqual(
			['directoryId', 'id', 'knowledgeBaseId', 'moved', 'status'].sort(),
		);
		expect(json.map(({ directoryId }) => directoryId)).toEqual(
			['a', 'b', 'c'].map((id) => directoryOf(id)),
		);
		expect(sent().filter((one) => one === 'CreateDirectory')).toHaveLength(3);
	});

	it('is not looked up for more IDs than may be sent', async () => {
		const result = await runNode({
			standin,
			items: ['a', 'b', 'c'].map((id) => ({ id, path: 'Contracts' })),
			parameters: { ...parameters, options: { maxIds: 2 } },
		});
		expect(errorText(result)).toContain('The input names 3 files, more than the 2');
		expect(sent()).toEqual([]);
	});

	it('is not created by a dry run, which shows the path', async () => {
		const result = await runNode({
			standin,
			items: [{ id: 'a', path: 'Contracts / 2026' }],
			parameters: { ...parameters, createDirectories: true, options: { dryRun: true } },
		});
		expect(result.json).toMatchObject([{ directoryPath: 'Contracts / 2026', ids: ['a'] }]);
		expect(sent().filter((one) => !one?.startsWith('List'))).toEqual([]);
	});
});

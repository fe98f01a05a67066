import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { standin } from '../dev/standin/eachTest';
import { errorText, numbered, runNode } from './runNode';

function file(id: string) {
	return standin.state.knowledgeBases.get('kb')!.files.get(id)!;
}

function changes() {
	return standin.requests.filter(({ method }) => method === 'PUT');
}

async function run(more: IDataObject, items: IDataObject[] = [{}], onError?: INode['onError']) {
	const parameters = {
		resource: 'file',
		operation: 'update',
		knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
		fileIds: 'a',
		tags: 'x',
		...more,
	} as INodeParameters;
	return await runNode({ standin, items, parameters, onError });
}

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		directories: ['d1'],
		files: [{ id: 'a', tags: ['Finance', '2025'], directory_id: 'd1' }, { id: 'b' }],
	});
});

it.each<[string, string, string[]]>([
	['add', 'legal, finance', ['Finance', '2025', 'legal']],
	['remove', 'finance', ['2025']],
	['replace', 'legal; signed', ['legal', 'signed']],
])(
	'%s: sends all tags by repeated parameters, and the directory with them',
	async (tagMode, tags, expected) => {
		const { json } = await run({ tagMode, tags });
		expect(json).toEqual([
			{ id: 'a', updated: true, status: 'updated', tags: expected, knowledgeBaseId: 'kb' },
		]);
		expect(file('a')).toMatchObject({ tags: expected, directory_id: 'd1' });
		const [{ method, query, body }] = changes();
		expect([method, [query.tags].flat(), query.category, body]).toEqual([
			'PUT',
			expected,
			'd1',
			undefined,
		]);
	},
);

it.each([
	['add', 'finance'],
	['remove', 'other'],
	['replace', '2025, FINANCE'],
])('%s: sends nothing for a file that already has it so', async (tagMode, tags) => {
	const { json } = await run({ tagMode, tags });
	expect(json).toMatchObject([{ updated: false, status: 'unchanged', tags: ['Finance', '2025'] }]);
	expect(changes()).toEqual([]);
});

it('does not report the last tag as removed if KooSearch keeps it', async () => {
	const { json } = await run({ tagMode: 'remove', tags: 'finance, 2025' });
	expect(json).toMatchObject([{ updated: null, status: 'unconfirmed', tags: ['Finance', '2025'] }]);
	expect(changes()[0].query).toEqual({ category: 'd1' });
});

it('does not report a file as updated that lost its directory', async () => {
	standin.onRequest = ({ method }) => {
		if (method === 'PUT') file('a').directory_id = null;
	};
	const { json } = await run({});
	expect(json).toMatchObject([{ updated: null, status: 'unconfirmed' }]);
});

it('says which files do not exist, after listing all files', async () => {
	const { json } = await run({ fileIds: 'b, unknown' });
	expect(json.map(({ id, status, tags }) => [id, status, tags])).toEqual([
		['b', 'updated', ['x']],
		['unknown', 'notFound', null],
	]);
	expect(changes()).toHaveLength(1);
});

it('uses no other files when KooSearch ignores the IDs', async () => {
	const files = ['a', 'b', 'c'].map((id) => ({ id, tags: [], category: null }));
	standin.faults.add({ what: { kind: 'body', body: { total: 3, files } } });
	await run({ fileIds: 'b' });
	expect(changes().map(({ path }) => path.split('/').pop())).toEqual(['b']);
});

it.each(['one,two', 7, [{ name: 'one' }], ['one', null]])(
	'adds nothing to tags that it cannot read, which would be lost: %j',
	async (tags) => {
		const body = { total: 1, files: [{ id: 'a', tags, category: null }] };
		standin.faults.add({ what: { kind: 'body', body }, when: { method: 'GET' }, times: Infinity });
		for (const tagMode of ['add', 'remove']) {
			expect(errorText(await run({ tagMode }))).toContain('\'tags\' of "a" cannot be read');
		}
		expect(changes()).toEqual([]);
		await run({ tagMode: 'replace' });
		expect(changes()).toHaveLength(1);
	},
);

it('does not call a file missing that a changing list may have hidden', async () => {
	const page = (total: number) => ({ total, files: [{ id: 'b' }] });
	standin.faults.add({ what: { kind: 'body', body: page(3) }, times: Infinity });
	const { json } = await run({ fileIds: 'unknown' });
	expect(json).toMatchObject([{ id: 'unknown', updated: null, status: 'unconfirmed' }]);
});

it('does not call a file missing that moved to another page while they were read', async () => {
	const pages = [
		{ total: 0, files: [] },
		{ total: 2, files: [{ id: 'a' }] },
		{ total: 2, files: [{ id: 'c' }] },
	];
	for (const body of pages) standin.faults.add({ what: { kind: 'body', body } });
	const { json } = await run({ fileIds: 'b' });
	expect(json).toMatchObject([{ id: 'b', updated: true }]);
});

it('updates many files of many items, four at once', async () => {
	const { ids, items } = numbered(30, 'f');
	standin.state.addKnowledgeBase({ id: 'many', files: ids });
	standin.latencyMs = 20;
	const knowledgeBase = { __rl: true, mode: 'id', value: 'many' };
	const fileIds = '={{ $json.id }}';
	const { json } = await run({ knowledgeBase, fileIds }, [...items, { id: ids.join(',') }]);
	expect(json.map(({ status }) => status)).toContain('updated');
	expect(json).toHaveLength(60);
	expect(standin.maxConcurrent).toBeLessThanOrEqual(4);
});

it('names the file that KooSearch refuses, and fails', async () => {
	standin.faults.add({
		what: { kind: 'status', status: 400, code: 'KOS.00080003' },
		when: { method: 'PUT' },
	});
	expect(errorText(await run({}))).toContain('KOS.00080003');
});

describe('several files, one of which KooSearch refuses', () => {
	const refused = { kind: 'status', status: 400, code: 'KOS.00050001' } as const;
	const isOf = (id: string) => ({
		method: 'PUT',
		request: ({ path }: { path: string }) => path.endsWith(`/${id}`),
	});
	const updated = (id: string) => ({ id, updated: true, status: 'updated' });

	beforeEach(() => {
		standin.state.knowledgeBases.get('kb')!.files.set('c', { ...file('b'), id: 'c' });
		standin.faults.add({ what: refused, when: isOf('b') });
	});

	it('gives the outcome of each file, in the order of the IDs', async () => {
		const { json, hints } = await run({ fileIds: 'a, b, c' }, [{}], 'continueRegularOutput');
		expect(json).toMatchObject([
			updated('a'),
			{ id: 'b', updated: null, status: 'failed', knowledgeBaseId: 'kb' },
			updated('c'),
		]);
		expect(json[1].error).toContain('KOS.00050001');
		expect(hints('KooSearch')[0].message).toContain('1 of 1 item failed');
		expect([file('a').tags, file('b').tags, file('c').tags]).toEqual([
			['Finance', '2025', 'x'],
			[],
			['x'],
		]);
	});

	it('gives the results, and one item to the error output', async () => {
		const { json, errors } = await run({ fileIds: 'a, b, c' }, [{}], 'continueErrorOutput');
		expect(json).toMatchObject([updated('a'), updated('c')]);
		expect(errors).toMatchObject([{ json: { error: expect.stringContaining('Concerns: b.') } }]);
	});

	it('stops, and names the files that are done', async () => {
		const result = await run({ fileIds: 'a, b, c' }, [{}, { second: true }]);
		const text = errorText(result);
		expect(text).toContain('KOS.00050001');
		expect(text).toMatch(/In this item updated: a.*; failed: b/);
	});

	it('attempts no further file once the service is down', async () => {
		standin.faults.clear();
		standin.faults.add({
			what: { kind: 'status', status: 401, code: 'APIG.0301' },
			when: { method: 'PUT' },
			times: Infinity,
		});
		const { ids } = numbered(9, 'f');
		standin.state.addKnowledgeBase({ id: 'many', files: ids });
		const knowledgeBase = { __rl: true, mode: 'id', value: 'many' };
		const { json } = await run({ knowledgeBase, fileIds: ids }, [{}], 'continueRegularOutput');
		const statuses = json.map(({ status }) => status);
		expect(statuses).toEqual([
			...Array<string>(4).fill('failed'),
			...Array<string>(5).fill('notAttempted'),
		]);
	});

	it('finds a change whose answer was lost', async () => {
		standin.faults.clear();
		standin.faults.add({ what: { kind: 'reset' }, at: 'after', when: isOf('b'), times: Infinity });
		const { json } = await run({ fileIds: 'a, b' }, [{}], 'continueRegularOutput');
		expect(json).toMatchObject([updated('a'), updated('b')]);
	});

	it('reports no change if the files cannot be read afterwards', async () => {
		standin.faults.clear();
		standin.faults.add({
			what: { kind: 'status', status: 400, code: 'KOS.00060002' },
			when: { operationId: 'SearchFiles' },
			skip: 1,
			times: Infinity,
		});
		const { json } = await run({ fileIds: 'a, c' }, [{}], 'continueRegularOutput');
		expect(json).toMatchObject([
			{ id: 'a', updated: null, status: 'unconfirmed' },
			{ id: 'c', updated: null, status: 'unconfirmed' },
		]);
	});
});

it('shows its calls in a dry run', async () => {
	const { json } = await run({ fileIds: 'a,b', options: { dryRun: true } });
	expect(json.map(({ dryRun, ids, method }) => [dryRun, ids, method])).toEqual([
		[true, ['a'], 'PUT'],
		[true, ['b'], 'PUT'],
	]);
	expect(changes()).toEqual([]);
});

it.each(["={{ '' }}", 'x'.repeat(256), Array.from({ length: 251 }, (_, n) => `t${n}`).join(',')])(
	'refuses the tags %.20p before anything is sent',
	async (tags) => {
		expect(errorText(await run({ tags }))).toContain("'Tags'");
		expect(standin.requests).toEqual([]);
	},
);

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { What } from '../../dev/standin/faults';
import { standin } from '../dev/standin/eachTest';
import { asTool } from './asTool';
import { errorText, runNode } from './runNode';
import type { NodeRun } from './runNode';

const searchParameters: INodeParameters = {
	resource: 'knowledgeBase',
	operation: 'search',
	knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
	query: '={{ $json.query }}',
	topK: 10,
};

function searches() {
	return standin.requests.filter(({ operationId }) => operationId === 'SearchInKnowledgeRepo');
}

function bodies(): IDataObject[] {
	return searches().map(({ body }) => body as IDataObject);
}

async function search(
	query: unknown,
	options: IDataObject = {},
	more: Partial<NodeRun> & { topK?: unknown } = {},
) {
	const { topK = 10, ...run } = more;
	const parameters = { ...searchParameters, topK, options } as INodeParameters;
	return await runNode({ standin, items: [{ query } as IDataObject], parameters, ...run });
}

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		directories: [
			{ id: 'd1', name: 'Contracts' },
			{ id: 'd2', name: 'Signed "2025"', parent_id: 'd1' },
		],
		files: [
			{
				id: 'f1',
				name: 'lease.pdf',
				directory_id: 'd2',
				tags: ['finance', 'a "b" (c)'],
				create_time: Date.UTC(2025, 0, 1),
				text: 'Notice period. The notice period is three months. {img-plan-1} See there.\n\nRent. It is due monthly.',
			},
			{
				id: 'f2',
				name: 'manual.md',
				tags: ['finance'],
				text: 'The notice on the lid. A period of rest is good, and a period of a day is needed.',
			},
			{ id: 'f3', name: 'later.md', status: 'RUNNING', text: 'notice period' },
		],
	});
	standin.state.addKnowledgeBase({
		id: 'kb2',
		files: [{ id: 'g1', name: 'other.md', text: 'The notice period of others.' }],
	});
});

it('gives one item for each passage, the best first, whatever the order of the answer', async () => {
	const result = await search('notice period');
	const scores = result.json.map(({ score }) => Number(score));
	expect(scores).toHaveLength(2);
	expect(scores).toEqual([...scores].sort((a, b) => b - a));
	expect(scores[0]).toBeGreaterThan(scores[1]);
	const best = result.json.find(({ fileId }) => fileId === 'f1');
	expect(best).toEqual({
		content: 'Notice period. The notice period is three months. See there.',
		score: expect.any(Number),
		title: 'lease.pdf',
		subtitle: 'Notice period',
		fileId: 'f1',
		chunkId: 'kb-f1-1',
		page: 1,
		tags: ['finance', 'a "b" (c)'],
		directoryId: 'd2',
		type: 'doc',
		knowledgeBaseId: 'kb',
		updatedAt: '2025-01-01T00:00:00.000Z',
		imageIds: ['img-plan-1'],
	});
	expect(result.output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
});

it('sends what the API page says', async () => {
	await search('notice period');
	expect(searches().map(({ method }) => method)).toEqual(['POST']);
	expect(bodies()).toEqual([
		{ repo_id: 'kb', content: 'notice period', page_num: 1, page_size: 10 },
	]);
});

it('returns nothing if nothing is found', async () => {
	const result = await search('zebra');
	expect([result.status, result.json]).toEqual(['success', []]);
});

it('reads as many pages of 50 as it takes, and gives no passage twice', async () => {
	const texts = Array.from({ length: 130 }, (_, n) => `Rule ${n}: ${'whale '.repeat(1 + (n % 7))}`);
	const files = [{ id: 'f', name: 'rules.md', text: texts.join('\n\n') }];
	standin.state.addKnowledgeBase({ id: 'big', files });
	const knowledgeBase = { __rl: true, mode: 'id', value: 'big' };
	const parameters = { ...searchParameters, knowledgeBase, topK: 120 } as INodeParameters;
	const result = await runNode({ standin, items: [{ query: 'whale' }], parameters });
	expect(bodies().map(({ page_num, page_size }) => [page_num, page_size])).toEqual([
		[1, 50],
		[2, 50],
		[3, 50],
	]);
	expect(new Set(result.json.map(({ chunkId }) => chunkId)).size).toBe(120);
	expect(result.json).toHaveLength(120);
});

it('reads on where the service gives smaller pages than it is asked for', async () => {
	const all = Array.from({ length: 36 }, (_, n) => ({ chunk_id: `c${n}`, content: 'x' }));
	for (const doc_list of [all.slice(0, 20), all.slice(20)]) {
		standin.faults.add({ what: { kind: 'body', body: { total: 36, doc_list } } });
	}
	const result = await search('notice', {}, { topK: 50 });
	expect(searches()).toHaveLength(2);
	expect(result.json).toHaveLength(36);
});

it('ends at a page that brings nothing new, for a service that ignores the page', async () => {
	const doc_list = Array.from({ length: 50 }, (_, n) => ({ chunk_id: `c${n}`, content: 'x' }));
	const body = { total: 500, doc_list };
	standin.faults.add({ what: { kind: 'body', body }, times: Infinity });
	const result = await search('notice', {}, { topK: 200 });
	expect(searches()).toHaveLength(2);
	expect(result.json).toHaveLength(50);
});

describe('filters', () => {
	it('joins them all, and quotes each value', async () => {
		const result = await search('notice period', {
			tags: 'finance, a "b" (c)',
			directory: { __rl: true, mode: 'id', value: 'd2' },
			fileIds: 'f1, f2',
			filter: 'tags:(finance OR law)',
			scope: 'mix',
			extraKnowledgeBases: 'kb2, kb',
		});
		expect(bodies()).toMatchObject([
			{
				filter_string:
					'tags:("finance" AND "a \\"b\\" (c)") AND category:"Signed \\"2025\\"(d2)" AND fileId:("f1" OR "f2") AND (tags:(finance OR law))',
				scope: 'mix',
				extra_repo_ids: ['kb2'],
			},
		]);
		expect(result.json.map(({ fileId }) => fileId)).toEqual(['f1']);
	});

	describe('that KooSearch did not apply', () => {
		const asked = {
			tags: 'Finance',
			fileIds: 'f1, f2',
			directory: { __rl: true, mode: 'id', value: 'd1' },
			extraKnowledgeBases: 'kb2',
		};
		const fits = {
			file_id: 'f1',
			repo_id: 'kb2',
			tags: ['finance', 'x'],
			category: 'Contracts(d1)',
		};

		async function searchAmong(...records: IDataObject[]) {
			const doc_list = records.map((record, n) => ({ chunk_id: `c${n}`, content: 'x', ...record }));
			standin.faults.add({
				what: { kind: 'body', body: { total: records.length, doc_list } },
				when: { operationId: 'SearchInKnowledgeRepo' },
			});
			return await search('notice', asked);
		}

		it.each([
			{ file_id: 'f3' },
			{ repo_id: 'kb3' },
			{ tags: ['law'] },
			{ tags: [] },
			{ category: 'Contracts(d2)' },
			{ category: '' },
		])('leaves out a passage that says %p, and tells how many', async (wrong) => {
			const result = await searchAmong(fits, { ...fits, ...wrong }, { ...fits, ...wrong });
			expect(result.json.map(({ chunkId }) => chunkId)).toEqual(['c0']);
			const [{ message }] = result.hints('KooSearch');
			expect(message).toContain('returned 2 passages outside the filters');
		});

		it('keeps a passage without the field to check', async () => {
			const result = await searchAmong({}, { tags: null, category: null, file_id: '' });
			expect(result.json).toHaveLength(2);
			expect(result.hints('KooSearch')).toEqual([]);
		});
	});

	it('takes a directory by its path, and lists the directories once in a run', async () => {
		const directory = { __rl: true, mode: 'path', value: 'Contracts/Signed "2025"' };
		const items = [{ query: 'notice' }, { query: 'period' }];
		const result = await search('', { directory }, { items });
		expect(result.json.map(({ fileId }) => fileId)).toEqual(['f1', 'f1']);
		const listings = standin.requests.filter(({ operationId }) => operationId === 'ListDirectory');
		expect(listings).toHaveLength(1);
	});

	it('names a directory that does not exist, and does not search everything instead', async () => {
		const result = await search('notice', { directory: { __rl: true, mode: 'id', value: 'd9' } });
		expect(errorText(result)).toContain(`Option 'Directory': "d9" is not a directory`);
		expect(errorText(result)).toContain('Choose one of these: "Contracts", "Contracts / Signed');
		expect(searches()).toEqual([]);
	});

	it('finds in other knowledge bases too, and says which', async () => {
		const result = await search('notice period', { extraKnowledgeBases: ['kb2'] });
		expect(result.json.map(({ knowledgeBaseId }) => knowledgeBaseId).sort()).toEqual([
			'kb',
			'kb',
			'kb2',
		]);
	});

	it('leaves out passages with a lower score', async () => {
		const [best, second] = (await search('notice period')).json;
		const minScore = (Number(best.score) + Number(second.score)) / 2;
		expect((await search('notice period', { minScore })).json).toEqual([best]);
	});

	it.each([
		[{ tags: '' }, "Option 'Tags'"],
		[{ fileIds: ' ' }, "Option 'File IDs'"],
		[{ extraKnowledgeBases: 'a1,a2,a3,a4,a5,a6,a7,a8,a9,a10' }, '10 knowledge bases'],
		[{ filter: 'a) OR (b' }, "Option 'Filter'"],
		[{ filter: '' }, "Option 'Filter'"],
		[{ minScore: -1 }, "Option 'Minimum Score'"],
		[{ scope: 'web' }, "Option 'Scope'"],
		[{ directory: { __rl: true, mode: 'list', value: '' } }, "Option 'Directory'"],
		[{ tags: Array.from({ length: 60 }, (_, n) => `tag-number-${n}-long`) }, 'up to 1024'],
	])('refuses %p before anything is sent', async (options, message) => {
		const result = await search('notice', options as IDataObject);
		expect(errorText(result)).toContain(message);
		expect(standin.requests).toEqual([]);
	});
});

it.each([
	['', "'Query'"],
	[null, "'Query'"],
	['x'.repeat(1001), '1001 characters'],
])('refuses the query %p before anything is sent', async (query, message) => {
	const result = await search(query);
	expect(errorText(result)).toContain(message);
	expect(standin.requests).toEqual([]);
});

it('searches for 1,000 characters', async () => {
	expect((await search(`notice ${'x'.repeat(993)}`)).status).toBe('success');
});

it('gives the raw record with Simplify off', async () => {
	const result = await search('rent', { simplify: false });
	expect(result.json).toMatchObject([{ chunk_id: 'kb-f1-2', doc_type: 'doc', title: 'lease.pdf' }]);
});

describe('answers', () => {
	const record = {
		file_id: 7,
		chunk_id: 'c',
		content: '',
		big_content: 'Wide {img-a}',
		score: '3',
	};

	it.each<[string, unknown]>([
		['encoded twice', JSON.stringify(JSON.stringify({ total: 1, doc_list: [record] }))],
		['in docList', { docList: [record] }],
		['in data', { data: { doc_list: [record] } }],
	])('are understood: %s', async (_, body) => {
		standin.faults.add({ what: { kind: 'body', body } });
		const [passage] = (await search('notice')).json;
		expect(passage).toMatchObject({ fileId: '7', content: 'Wide', score: 3, imageIds: ['img-a'] });
		expect(passage).toMatchObject({ title: null, tags: [], directoryId: null, updatedAt: null });
	});

	it('may lack the list if nothing is found', async () => {
		standin.faults.add({ what: { kind: 'body', body: { total: 0 } } });
		expect((await search('notice')).json).toEqual([]);
	});

	it.each<What>([
		{ kind: 'body', body: {} },
		{ kind: 'body', body: { total: 3 } },
		{ kind: 'body', body: { total: 1, doc_list: ['text'] } },
		{ kind: 'html' },
	])('that are none are refused: %p', async (what) => {
		standin.faults.add({ what, times: Infinity });
		const result = await search('notice', { maxRetries: 0 });
		expect(errorText(result)).toContain("KooSearch's answer could not be understood");
		expect(errorText(result)).not.toContain('took effect');
	});

	it('that refuse, encoded twice, are understood too', async () => {
		const body = JSON.stringify(
			JSON.stringify({ error_code: 'KOS.00080003', error_msg: 'The base is closed' }),
		);
		standin.faults.add({ what: { kind: 'body', status: 400, body } });
		expect(errorText(await search('notice'))).toContain('KOS.00080003');
	});
});

it.each<What>([
	{ kind: 'reset' },
	{ kind: 'status', status: 500 },
	{ kind: 'status', status: 400, code: 'KOS.00080003' },
	{ kind: 'hang' },
])('says nothing of an unknown effect after %p', async (what) => {
	standin.faults.add({ what, times: Infinity });
	const result = await search('notice', { maxRetries: 0, timeout: 300, retryFor: 0 });
	expect(result.status).toBe('error');
	expect(errorText(result)).not.toMatch(/took effect|running it again/);
});

it('goes on with the other items under Continue', async () => {
	const items = [{ query: 'notice' }, { query: '' }, { query: 'rent' }];
	const result = await search('', {}, { items, onError: 'continueRegularOutput' });
	expect(result.output.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual([
		0, 0, 1, 2,
	]);
	expect(result.json[2].error).toContain("'Query'");
});

it('loses none of 200 questions while KooSearch throttles', async () => {
	let calls = 0;
	const isSearch = { operationId: 'SearchInKnowledgeRepo', request: () => calls++ % 8 === 0 };
	standin.faults.add({ what: { kind: 'throttle', retryAfter: 0 }, when: isSearch, times: 20 });
	const items = Array.from({ length: 200 }, (_, n) => ({ query: `rent ${n}` }));
	const result = await search('', {}, { items, topK: 1 });
	expect(result.json).toHaveLength(200);
	expect(result.output.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual(
		items.map((_, n) => n),
	);
}, 60_000);

describe('as a tool of an agent', () => {
	const empty = {
		tags: '',
		fileIds: '',
		filter: '',
		extraKnowledgeBases: '[]',
		scope: '',
		minScore: '',
		directory: { __rl: true, mode: 'id', value: '' },
	};

	it('ignores empty filters', async () => {
		const result = await search('rent', empty, asTool);
		expect(bodies()).toEqual([{ repo_id: 'kb', content: 'rent', page_num: 1, page_size: 10 }]);
		expect(result.json).toHaveLength(1);
	});

	it('says that nothing was found, since an empty answer says nothing to a model', async () => {
		const result = await search('zebra', {}, asTool);
		expect(result.json).toEqual([{ result: 'Nothing found.' }]);
		expect(result.output[0].pairedItem).toEqual({ item: 0 });
	});

	it('gives what a model needs, and no more', async () => {
		const doc_list = [
			{
				repo_id: 'kb',
				file_id: 'f1',
				chunk_id: 'c1',
				title: 'lease.pdf',
				subtitle: 'Rent',
				content: 'Rent. It is due monthly.',
				page_num: 1,
				score: 1234.56789,
				tags: ['finance'],
			},
		];
		standin.faults.add({ what: { kind: 'body', body: { total: 1, doc_list } } });
		const result = await search('rent', {}, asTool);
		expect(result.json).toEqual([
			{
				content: 'Rent. It is due monthly.',
				score: 1235,
				title: 'lease.pdf',
				subtitle: 'Rent',
				page: 1,
				fileId: 'f1',
			},
		]);
	});
});

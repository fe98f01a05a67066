import { standin } from '../dev/standin/eachTest';
import { startStandin } from '../../dev/standin/server';
import { deleteParameters, errorText, numbered, runNode } from './runNode';

function tasksLeft(knowledgeBaseId = 'kb'): string[] {
	return [...standin.state.knowledgeBases.get(knowledgeBaseId)!.tasks.keys()];
}

it("sends the API page's example exactly", async () => {
	const ids = ['8eb90469-0488-4864-b901-5f93ac47212e', '82a65f6b-10ef-40c7-be75-5dcba4dd2f19'];
	const knowledgeBaseId = '0c3fae2d-428e-454c-ad80-2e5c5fa7b33a';
	standin.state.addKnowledgeBase({ id: knowledgeBaseId, tasks: ids });
	const token = standin.state.access.issueToken();

	const { json } = await runNode({
		standin,
		items: [{}],
		parameters: {
			...deleteParameters,
			knowledgeBase: { __rl: true, mode: 'id', value: knowledgeBaseId },
			taskIds: ids.join('\n'),
		},
		credential: { token },
	});

	expect(standin.requests).toHaveLength(1);
	const [{ method, path, headers, body }] = standin.requests;
	expect(method).toBe('DELETE');
	expect(path).toBe(
		'/v1/b25446daeb1a41a7953c5deba2b2677a/applications/be9b19bf-4865-4fb8-b9f8-2fd1fea98d76/uni-search/0c3fae2d-428e-454c-ad80-2e5c5fa7b33a/tasks/batch',
	);
	expect(headers['x-auth-token']).toBe(token);
	expect(headers['content-type']).toContain('application/json');
	expect(body).toEqual({ task_ids: ids });
	expect(json).toEqual(
		ids.map((id) => ({
			id,
			deleted: true,
			status: 'deleted',
			knowledgeBaseId,
		})),
	);
	expect(tasksLeft(knowledgeBaseId)).toEqual([]);
});

it('makes exactly 3 calls of 250 items, and answers each item', async () => {
	const { ids, items } = numbered(250);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids });
	const { output, hints } = await runNode({ standin, items, parameters: deleteParameters });
	expect(standin.requests.map((request) => request.ids.length).sort()).toEqual([100, 100, 50]);
	expect(output.map(({ json }) => json.id)).toEqual(ids);
	expect(output.map(({ pairedItem }) => pairedItem)).toEqual(ids.map((_, item) => ({ item })));
	expect(hints('KooSearch')).toEqual([]);
	expect(tasksLeft()).toEqual([]);
});

it('makes 100 calls of one item with 10,000 IDs', async () => {
	const { ids } = numbered(10_000);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids });
	const { json } = await runNode({ standin, items: [{ id: ids }], parameters: deleteParameters });
	expect(standin.requests).toHaveLength(100);
	expect(json).toHaveLength(10_000);
	expect(tasksLeft()).toEqual([]);
});

it('sends an ID once that many items name, and answers every one of them', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a', 'b'] });
	const items = [{ id: 'a' }, { id: 'b' }, { id: 'a' }, { id: 'a,b' }];
	const { output } = await runNode({ standin, items, parameters: deleteParameters });
	expect(standin.requests.map(({ ids }) => ids)).toEqual([['a', 'b']]);
	expect(output.map(({ json, pairedItem }) => [json.id, json.deleted, pairedItem])).toEqual([
		['a', true, { item: 0 }],
		['b', true, { item: 1 }],
		['a', true, { item: 2 }],
		['a', true, { item: 3 }],
		['b', true, { item: 3 }],
	]);
});

it('never mixes knowledge bases in a call', async () => {
	standin.state.addKnowledgeBase({ id: 'kb1', tasks: ['a', 'b'] });
	standin.state.addKnowledgeBase({ id: 'kb2', tasks: ['a', 'c'] });
	await runNode({
		standin,
		items: [
			{ id: 'a', kb: 'kb1' },
			{ id: 'a', kb: 'kb2' },
			{ id: 'b', kb: 'kb1' },
		],
		parameters: {
			...deleteParameters,
			knowledgeBase: { __rl: true, mode: 'id', value: '={{ $json.kb }}' },
		},
	});
	expect(standin.requests).toHaveLength(2);
	expect(tasksLeft('kb1')).toEqual([]);
	expect(tasksLeft('kb2')).toEqual(['c']);
});

describe('what the counts of an answer become without a listing', () => {
	const cases: Array<[string, number, number, boolean | null, string]> = [
		['all', 3, 3, true, 'deleted'],
		['some', 3, 2, null, 'unconfirmed'],
		['some, all that the API counted', 2, 2, null, 'unconfirmed'],
		['none of those that the API counted', 1, 0, false, 'notDeleted'],
		['none', 3, 0, false, 'notDeleted'],
		['none of none', 0, 0, false, 'notDeleted'],
	];
	it.each(cases)('%s: total %i, deleted %i', async (_, total, deleted, expected, status) => {
		standin.faults.add({
			what: { kind: 'body', body: { total_count: total, deleted_count: deleted } },
		});
		standin.state.addKnowledgeBase({ id: 'kb' });
		const { json } = await runNode({
			standin,
			items: [{ id: 'a,b,c' }],
			parameters: { ...deleteParameters, options: { settlePartial: false } },
		});
		expect(standin.requests).toHaveLength(1);
		expect(json).toHaveLength(3);
		for (const item of json) {
			expect(item).toMatchObject({
				deleted: expected,
				status,
			});
		}
	});

	const unusable: Array<[string, unknown, string]> = [
		['more deleted than sent', { total_count: 3, deleted_count: 4 }, "'deleted_count' is above 3"],
		['more deleted than counted', { total_count: 2, deleted_count: 3 }, "is above 'total_count'"],
		['more counted than sent', { total_count: 4, deleted_count: 3 }, "'total_count' is above 3"],
		[
			'an error code',
			{ error_code: 'KOS.00060001', total_count: 3, deleted_count: 3 },
			'KOS.00060001, HTTP 200',
		],
		['a missing count', { total_count: 3 }, "'deleted_count' is missing"],
		['no total', { deleted_count: 3 }, "'total_count' is missing"],
		['text for a count', { total_count: 3, deleted_count: '3' }, "'deleted_count' is not a number"],
		['a fraction', { total_count: 3, deleted_count: 1.5 }, 'is not a whole number'],
		['a negative count', { total_count: 3, deleted_count: -1 }, 'is negative'],
		['an array', [], 'could not be understood: it '],
		['a web page', '<html><body>Welcome</body></html>', 'it is not JSON'],
		['half of a JSON text', '{"total_count": 3, "dele', 'its JSON is cut short'],
		['nothing', '', 'it is not JSON'],
	];
	it.each(unusable)('%s: an answer that proves nothing', async (_, body, message) => {
		standin.faults.add({ what: { kind: 'body', body }, times: Infinity });
		standin.state.addKnowledgeBase({ id: 'kb' });
		const run = { standin, items: [{ id: 'a,b,c' }], parameters: deleteParameters };
		const result = await runNode(run);
		expect(result.status).toBe('error');
		expect(errorText(result)).toContain(message);
		expect(errorText(result)).toContain('Whether the call took effect is not known');
	});
});

it('gives one item for each call with Output = One Item per Batch', async () => {
	const { ids, items } = numbered(5);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids.slice(0, 3) });
	const { output } = await runNode({
		standin,
		items,
		parameters: { ...deleteParameters, options: { output: 'perBatch', batchSize: 2 } },
	});
	const call = (ids: string[], status: string, deleted: number) => ({
		operation: 'delete',
		knowledgeBaseId: 'kb',
		ids,
		status,
		response: { total_count: ids.length, deleted_count: deleted },
	});
	expect(output).toEqual([
		{ json: call(['t1', 't2'], 'complete', 2), pairedItem: [{ item: 0 }, { item: 1 }] },
		{ json: call(['t3', 't4'], 'partial', 1), pairedItem: [{ item: 2 }, { item: 3 }] },
		{ json: call(['t5'], 'none', 0), pairedItem: [{ item: 4 }] },
	]);
});

it('only shows the calls with Dry Run', async () => {
	const { ids, items } = numbered(3);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids });
	const { output, hints } = await runNode({
		standin,
		items,
		parameters: { ...deleteParameters, options: { dryRun: true, batchSize: 2 } },
	});
	expect(standin.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
	expect(tasksLeft()).toEqual(ids);
	expect(hints('KooSearch').map(({ message }) => message)).toEqual([
		"This was a dry run: nothing was changed. Without 'Dry Run' there would be 2 calls with 3 tasks.",
	]);
	expect(Object.keys(output[0].json).slice(0, 3)).toEqual(['dryRun', 'operation', 'count']);
	expect(output[0]).toEqual({
		json: {
			dryRun: true,
			operation: 'delete',
			method: 'DELETE',
			path: `/v1/${standin.state.projectId}/applications/${standin.state.applicationId}/uni-search/kb/tasks/batch`,
			knowledgeBaseId: 'kb',
			ids: ['t1', 't2'],
			count: 2,
		},
		pairedItem: [{ item: 0 }, { item: 1 }],
	});
	expect(output[1].json).toMatchObject({ ids: ['t3'], count: 1 });
});

it.each([202, 206, 207])('does not count HTTP %i as done', async (status) => {
	const body = { total_count: 1, deleted_count: 1 };
	standin.faults.add({ what: { kind: 'body', body, status } });
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a'] });
	const { json } = await runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: deleteParameters,
		onError: 'continueRegularOutput',
	});
	expect(json).toMatchObject([{ id: 'a', deleted: null, status: 'failed' }]);
	expect(json[0].error).toContain(`its status is not 200 (HTTP ${status})`);
	expect(json[0].error).toContain('Whether the call took effect is not known');
});

it('notices in a dry run a knowledge base that does not exist', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a'] });
	const result = await runNode({
		standin,
		items: [
			{ id: 'a', kb: 'kb' },
			{ id: 'a', kb: 'kb-typo' },
		],
		parameters: {
			...deleteParameters,
			knowledgeBase: { __rl: true, mode: 'id', value: '={{ $json.kb }}' },
			options: { dryRun: true },
		},
	});
	expect(result.hints('KooSearch')[1].message).toBe(
		`Not a knowledge base of this application: "kb-typo". Check 'Knowledge Base'.`,
	);
	expect(tasksLeft()).toEqual(['a']);
});

it('says unconfirmed in One Item per Batch when a lost attempt may have done it', async () => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a'] });
	standin.faults.add({ what: { kind: 'reset' }, at: 'after' });
	const { json } = await runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: { ...deleteParameters, options: { output: 'perBatch' } },
	});
	expect(json).toMatchObject([{ status: 'unconfirmed', response: { deleted_count: 0 } }]);
});

it('keeps to Concurrent Batches', async () => {
	const { ids, items } = numbered(12);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids });
	standin.latencyMs = 20;
	await runNode({
		standin,
		items,
		parameters: { ...deleteParameters, options: { batchSize: 1, concurrency: 3 } },
	});
	expect(standin.requests).toHaveLength(12);
	expect(standin.maxConcurrent).toBe(3);
});

it('works under a path prefix and a trailing slash', async () => {
	const published = await startStandin({ basePath: '/koosearch/api' });
	published.state.addKnowledgeBase({ id: 'kb', tasks: ['a'] });
	const { json } = await runNode({
		standin: published,
		items: [{ id: 'a' }],
		parameters: deleteParameters,
		credential: { baseUrl: `${published.url}//` },
	});
	expect(json[0].deleted).toBe(true);
	expect(published.requests[0].path).toMatch(/^\/koosearch\/api\/v1\//);
	await published.close();
});

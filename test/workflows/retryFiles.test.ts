import { standin } from '../dev/standin/eachTest';
import { errorText, numbered, retryParameters, runNode } from './runNode';

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

function statusOf(id: string): string | undefined {
	return standin.state.knowledgeBases.get('kb')!.files.get(id)?.status;
}

function calls() {
	return standin.requests.filter(({ method }) => method === 'PUT');
}

it.each([
	['by the rules that the knowledge base has now', {}, 'latest'],
	['by the rules of each file', { parser: 'inherit' }, 'inherit'],
])('has files parsed again %s', async (_, options, parser) => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		files: [
			{ id: 'a', status: 'ERROR' },
			{ id: 'b', status: 'ERROR' },
		],
	});
	const { json } = await runNode({
		standin,
		items: [{ id: 'a' }, { id: 'b' }],
		parameters: { ...retryParameters, options },
	});
	const { projectId, applicationId } = standin.state;
	expect(calls()).toMatchObject([
		{
			method: 'PUT',
			path: `/v1/${projectId}/applications/${applicationId}/uni-search/kb/files/retry`,
			body: { file_ids: ['a', 'b'], parser },
		},
	]);
	expect(json).toEqual(
		['a', 'b'].map((id) => ({
			id,
			retried: true,
			status: 'retried',
			knowledgeBaseId: 'kb',
		})),
	);
	expect(['a', 'b'].map(statusOf)).toEqual(['PENDING', 'PENDING']);
});

it('sends no file that is being parsed or does not exist, and says so for each', async () => {
	const { ids, items } = numbered(99, 'f');
	standin.state.addKnowledgeBase({
		id: 'kb',
		files: [
			...ids.map((id) => ({ id, status: 'ERROR' as const })),
			{ id: 'busy', status: 'RUNNING' },
		],
	});
	const result = await runNode({
		standin,
		items: [{ id: 'busy' }, ...items, { id: 'nowhere' }],
		parameters: retryParameters,
	});
	expect(calls().map((call) => call.ids)).toEqual([ids]);
	expect(result.json.map(({ id, retried, status }) => [id, retried, status])).toEqual([
		['busy', false, 'notReady'],
		...ids.map((id) => [id, true, 'retried']),
		['nowhere', false, 'notFound'],
	]);
	expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
		'1 of 101 files was not retried: 1 still being parsed.',
		"1 of 101 files was not in the knowledge base. Check 'Knowledge Base' and the IDs.",
	]);
});

it('lists each knowledge base once, and sends nothing if nothing is left to send', async () => {
	for (const id of ['kb1', 'kb2']) {
		standin.state.addKnowledgeBase({ id, files: [{ id: 'a', status: 'PENDING' }] });
	}
	const knowledgeBase = { __rl: true, mode: 'id', value: '={{ $json.kb }}' };
	const result = await runNode({
		standin,
		items: ['kb1', 'kb2', 'kb1'].map((kb) => ({ kb, id: 'a' })),
		parameters: { ...retryParameters, knowledgeBase, options: { batchSize: 1 } },
	});
	expect(calls()).toEqual([]);
	const looks = standin.requests.filter(({ query }) => query.page_num === '1');
	expect(looks).toHaveLength(2);
	expect(result.json.map(({ status }) => status)).toEqual(Array(3).fill('notReady'));
});

it.each([
	['some', 2, null, 'unconfirmed', 'not confirmed as retried: 3 whose outcome is unknown'],
	['none', 0, false, 'notRetried', 'not retried: 3 in calls that retried none'],
])('says what %s of the files being retried proves', async (_, done, retried, status, hint) => {
	const ids = ['a', 'b', 'c'];
	standin.state.addKnowledgeBase({ id: 'kb', files: ids });
	const body = { total_count: 3, retried_count: done };
	standin.faults.add({ what: { kind: 'body', body }, when: { method: 'PUT' } });
	const result = await runNode({ standin, items: [{ id: ids }], parameters: retryParameters });
	for (const json of result.json) expect(json).toMatchObject({ retried, status });
	expect(result.hints('KooSearch')[0].message).toContain(hint);
});

it('sends all files if the list is not reliable', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', files: [{ id: 'a', status: 'ERROR' }] });
	standin.faults.add({ what: { kind: 'status', status: 404 }, when: { method: 'GET' } });
	const result = await runNode({ standin, items: [{ id: 'a' }], parameters: retryParameters });
	expect(result.json).toMatchObject([{ retried: true, status: 'retried' }]);
});

it('does not trust a count of 0 after an earlier attempt whose answer was lost', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', files: [{ id: 'a', status: 'ERROR' }] });
	standin.faults.add({ what: { kind: 'reset' }, at: 'after', when: { method: 'PUT' } });
	const { json } = await runNode({ standin, items: [{ id: 'a' }], parameters: retryParameters });
	expect(calls()).toHaveLength(2);
	expect(json[0]).toMatchObject({ retried: null, status: 'unconfirmed' });
	expect(statusOf('a')).toBe('PENDING');
});

it.each([
	[
		'a count above what was sent',
		{ total_count: 1, retried_count: 2 },
		"'retried_count' is above 1",
	],
	[
		'the count of another operation',
		{ total_count: 1, deleted_count: 1 },
		"'retried_count' is missing",
	],
])('treats %s as an answer that proves nothing', async (_, body, message) => {
	standin.faults.add({ what: { kind: 'body', body }, when: { method: 'PUT' } });
	standin.state.addKnowledgeBase({ id: 'kb', files: ['a'] });
	const result = await runNode({ standin, items: [{ id: 'a' }], parameters: retryParameters });
	expect(errorText(result)).toContain(message);
});

it('refuses rules that do not exist', async () => {
	const result = await runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: { ...retryParameters, options: { parser: 'newest' } },
	});
	expect(standin.requests).toEqual([]);
	expect(errorText(result)).toContain("Option 'Parsing Rules'");
});

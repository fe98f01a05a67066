import { standin } from '../dev/standin/eachTest';
import { errorText, retryParameters, runNode } from './runNode';

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

function statusOf(id: string): string | undefined {
	return standin.state.knowledgeBases.get('kb')!.files.get(id)?.status;
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
	expect(standin.requests).toMatchObject([
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

it.each([
	[
		'some',
		['a', 'unknown'],
		null,
		'unconfirmed',
		'not confirmed as retried: 2 whose outcome is unknown',
	],
	[
		'none',
		['parsing', 'unknown'],
		false,
		'notRetried',
		'not retried: 2 in calls that retried none',
	],
])('says what %s of the files being retried proves', async (_, ids, retried, status, hint) => {
	standin.state.addKnowledgeBase({ id: 'kb', files: ['a', { id: 'parsing', status: 'RUNNING' }] });
	const result = await runNode({ standin, items: [{ id: ids }], parameters: retryParameters });
	expect(standin.requests).toHaveLength(1);
	expect(result.json.map((json) => [json.retried, json.status])).toEqual([
		[retried, status],
		[retried, status],
	]);
	expect(result.hints('KooSearch')[0].message).toContain(hint);
});

it('believes no count of none after an earlier try whose answer was lost', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', files: [{ id: 'a', status: 'ERROR' }] });
	standin.faults.add({ what: { kind: 'reset' }, at: 'after' });
	const { json } = await runNode({ standin, items: [{ id: 'a' }], parameters: retryParameters });
	expect(standin.requests).toHaveLength(2);
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
])('takes %s for an answer that proves nothing', async (_, body, message) => {
	standin.faults.add({ what: { kind: 'body', body } });
	standin.state.addKnowledgeBase({ id: 'kb', files: ['a'] });
	const result = await runNode({ standin, items: [{ id: 'a' }], parameters: retryParameters });
	expect(errorText(result)).toContain(message);
});

it('refuses rules that there are not', async () => {
	const result = await runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: { ...retryParameters, options: { parser: 'newest' } },
	});
	expect(standin.requests).toEqual([]);
	expect(errorText(result)).toContain("Option 'Parsing Rules'");
});

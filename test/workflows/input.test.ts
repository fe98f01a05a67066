import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import { deleteParameters, errorText, numbered, runNode } from './runNode';

let standin: Standin;

beforeAll(async () => {
	standin = await startStandin();
	standin.state.addKnowledgeBase({ id: 'kb', tasks: numbered(9).ids });
});

beforeEach(() => {
	standin.requests.length = 0;
});

afterAll(async () => {
	await standin.close();
});

const bad: Array<[string, unknown, string]> = [
	['an empty list', [], '[]'],
	['65 characters', 'x'.repeat(65), 'x'.repeat(65)],
	['spaces inside', 'task 1', '"task 1"'],
	['a way out of the path', '../x', '"../x"'],
	['null', null, 'null'],
	['an object', { id: 't1' }, '{"id":"t1"}'],
	['NaN', '={{ NaN }}', 'NaN'],
	['an unsafe integer', 2 ** 60, 'has lost digits'],
	['one bad among many', 't2,t3,t 4,t5', '"t 4" (value 3 of 4)'],
	['a field that is missing', undefined, 'undefined'],
];

describe.each(bad)('%s', (_, value, shown) => {
	const items = [{ id: 't1' }, { id: value as string }, { id: 't2' }];
	const parameters = {
		...deleteParameters,
		taskIds:
			value === '={{ NaN }}' ? '={{ $itemIndex === 1 ? NaN : $json.id }}' : '={{ $json.id }}',
	};

	it('sends nothing with On Error = Stop, and names field, item and value', async () => {
		const result = await runNode({ standin, items, parameters });
		expect(result.status).toBe('error');
		expect(standin.requests).toEqual([]);
		for (const part of ["'Task IDs'", shown, '[item 1]']) {
			expect(result.error?.message).toContain(part);
		}
		expect(errorText(result)).toContain('Nothing was sent');
	});
});

it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'gives one item for each bad one with %s, and carries out the others',
	async (onError) => {
		standin.state.knowledgeBases.get('kb')!.tasks.clear();
		const tasks = ['t1', 't2', 't3'];
		standin.state.addKnowledgeBase({ id: `kb-${onError}`, tasks });
		const result = await runNode({
			standin,
			onError,
			items: [{ id: 't1' }, { id: '../x', note: 'kept' }, { id: 't2,t3' }, { id: null }],
			parameters: {
				...deleteParameters,
				knowledgeBase: { __rl: true, mode: 'id', value: `kb-${onError}` },
			},
		});
		expect(result.status).toBe('success');
		expect(standin.requests.map(({ ids }) => ids)).toEqual([tasks]);
		const failed = onError === 'continueErrorOutput' ? result.errors : result.output;
		const errors = failed.filter(({ json }) => json.error !== undefined);
		expect(errors.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 3 }]);
		expect(errors[0].json.error).toContain('"../x" is not an ID');
		const done = result.output.filter(({ json }) => json.deleted === true);
		expect(done.map(({ json }) => json.id)).toEqual(tasks);
		if (onError === 'continueErrorOutput') expect(errors[0].json.note).toBe('kept');
		else {
			expect(errors.map(({ json }) => json)).toEqual([
				{
					id: '../x',
					deleted: false,
					status: 'invalid',
					knowledgeBaseId: `kb-${onError}`,
					error: expect.stringContaining('[item 1]'),
				},
				expect.objectContaining({ id: null, deleted: false, status: 'invalid' }),
			]);
		}
		expect(result.hints('KooSearch')[0].message).toMatch(
			/^2 items failed, since the input is not valid\. 'Task IDs'/,
		);
	},
);

it('names the field for a bad knowledge base', async () => {
	const result = await runNode({
		standin,
		items: [{ kb: 'kb' }, { kb: 'a/b' }],
		parameters: {
			...deleteParameters,
			taskIds: 't1',
			knowledgeBase: { __rl: true, mode: 'id', value: '={{ $json.kb }}' },
		},
	});
	expect(result.error?.message).toContain(`'Knowledge Base': "a/b" is not an ID`);
	expect(result.error?.message).toContain('[item 1]');
	expect(standin.requests).toEqual([]);
});

describe('an expression that cannot be evaluated', () => {
	const parameters = { ...deleteParameters, taskIds: "={{ $('Nowhere').item.json.id }}" };

	it('stops the run before anything is sent', async () => {
		const result = await runNode({ standin, items: [{ id: 't1' }, {}], parameters });
		expect(result.status).toBe('error');
		expect(result.error?.message).toContain("'Task IDs' could not be evaluated");
		expect(standin.requests).toEqual([]);
	});

	it('in an option gives every item an error with On Error = Continue', async () => {
		const result = await runNode({
			standin,
			items: [{ id: 't1' }, { id: 't2' }],
			onError: 'continueErrorOutput',
			parameters: {
				...deleteParameters,
				options: { batchSize: "={{ $('Nowhere').item.json.size }}" },
			},
		});
		expect(result.errors.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(result.output).toEqual([]);
		expect(standin.requests).toEqual([]);
	});

	it('concerns its item only with On Error = Continue', async () => {
		const taskIds = "={{ $itemIndex === 1 ? $('Nowhere').item.json.id : $json.id }}";
		standin.state.addKnowledgeBase({ id: 'kb-expression', tasks: ['t1'] });
		const result = await runNode({
			standin,
			onError: 'continueRegularOutput',
			items: [{ id: 't1' }, {}],
			parameters: {
				...deleteParameters,
				taskIds,
				knowledgeBase: { __rl: true, mode: 'id', value: 'kb-expression' },
			},
		});
		expect(result.json[0]).toMatchObject({ id: 't1', deleted: true });
		expect(result.json[1].error).toContain("'Task IDs'");
	});
});

describe('options', () => {
	const options: Array<[string, unknown, string]> = [
		['batchSize', 0, "Option 'Items per Batch': 0 is not a whole number from 1 to 1000"],
		['batchSize', 1001, "'Items per Batch': 1001"],
		['batchSize', 2.5, "'Items per Batch': 2.5"],
		['batchSize', '={{ "many" }}', `'Items per Batch': "many"`],
		['concurrency', 101, "'Concurrent Calls': 101 is not a whole number from 1 to 100"],
		['batchInterval', -1, "'Batch Interval (Ms)': -1"],
		['timeout', 0, "'Timeout (Ms)': 0"],
		['retryFor', 1441, "'Keep Trying (Minutes)': 1441 is not a whole number from 0 to 1440"],
		['maxRetries', 11, "'Max Retries': 11 is not a whole number from 0 to 10"],
		['output', '={{ "all" }}', `'Output': "all" is not one of perId, perBatch, summary`],
		['dryRun', '={{ $json.dry }}', "'Dry Run':"],
		['maxIds', -1, "'Stop Above (IDs)': -1 is not a whole number from 0 to"],
		['notDoneAsError', '={{ 1 }}', "'Treat Not Done as Error': 1 is neither true nor false"],
	];
	it.each(options)('%s = %p is refused', async (name, value, message) => {
		const parameters = { ...deleteParameters, options: { [name]: value as string } };
		const stopped = await runNode({ standin, items: [{ id: 't1' }], parameters });
		expect(stopped.error?.message).toContain(message);
		const continued = await runNode({
			standin,
			items: [{ id: 't1' }, { id: 't2' }],
			parameters,
			onError: 'continueRegularOutput',
		});
		expect(continued.output.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
		]);
		expect(continued.json.map(({ id, deleted, status }) => [id, deleted, status])).toEqual([
			['t1', false, 'notAttempted'],
			['t2', false, 'notAttempted'],
		]);
		for (const { error } of continued.json) expect(error).toContain(message);
		expect(standin.requests).toEqual([]);
	});
});

describe('a credential that cannot be right', () => {
	const cases: Array<[string, object | null, string]> = [
		['none at all', null, 'credential'],
		['an empty address', { baseUrl: '' }, "'Base URL'"],
		['no address', { baseUrl: 'koosearch' }, "'Base URL' of the KooSearch credential is not a URL"],
		[
			'plain http',
			{ baseUrl: 'http://koosearch.example.com' },
			"'Base URL' of the KooSearch credential starts with http://",
		],
		[
			'plain http to a host that only looks like loopback',
			{ baseUrl: 'http://127.0.0.1.example.com' },
			'starts with http://',
		],
		['another protocol', { baseUrl: 'ftp://koosearch.example.com' }, 'is not a URL'],
		['a protocol that only ends in http', { baseUrl: 'xhttp://127.0.0.1' }, 'is not a URL'],
		['a user', { baseUrl: 'https://user@koosearch.example.com' }, 'holds more than an address'],
		['a password', { baseUrl: 'https://:pass@koosearch.example.com' }, 'holds more than'],
		['a query', { baseUrl: 'https://koosearch.example.com?a=b' }, 'holds more than an address'],
		['a project ID with a slash', { projectId: 'a/b' }, "'Project ID'"],
		['no application ID', { applicationId: ' ' }, "'Application ID'"],
		['no way to sign in', { authentication: '' }, "'Authentication'"],
		['no token', { token: ' ' }, "'Token'"],
		['no AppCode', { authentication: 'appCode' }, "'AppCode'"],
	];
	it.each(cases)('%s', async (_, credential, message) => {
		const run = {
			standin,
			items: [{ id: 't1' }, { id: 't2' }],
			parameters: deleteParameters,
			credential: credential as null,
		};
		const stopped = await runNode(run);
		expect(stopped.status).toBe('error');
		expect(errorText(stopped)).toContain(message);
		const continued = await runNode({ ...run, onError: 'continueRegularOutput' });
		expect(continued.status).toBe('success');
		expect(continued.output.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
		]);
		for (const { error } of continued.json) expect(error).toContain(message);
		expect(standin.requests).toEqual([]);
	});
});

it('does nothing without input items', async () => {
	const result = await runNode({ standin, items: [], parameters: deleteParameters });
	expect(standin.requests).toEqual([]);
	expect(result.status).toBe('success');
});

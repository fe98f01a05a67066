/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { standin } from '../dev/standin/eachTest';
import type { Fault } from '../../dev/standin/faults';
import { startStandin } from '../../dev/standin/server';
import { deleteParameters, errorText, iamUser, moveParameters, numbered, runNode } from './runNode';

const { ids, items } = numbered(20);
const UNKNOWN_EFFECT = 'Whether the call took effect is not known';

beforeEach(() => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids, files: ids, directories: ['d1'] });
	// Without it the pauses between tries would take their full, random length.
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

function tasksLeft(): string[] {
	return [...standin.state.knowledgeBases.get('kb')!.tasks.keys()];
}

describe('is tried again, and goes through:', () => {
	const faults: Array<[string, Fault]> = [
		['429 with Retry-After', { what: { kind: 'throttle', retryAfter: 0 }, times: 3 }],
		['429 with a date', { what: { kind: 'throttle', retryAfter: new Date(0) }, times: 3 }],
		['429 alone', { what: { kind: 'throttle' }, times: 3 }],
		['kos.00050008 with status 400', { what: { kind: 'throttle', status: 400 }, times: 3 }],
		[
			'kos.00050008 with status 200',
			{ what: { kind: 'body', body: { error_code: 'kos.00050008' } }, times: 3 },
		],
		['500', { what: { kind: 'status', status: 500, code: 'KOS.00060002' }, times: 3 }],
		['502 as a web page', { what: { kind: 'status', status: 502, html: true }, times: 3 }],
		['503', { what: { kind: 'status', status: 503 }, times: 3 }],
		['504', { what: { kind: 'status', status: 504, code: 'APIG.0203' }, times: 3 }],
		['a reset connection', { what: { kind: 'reset' }, times: 3 }],
		['half an answer', { what: { kind: 'halfJson' }, times: 3 }],
	];
	it.each(faults)('%s', async (_, fault) => {
		standin.faults.add(fault);
		const moved = await runNode({ standin, items, parameters: moveParameters });
		expect(moved.status).toBe('success');
		expect(standin.requests).toHaveLength(4);
		const directories = ids.map(
			(id) => standin.state.knowledgeBases.get('kb')!.files.get(id)!.directory_id,
		);
		expect(new Set(directories)).toEqual(new Set(['d1']));
	});

	it('a call that got no answer in time', async () => {
		standin.faults.add({ what: { kind: 'hang' } });
		const result = await runNode({
			standin,
			items,
			parameters: { ...deleteParameters, options: { timeout: 1000 } },
		});
		expect(result.status).toBe('success');
		expect(standin.requests).toHaveLength(2);
		expect(tasksLeft()).toEqual([]);
	});
});

describe('a delete whose answer was lost', () => {
	it.each([
		['before it took effect', 'before', 'deleted', true],
		['after it took effect', 'after', 'unconfirmed', null],
	] as const)('%s is told as what can be known', async (_, at, status, deleted) => {
		standin.faults.add({ what: { kind: 'reset' }, at });
		const parameters = { ...deleteParameters, options: { settlePartial: false } };
		const { json } = await runNode({ standin, items, parameters });
		expect(tasksLeft()).toEqual([]);
		expect(standin.requests).toHaveLength(2);
		for (const item of json) expect(item).toMatchObject({ status, deleted });
	});

	it('has the status gone when a listing shows it', async () => {
		standin.faults.add({ what: { kind: 'reset' }, at: 'after' });
		const { json } = await runNode({ standin, items, parameters: deleteParameters });
		expect(standin.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'GET']);
		for (const item of json) expect(item).toMatchObject({ status: 'gone', deleted: true });
	});

	it('is not reported as done when the retries are used up', async () => {
		standin.faults.add({ what: { kind: 'reset' }, at: 'after', times: Infinity });
		const result = await runNode({
			standin,
			items,
			onError: 'continueRegularOutput',
			parameters: { ...deleteParameters, options: { maxRetries: 1, retryFor: 0 } },
		});
		expect(standin.requests).toHaveLength(2);
		expect(result.json).toHaveLength(20);
		for (const { error } of result.json) {
			expect(error).toContain('connection to KooSearch was lost');
			expect(error).toContain(UNKNOWN_EFFECT);
		}
	});
});

describe('a call whose first attempt took effect, with its answer lost', () => {
	beforeEach(() => {
		standin.faults.add({ what: { kind: 'reset' }, at: 'after', when: { method: 'DELETE' } });
	});

	it.each([
		['throttled', { kind: 'throttle', retryAfter: 0 }],
		['refused', { kind: 'status', status: 403, code: 'APIG.0302' }],
		['redirected', { kind: 'redirect', location: 'https://elsewhere.example.com' }],
	] as const)('is not told as if nothing had been done when it is %s then', async (_, what) => {
		standin.faults.add({ what, times: Infinity });
		const parameters = { ...deleteParameters, options: { maxRetries: 1, retryFor: 0 } };
		const result = await runNode({ standin, items, parameters });
		expect(tasksLeft()).toEqual([]);
		expect(result.error?.message).toContain(UNKNOWN_EFFECT);
	});

	it('nor when its IDs are sent again one by one, since they are not found any more', async () => {
		const what = { kind: 'status', status: 400, code: 'KOS.00050001' } as const;
		standin.faults.add({ what, when: { method: 'DELETE' }, times: Infinity });
		const { json } = await runNode({
			standin,
			items: items.slice(0, 4),
			parameters: deleteParameters,
			onError: 'continueRegularOutput',
		});
		expect(tasksLeft()).toEqual(ids.slice(4));
		expect(json).toHaveLength(4);
		for (const { error } of json) expect(error).toContain(UNKNOWN_EFFECT);
	});
});

describe('is not tried again:', () => {
	it.each([400, 403, 404, 405, 409, 413, 422, 501])('%i', async (status) => {
		standin.faults.add({ what: { kind: 'status', status, code: 'KOS.00080003' }, times: Infinity });
		const result = await runNode({ standin, items, parameters: deleteParameters });
		expect(standin.requests).toHaveLength(1);
		expect(errorText(result)).toContain(`HTTP ${status}`);
		if (status < 500) expect(errorText(result)).not.toContain(UNKNOWN_EFFECT);
		expect(tasksLeft()).toEqual(ids);
	});

	it('an error with a success status, whose own text is shown', async () => {
		const body = { error_code: 'KOS.00060001', error_msg: 'No such knowledge base' };
		standin.faults.add({ what: { kind: 'body', body }, times: Infinity });
		const { error } = await runNode({ standin, items, parameters: deleteParameters });
		expect(standin.requests).toHaveLength(1);
		expect(error?.message).toContain('No such knowledge base (KOS.00060001, HTTP 200)');
		expect(error?.message).toContain(UNKNOWN_EFFECT);
	});

	it('an answer that cannot be understood', async () => {
		standin.faults.add({ what: { kind: 'html' }, times: Infinity });
		await runNode({ standin, items, parameters: deleteParameters });
		expect(standin.requests).toHaveLength(1);
	});
});

it.each([0, 1, 5])('is tried %i times more with that Max Retries', async (maxRetries) => {
	standin.faults.add({ what: { kind: 'status', status: 500 }, times: Infinity });
	const result = await runNode({
		standin,
		items,
		parameters: { ...deleteParameters, options: { maxRetries } },
	});
	expect(standin.requests).toHaveLength(1 + maxRetries);
	expect(errorText(result)).toContain('HTTP 500');
	expect(errorText(result)).toContain(UNKNOWN_EFFECT);
});

it('reports a server that does not answer in time', async () => {
	standin.faults.add({ what: { kind: 'hang' } });
	const options = { timeout: 100, maxRetries: 0 };
	const result = await runNode({ standin, items, parameters: { ...deleteParameters, options } });
	expect(errorText(result)).toContain('did not answer within 100 ms');
	expect(errorText(result)).toContain("'Timeout (Ms)'");
	expect(errorText(result)).toContain(UNKNOWN_EFFECT);
});

it('reports a server that is not running', async () => {
	const gone = await startStandin();
	await gone.close();
	const credential = { baseUrl: 'http://127.0.0.1:9', token: 'some-token' };
	const parameters = { ...deleteParameters, options: { retryFor: 0 } };
	const result = await runNode({ standin, items, parameters, credential });
	expect(errorText(result)).toContain('the connection was refused');
	expect(errorText(result)).toContain("'Base URL'");
	expect(errorText(result)).not.toContain(UNKNOWN_EFFECT);
});

it('reports a host that does not exist, without trying again', async () => {
	const credential = { baseUrl: 'https://koosearch.invalid', token: 'some-token' };
	const result = await runNode({ standin, items, parameters: deleteParameters, credential });
	expect(errorText(result)).toContain('its host name was not found');
});

describe('a cancellation', () => {
	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'ends the wait for an answer, and the node gives what was done, with On Error = %s',
		async (onError) => {
			standin.faults.add({ what: { kind: 'hang' }, skip: 2, times: Infinity });
			const result = await runNode({
				standin,
				items,
				onError,
				parameters: { ...deleteParameters, options: { batchSize: 5, concurrency: 1 } },
				onStarted: (cancel) => {
					const timer = setInterval(() => {
						if (standin.requests.length < 3) return;
						clearInterval(timer);
						cancel();
					}, 5);
				},
			});
			expect(result.status).toBe('canceled');
			expect(standin.requests).toHaveLength(3);
			expect(tasksLeft()).toEqual(ids.slice(10));
			expect(result.nodeError('KooSearch')).toBeUndefined();
			expect(result.json.map(({ id, deleted }) => [id, deleted])).toEqual(
				ids.slice(0, 10).map((id) => [id, true]),
			);
			expect(result.hints('KooSearch')).toEqual([]);
			expect(result.log).toContain('Of 4 calls, 2 succeeded (10 tasks: 10 deleted)');
			const logged = result.log.split('\n').filter((line) => line.startsWith('info: KooSearch'));
			expect(logged).toHaveLength(1);
			expect(logged[0]).not.toContain('t01');
		},
	);

	it('comes with the time-out of an execution too', async () => {
		standin.faults.add({ what: { kind: 'hang' }, skip: 1, times: Infinity });
		const result = await runNode({
			standin,
			items,
			onError: 'continueErrorOutput',
			parameters: { ...deleteParameters, options: { batchSize: 5, concurrency: 1 } },
			timeoutMs: 1500,
		});
		expect(result.status).toBe('canceled');
		expect(result.log).toContain('Of 4 calls, 1 succeeded (5 tasks: 5 deleted)');
		expect(tasksLeft()).toEqual(ids.slice(5));
	});

	it('ends the pause that a throttled call asked for', async () => {
		standin.faults.add({ what: { kind: 'throttle', retryAfter: 20 }, times: Infinity });
		const result = await runNode({
			standin,
			items,
			onError: 'continueRegularOutput',
			parameters: deleteParameters,
			onStarted: (cancel) => {
				standin.onRequest = () => setTimeout(cancel, 20);
			},
		});
		expect(result.status).toBe('canceled');
		expect(standin.requests).toHaveLength(1);
	});

	it('ends the wait for a sign-in', async () => {
		standin.faults.add({ what: { kind: 'hang' }, times: Infinity });
		const result = await runNode({
			standin,
			items,
			onError: 'continueRegularOutput',
			parameters: deleteParameters,
			credential: iamUser(standin),
			onStarted: (cancel) => setTimeout(cancel, 150),
		});
		expect(result.status).toBe('canceled');
		expect(tasksLeft()).toEqual(ids);
	});
});

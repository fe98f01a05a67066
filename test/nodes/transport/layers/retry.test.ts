import type { ApiFailure } from '../../../../nodes/KooSearch/transport/errors/failure';
import { withRateLimit } from '../../../../nodes/KooSearch/transport/layers/rateLimit';
import { withRetries } from '../../../../nodes/KooSearch/transport/layers/retry';
import type { Effect } from '../../../../nodes/KooSearch/transport/request';
import type { Step } from '../fixtures';
import { answer, apiCall, broken, rejection, scripted } from '../fixtures';

beforeEach(() => {
	jest.useFakeTimers();
	jest.spyOn(Math, 'random').mockReturnValue(1);
});

afterEach(() => jest.useRealTimers());

/** Sends one call after such a script, until it ends. */
async function run(script: Step[], maxRetries = 3, effect?: Effect) {
	const { sentAt, send } = scripted(...script);
	const call = apiCall(effect);
	const ended = withRetries(send, { maxRetries })(call).then(
		(value) => ({ value, failure: undefined }),
		(failure: ApiFailure) => ({ value: undefined, failure }),
	);
	await jest.runAllTimersAsync();
	return { ...(await ended), sentAt, call };
}

describe('The wait before the next attempt', () => {
	it('is twice as long each time, up to 30 seconds', async () => {
		const { sentAt } = await run([500], 7);
		const waits = sentAt.slice(1).map((at, n) => at - sentAt[n]);
		expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
	});

	it('is a random part of that time', async () => {
		jest.mocked(Math.random).mockReturnValue(0.5);
		expect((await run([500, 200])).sentAt).toEqual([0, 500]);
	});

	it.each([
		['7', 7000],
		['0', 1000],
		['0.01', 100],
		['-3', 1000],
		['soon', 1000],
		['3600', 30_000],
	])('is what Retry-After says (%s), up to 30 seconds', async (retryAfter, expected) => {
		const refusal = answer(500, {}, { 'retry-after': retryAfter });
		expect((await run([refusal, 200])).sentAt).toEqual([0, expected]);
	});

	it.each([undefined, '0', '0.001', '-1', 'Sun, 06 Nov 1994 08:49:37 GMT', 'soon'])(
		'is never a matter of milliseconds (Retry-After: %p)',
		async (retryAfter) => {
			jest.mocked(Math.random).mockReturnValue(0);
			const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
			const { sentAt } = await run([answer(500, {}, headers)], 3);
			expect(sentAt).toEqual([0, 100, 200, 300]);
		},
	);

	it('concerns that call alone', async () => {
		const failing = scripted(broken('ECONNRESET'), 200);
		const layer = withRetries(failing.send, { maxRetries: 3 });
		const first = layer(apiCall());
		await jest.advanceTimersByTimeAsync(10);
		const second = layer(apiCall());
		await jest.runAllTimersAsync();
		await Promise.all([first, second]);
		expect(failing.sentAt).toEqual([0, 10, 1000]);
	});
});

it('The answer is that of the last attempt', async () => {
	const { value, sentAt, call } = await run([504, 500, 200]);
	expect(value).toBe(200);
	expect(sentAt).toHaveLength(3);
	expect(call.history).toEqual({ sent: 3, mayHaveTakenEffect: true });
});

it('The failure is that of the last attempt when the retries are used up', async () => {
	const { failure, sentAt } = await run([500, 500, 504], 2);
	expect(failure?.facts.httpStatus).toBe(504);
	expect(sentAt).toHaveLength(3);
});

describe('A call is sent again after', () => {
	it.each<[string, Step]>([
		['HTTP 500', 500],
		['HTTP 504', 504],
		...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_BAD_RESPONSE'].map(
			(code): [string, Step] => [code, broken(code)],
		),
	])('%s, as often as it may be', async (_, step) => {
		expect((await run([step], 2)).sentAt).toHaveLength(3);
		expect((await run([step], 0)).sentAt).toHaveLength(1);
	});
});

describe('A call is not sent again after', () => {
	it.each<[string, Step]>([
		['HTTP 400', 400],
		['HTTP 401', 401],
		['HTTP 403', 403],
		['HTTP 404', 404],
		['a redirect', answer(302, {}, { location: 'https://elsewhere.example.com' })],
		...['ENOTFOUND', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_INVALID_URL', 'EPROTO', 'UNKNOWN'].map(
			(code): [string, Step] => [code, broken(code)],
		),
	])('%s', async (_, step) => {
		const { failure, sentAt } = await run([step, 200]);
		expect(failure).toBeDefined();
		expect(sentAt).toEqual([0]);
	});

	it('an unexpected error, which passes through unchanged', async () => {
		const error = new TypeError('x is not a function');
		const { failure, sentAt } = await run([error, 200]);
		expect(failure).toBe(error);
		expect(sentAt).toEqual([0]);
	});

	it('a failure that ends the run', async () => {
		const { sentAt, send } = scripted(503);
		const limited = withRateLimit(send, { batchInterval: 0, retryFor: 0, retryFirstFor: 0 });
		const failure = rejection(withRetries(limited, { maxRetries: 3 })(apiCall()));
		await jest.runAllTimersAsync();
		expect((await failure).facts.scope).toBe('run');
		expect(sentAt).toEqual([0]);
	});

	it('a cancellation', async () => {
		const controller = new AbortController();
		const { signal } = controller;
		const { sentAt, send } = scripted(500);
		const times = { batchInterval: 0, retryFor: 60_000, retryFirstFor: 60_000 };
		const limited = withRateLimit(send, { ...times, signal });
		const failure = rejection(withRetries(limited, { maxRetries: 3, signal })(apiCall()));
		await jest.advanceTimersByTimeAsync(10);
		controller.abort();
		expect((await failure).facts).toMatchObject({ kind: 'canceled', mayHaveTakenEffect: true });
		expect(sentAt).toEqual([0]);
		expect(jest.getTimerCount()).toBe(0);
	});
});

describe('A call that must not be done twice', () => {
	it.each<[string, Step]>([
		['HTTP 500', 500],
		['HTTP 504', 504],
		['a broken connection', broken('ECONNRESET')],
		['a time-out', broken('ETIMEDOUT')],
	])('is not sent again after %s, which may have done it', async (_, step) => {
		const { failure, sentAt } = await run([step, 200], 3, 'once');
		expect(sentAt).toEqual([0]);
		expect(failure?.message).toContain('look before you run it again');
	});

	it('is sent again after an attempt that never arrived', async () => {
		const { value, sentAt } = await run([broken('ECONNREFUSED'), 200], 3, 'once');
		expect(value).toBe(200);
		expect(sentAt).toHaveLength(2);
	});
});

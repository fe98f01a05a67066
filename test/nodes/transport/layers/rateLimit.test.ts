import { sleep } from 'n8n-workflow';

import type { ApiFailure } from '../../../../nodes/KooSearch/transport/errors/failure';
import type { RateLimit } from '../../../../nodes/KooSearch/transport/layers/rateLimit';
import { withRateLimit } from '../../../../nodes/KooSearch/transport/layers/rateLimit';
import { withRetries } from '../../../../nodes/KooSearch/transport/layers/retry';
import type { Effect, Send } from '../../../../nodes/KooSearch/transport/request';
import type { Step } from '../fixtures';
import { answer, apiCall, broken, rejection, scripted } from '../fixtures';

const MINUTE = 60_000;
const THROTTLED = answer(400, { error_code: 'kos.00050008' });
const WALL_CLOCK = Date.parse('2030-01-01T00:00:00Z');

beforeEach(() => {
	jest.useFakeTimers({ now: WALL_CLOCK });
	jest.spyOn(Math, 'random').mockReturnValue(1);
});

afterEach(() => jest.useRealTimers());

function limited(send: Send, limit: Partial<RateLimit> = {}): Send {
	return withRateLimit(send, {
		batchInterval: 0,
		retryFor: 10 * MINUTE,
		retryFirstFor: 10 * MINUTE,
		...limit,
	});
}

/** The same with answers that take so many milliseconds. */
function after(milliseconds: number, send: Send): Send {
	return async (call) => {
		await sleep(milliseconds);
		return await send(call);
	};
}

/** Sends one call after such a script, until it ends. */
async function run(script: Step[], limit: Partial<RateLimit> = {}, effect?: Effect) {
	const { sentAt, send } = scripted(...script);
	const call = apiCall(effect);
	const ended = limited(
		send,
		limit,
	)(call).then(
		(value) => ({ value, failure: undefined }),
		(failure: ApiFailure) => ({ value: undefined, failure }),
	);
	await jest.runAllTimersAsync();
	return { ...(await ended), sentAt, call };
}

describe('The starts of calls', () => {
	it('are an interval apart, however many calls wait', async () => {
		const { sentAt, send } = scripted(200);
		const layer = limited(send, { batchInterval: 50 });
		for (let n = 0; n < 4; n++) void layer(apiCall());
		await jest.advanceTimersByTimeAsync(1000);
		expect(sentAt).toEqual([0, 50, 100, 150]);
	});

	it('are at once without an interval', async () => {
		const { sentAt, send } = scripted(200);
		const layer = limited(send);
		for (let n = 0; n < 3; n++) void layer(apiCall());
		await jest.advanceTimersByTimeAsync(0);
		expect(sentAt).toEqual([0, 0, 0]);
	});

	it('are spaced when a call is sent again, too', async () => {
		const { sentAt } = await run([429, 429, 200], { batchInterval: 5000 });
		expect(sentAt).toEqual([0, 5000, 10_000]);
	});

	it('do not depend on the wall clock', async () => {
		const { sentAt, send } = scripted(200);
		const layer = limited(send, { batchInterval: 50 });
		await layer(apiCall());
		jest.setSystemTime(0);
		void layer(apiCall());
		await jest.advanceTimersByTimeAsync(50);
		expect(sentAt).toEqual([0, 50]);
	});
});

describe('A refusal keeps calls back', () => {
	const headers = (retryAfter: string) => ({ 'retry-after': retryAfter });
	/** By its own measure a run waits long for a service that is down, and tries a busy one again soon. */
	const OWN = { 429: 100, 503: 1000 };
	it.each([
		['for as many seconds as Retry-After says', headers('7'), 7000],
		['until the date it says', headers('Tue, 01 Jan 2030 00:00:12 GMT'), 12_000],
		['for 30 seconds at most', headers('3600'), 30_000],
		['for 30 seconds at most for a date', headers('Tue, 01 Jan 2030 09:00:00 GMT'), 30_000],
		[
			'by its own measure for a date that has passed',
			headers('Mon, 01 Jan 2024 00:00:00 GMT'),
			OWN,
		],
		['by its own measure when it says 0', headers('0'), OWN],
		['by its own measure when it says nonsense', headers('soon'), OWN],
		['by its own measure when there is none', {}, OWN],
	])('%s', async (_, given, expected) => {
		for (const status of [429, 503] as const) {
			jest.setSystemTime(WALL_CLOCK);
			const { sentAt, failure } = await run([answer(status, {}, given), 200]);
			expect(failure).toBeUndefined();
			const wait = typeof expected === 'number' ? expected : expected[status];
			expect(sentAt).toEqual([0, wait]);
		}
	});

	it('twice as long each time, up to 30 seconds', async () => {
		const { sentAt } = await run([...Array<number>(7).fill(503), 200]);
		const waits = sentAt.slice(1).map((at, n) => at - sentAt[n]);
		expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
	});

	it('for a random part of that time', async () => {
		jest.mocked(Math.random).mockReturnValue(0.5);
		expect((await run([503, 200])).sentAt).toEqual([0, 500]);
	});

	it('and begins anew with the shortest time once a call got through', async () => {
		const { sentAt, send } = scripted(503, 503, 200, 503, 200);
		const layer = limited(send);
		const both = (async () => [await layer(apiCall()), await layer(apiCall())])();
		await jest.runAllTimersAsync();
		await both;
		expect(sentAt).toEqual([0, 1000, 3000, 3000, 4000]);
	});

	it('for far less than 3 seconds when the gateway is busy three times and names no time', async () => {
		const { sentAt } = await run([429, 429, 429, 200]);
		expect(sentAt.map(Math.round)).toEqual([0, 100, 230, 399]);
	});

	it('all of them', async () => {
		const refused = scripted(answer(429, {}, { 'retry-after': '5' }), 200);
		const other = scripted(200);
		const sends = [refused.send, other.send];
		const layer = limited(async (call) => await sends[call.path === '/other' ? 1 : 0](call));
		const first = layer(apiCall());
		await jest.advanceTimersByTimeAsync(1000);
		const second = layer({ ...apiCall(), path: '/other' });
		await jest.runAllTimersAsync();
		await Promise.all([first, second]);
		expect(refused.sentAt).toEqual([0, 5000]);
		// One after the other: a gateway that was too busy for one call is not sent all of them at once.
		expect(other.sentAt).toEqual([5500]);
	});

	it('for the longest time that is asked for', async () => {
		const asking = (seconds: string) => answer(429, {}, { 'retry-after': seconds });
		const { sentAt, send } = scripted(asking('3'), asking('1'), 200);
		const layer = limited(send);
		const all = Promise.all([layer(apiCall()), layer(apiCall())]);
		await jest.runAllTimersAsync();
		await all;
		expect(sentAt).toEqual([0, 0, 3000, 3500]);
	});

	it('for longer when another refusal asks for it meanwhile', async () => {
		const steps = [answer(429, {}, { 'retry-after': '1' }), 200];
		let refuseLate = () => {};
		const { sentAt, send } = scripted(...steps);
		const layer = limited(async (call) => {
			if (call.path !== '/late' || call.history.sent > 0) return await send(call);
			await new Promise<void>((resolve) => (refuseLate = resolve));
			return await scripted(answer(429, {}, { 'retry-after': '2' })).send(call);
		});
		const both = Promise.all([layer({ ...apiCall(), path: '/late' }), layer(apiCall())]);
		await jest.advanceTimersByTimeAsync(500);
		refuseLate();
		await jest.runAllTimersAsync();
		await both;
		expect(sentAt).toEqual([0, 2500, 3000]);
	});
});

describe('A call is sent again after', () => {
	it.each<[string, Step]>([
		['HTTP 429', 429],
		['the code for too many calls', THROTTLED],
		['HTTP 502', 502],
		['HTTP 503', 503],
		['a refused connection', broken('ECONNREFUSED')],
		['a broken name server', broken('EAI_AGAIN')],
		['a network without a route', broken('EHOSTUNREACH')],
	])('%s, as often as it takes, which no number of retries limits', async (_, step) => {
		const { sentAt, send } = scripted(...Array<Step>(12).fill(step), 200);
		const layer = withRetries(limited(send), { maxRetries: 0 });
		const value = layer(apiCall());
		await jest.runAllTimersAsync();
		expect(await value).toBe(200);
		expect(sentAt).toHaveLength(13);
	});
});

describe('A call is not sent again after', () => {
	it.each<[string, Step]>([
		['a fault', 500],
		['a time-out of the gateway', 504],
		['a bad request', 400],
		['a connection that broke', broken('ECONNRESET')],
		['a time-out', broken('ETIMEDOUT')],
		['an unknown host', broken('ENOTFOUND')],
	])('%s, which concerns that call alone', async (_, step) => {
		const { failure, sentAt } = await run([step]);
		expect(sentAt).toEqual([0]);
		expect(failure?.facts.scope).not.toBe('run');
	});

	it('an unexpected error, which passes through unchanged', async () => {
		const error = new TypeError('x is not a function');
		const { failure, sentAt } = await run([error]);
		expect(failure).toBe(error);
		expect(sentAt).toEqual([0]);
	});
});

describe('A call that must not be done twice', () => {
	it.each<[string, Step]>([
		['HTTP 429', 429],
		['the code for too many calls', THROTTLED],
		['a refused connection', broken('ECONNREFUSED')],
	])('is sent again after %s, which did nothing', async (_, step) => {
		const { value, sentAt, call } = await run([step, 200], {}, 'once');
		expect(value).toBe(200);
		expect(sentAt).toHaveLength(2);
		expect(call.history.mayHaveTakenEffect).toBe(false);
	});

	it.each([502, 503])('is not sent again after HTTP %i, which may have done it', async (status) => {
		const { failure, sentAt } = await run([status, 200], {}, 'once');
		expect(sentAt).toEqual([0]);
		expect(failure?.facts).toMatchObject({ scope: 'call', mayHaveTakenEffect: true });
		expect(failure?.message).toContain('look before you run it again');
	});
});

it('A call remembers that one of its attempts may have taken effect', async () => {
	const { value, call } = await run([503, 429, 200]);
	expect(value).toBe(200);
	expect(call.history).toEqual({ sent: 3, mayHaveTakenEffect: true });
});

describe('The run is given up', () => {
	const limit = { retryFor: MINUTE, retryFirstFor: MINUTE };

	it('when no call got through for that long', async () => {
		const { failure, sentAt } = await run([503], limit);
		expect(failure?.facts).toMatchObject({ scope: 'run', httpStatus: 503 });
		expect(failure?.message).toContain('No call got through for 60 seconds');
		// The next try would be at 61 seconds.
		expect(sentAt).toEqual([0, 1000, 3000, 7000, 15_000, 31_000]);
	});

	it('at the first refusal where there is no time at all', async () => {
		for (const step of [429, 503, THROTTLED, broken('ECONNREFUSED')]) {
			const { failure, sentAt } = await run([step, 200], { retryFor: 0, retryFirstFor: 0 });
			expect(sentAt).toEqual([0]);
			expect(failure?.facts.scope).toBe('run');
			expect(failure?.message).toContain('No call got through, so the run was given up.');
		}
	});

	it('sooner where no call has got through yet', async () => {
		const { sentAt, failure } = await run([503], { retryFor: 10 * MINUTE, retryFirstFor: 10_000 });
		expect(sentAt).toEqual([0, 1000, 3000, 7000]);
		expect(failure?.message).toContain('for 10 seconds');
	});

	it('later once the first call has got through', async () => {
		const { sentAt, send } = scripted(200, 503);
		const layer = limited(send, { retryFor: MINUTE, retryFirstFor: 0 });
		await layer(apiCall());
		const failed = rejection(layer(apiCall()));
		await jest.runAllTimersAsync();
		expect((await failed).facts.scope).toBe('run');
		expect(sentAt).toHaveLength(7);
	});

	it('not while other calls get through, even if they are refused for another reason', async () => {
		const { sentAt, send } = scripted(503);
		const others = scripted(200, 400);
		const sends = [send, others.send];
		const answered: Send = async (call) => await sends[call.path === '/other' ? 1 : 0](call);
		const layer = limited(after(10, answered), limit);
		let ended = false;
		void layer(apiCall()).catch(() => (ended = true));
		for (let n = 0; n < 40; n++) {
			void layer({ ...apiCall(), path: '/other' }).catch(() => {});
			await jest.advanceTimersByTimeAsync(10_000);
		}
		expect(ended).toBe(false);
		await jest.runAllTimersAsync();
		expect(ended).toBe(true);
		expect(sentAt.at(-1)).toBeGreaterThan(360_000);
	});

	it('not because the wall clock was set', async () => {
		const { send } = scripted(503, 200);
		const value = limited(send, limit)(apiCall());
		await jest.advanceTimersByTimeAsync(500);
		jest.setSystemTime(WALL_CLOCK + 3_600_000);
		await jest.runAllTimersAsync();
		expect(await value).toBe(200);
	});

	it('not for a bad request, however long calls are to be apart', async () => {
		const none = { retryFor: 0, retryFirstFor: 0 };
		for (const times of [none, limit]) {
			const { failure } = await run([400], { ...times, batchInterval: 2 * MINUTE });
			expect(failure?.facts.scope).toBe('ids');
		}
	});

	it('not for a broken connection, which is neither throttling nor an outage', async () => {
		const { send } = scripted(broken('ECONNRESET'), 200);
		const layer = limited(after(10, send), { retryFor: 0, retryFirstFor: 0 });
		const value = withRetries(layer, { maxRetries: 1 })(apiCall());
		const settled = Promise.allSettled([value]);
		await jest.runAllTimersAsync();
		expect(await settled).toEqual([{ status: 'fulfilled', value: 200 }]);
	});

	it('not for one wave of refusals, however many calls were under way', async () => {
		const { sentAt, send } = scripted(...Array<number>(20).fill(429), 200);
		const layer = limited(after(10, send), { retryFirstFor: 30_000 });
		const all = Promise.allSettled(Array.from({ length: 20 }, async () => await layer(apiCall())));
		await jest.runAllTimersAsync();
		expect((await all).filter(({ status }) => status === 'rejected')).toEqual([]);
		expect(sentAt).toHaveLength(40);
	});
});

describe('A cancellation', () => {
	it('ends the wait at once, sends nothing more and leaves no timer behind', async () => {
		const controller = new AbortController();
		const { sentAt, send } = scripted(answer(429, {}, { 'retry-after': '30' }));
		const layer = limited(send, { signal: controller.signal });
		const waiting = Promise.all([rejection(layer(apiCall())), rejection(layer(apiCall('none')))]);
		await jest.advanceTimersByTimeAsync(10);
		controller.abort();
		await jest.advanceTimersByTimeAsync(0);
		for (const failure of await waiting) {
			expect(failure.facts).toMatchObject({ kind: 'canceled', scope: 'run' });
			expect(failure.message).toBe('The execution was canceled.');
		}
		expect(sentAt).toEqual([0, 0]);
		expect(jest.getTimerCount()).toBe(0);
	});

	it('says so when an earlier attempt may have taken effect', async () => {
		const controller = new AbortController();
		const { send } = scripted(503);
		const ended = rejection(limited(send, { signal: controller.signal })(apiCall()));
		await jest.advanceTimersByTimeAsync(10);
		controller.abort();
		expect((await ended).message).toContain('Whether the call took effect is not known');
	});
});

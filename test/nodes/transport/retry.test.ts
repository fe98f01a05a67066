import type { IDataObject, IN8nHttpFullResponse } from 'n8n-workflow';

import { Pace } from '../../../nodes/KooSearch/transport/pace';
import { withRetries } from '../../../nodes/KooSearch/transport/retry';

const START = Date.parse('2030-01-01T00:00:00Z');
const OK = answer(200);

beforeEach(() => {
	jest.useFakeTimers({ now: START });
	jest.spyOn(Math, 'random').mockReturnValue(1);
});

afterEach(() => jest.useRealTimers());

function answer(statusCode: number, headers: IDataObject = {}, body: IDataObject = {}) {
	return { statusCode, headers, body } as IN8nHttpFullResponse;
}

function broken(code: string): Error {
	// As n8n-core wraps it.
	return new Error('wrapped', { cause: Object.assign(new Error(code), { code }) });
}

/** Sends what is scripted, the last of it for ever, and notes when, in milliseconds from the start. */
function scripted(...script: Array<IN8nHttpFullResponse | Error>) {
	const sentAt: number[] = [];
	const send = async () => {
		const step = script[Math.min(sentAt.length, script.length - 1)];
		sentAt.push(Date.now() - START);
		if (step instanceof Error) throw step;
		return step;
	};
	return { sentAt, send };
}

async function run(send: () => Promise<IN8nHttpFullResponse>, maxRetries = 3) {
	const settled = withRetries(send, { maxRetries, pace: new Pace(0) }).then(
		(response) => ({ response, error: undefined }),
		(error: unknown) => ({ response: undefined, error }),
	);
	await jest.runAllTimersAsync();
	return await settled;
}

describe('waits', () => {
	it.each([
		['as many seconds as Retry-After says', { 'retry-after': '7' }, 7000],
		['until the date it says', { 'retry-after': 'Tue, 01 Jan 2030 00:00:12 GMT' }, 12_000],
		['30 seconds at most', { 'retry-after': '3600' }, 30_000],
		['30 seconds at most for a date', { 'retry-after': 'Tue, 01 Jan 2030 09:00:00 GMT' }, 30_000],
		[
			'not at all for a date that has passed',
			{ 'retry-after': 'Mon, 01 Jan 2024 00:00:00 GMT' },
			0,
		],
		['by its own measure when it says nonsense', { 'retry-after': 'soon' }, 1000],
		['by its own measure when there is none', {}, 1000],
	])('%s', async (_, headers, expected) => {
		for (const status of [429, 503]) {
			jest.setSystemTime(START);
			const { sentAt, send } = scripted(answer(status, headers), OK);
			await run(send);
			expect(sentAt).toEqual([0, expected]);
		}
	});

	it('twice as long each time, with a random part, up to 30 seconds', async () => {
		const { sentAt, send } = scripted(answer(503));
		await run(send, 7);
		const waits = sentAt.slice(1).map((at, n) => at - sentAt[n]);
		expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);

		jest.mocked(Math.random).mockReturnValue(0.5);
		jest.setSystemTime(START);
		const half = scripted(answer(503), OK);
		await run(half.send);
		expect(half.sentAt).toEqual([0, 500]);
	});

	it('with all calls of the run when one is throttled', async () => {
		const pace = new Pace(0);
		const throttled = scripted(answer(429, { 'retry-after': '5' }), OK);
		const other = scripted(OK);
		const first = withRetries(throttled.send, { maxRetries: 3, pace });
		await jest.advanceTimersByTimeAsync(1000);
		const second = withRetries(other.send, { maxRetries: 3, pace });
		await jest.runAllTimersAsync();
		await Promise.all([first, second]);
		expect(throttled.sentAt).toEqual([0, 5000]);
		expect(other.sentAt).toEqual([5000]);
	});

	it('alone when its connection broke', async () => {
		const pace = new Pace(0);
		const failing = scripted(broken('ECONNRESET'), OK);
		const other = scripted(OK);
		const first = withRetries(failing.send, { maxRetries: 3, pace });
		await jest.advanceTimersByTimeAsync(10);
		const second = withRetries(other.send, { maxRetries: 3, pace });
		await jest.runAllTimersAsync();
		await Promise.all([first, second]);
		expect(other.sentAt).toEqual([10]);
		expect(failing.sentAt).toEqual([0, 1000]);
	});
});

it('gives the answer of the last try', async () => {
	const { sentAt, send } = scripted(answer(429), answer(500), OK);
	expect((await run(send)).response).toEqual(OK);
	expect(sentAt).toHaveLength(3);
});

it('gives the last answer when the tries are used up', async () => {
	const { sentAt, send } = scripted(answer(500), answer(502), answer(503));
	expect((await run(send, 2)).response).toEqual(answer(503));
	expect(sentAt).toHaveLength(3);
});

it.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ECONNABORTED', 'EPIPE', 'EAI_AGAIN'])(
	'sends again after %s, and passes the last error on',
	async (code) => {
		const error = broken(code);
		const { sentAt, send } = scripted(error);
		expect((await run(send, 2)).error).toBe(error);
		expect(sentAt).toHaveLength(3);
	},
);

it.each(['ENOTFOUND', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_INVALID_URL', 'UNKNOWN'])(
	'does not send again after %s',
	async (code) => {
		const { sentAt, send } = scripted(broken(code));
		expect((await run(send)).error).toBeDefined();
		expect(sentAt).toEqual([0]);
	},
);

it('does not send again after a cancellation', async () => {
	const controller = new AbortController();
	const { sentAt, send } = scripted(answer(503));
	const settings = { maxRetries: 3, pace: new Pace(0), signal: controller.signal };
	const tried = expect(withRetries(send, settings)).rejects.toThrow('canceled');
	await jest.advanceTimersByTimeAsync(10);
	controller.abort();
	await tried;
	expect(sentAt).toEqual([0]);
});

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { getEventListeners } from 'node:events';

import { pause, untilAborted } from '../../../nodes/KooSearch/transport/wait';

let controller: AbortController;

beforeEach(() => {
	jest.useFakeTimers();
	controller = new AbortController();
});

afterEach(() => {
	expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
	jest.useRealTimers();
});

describe('A pause', () => {
	it.each([true, false])('takes as long as it should (with a signal: %p)', async (withSignal) => {
		let isOver = false;
		void pause(1000, withSignal ? controller.signal : undefined).then(() => (isOver = true));
		await jest.advanceTimersByTimeAsync(999);
		expect(isOver).toBe(false);
		await jest.advanceTimersByTimeAsync(1);
		expect(isOver).toBe(true);
	});

	it('ends with a cancellation, and leaves no timer behind', async () => {
		const ended = pause(1000, controller.signal);
		await jest.advanceTimersByTimeAsync(10);
		controller.abort();
		await ended;
		expect(jest.getTimerCount()).toBe(0);
	});

	it('is none after a cancellation', async () => {
		controller.abort();
		await pause(1000, controller.signal);
		expect(performance.now()).toBe(0);
	});
});

describe('Work', () => {
	it('is waited for', async () => {
		expect(await untilAborted(Promise.resolve(1), undefined)).toBe(1);
		expect(await untilAborted(Promise.resolve(1), controller.signal)).toBe(1);
	});

	it('may fail', async () => {
		const failed = untilAborted(Promise.reject(new Error('It failed')), controller.signal);
		await expect(failed).rejects.toThrow('It failed');
	});

	it('is not waited for once the signal is aborted, whatever becomes of it', async () => {
		let fail = () => {};
		const work = new Promise<number>((_, reject) => {
			fail = () => reject(new Error('It failed later'));
		});
		const ended = untilAborted(work, controller.signal);
		controller.abort();
		expect(await ended).toBeUndefined();
		fail();
		await jest.advanceTimersByTimeAsync(0);
	});

	it('is not waited for when the signal was aborted before', async () => {
		controller.abort();
		expect(await untilAborted(new Promise(() => {}), controller.signal)).toBeUndefined();
	});
});

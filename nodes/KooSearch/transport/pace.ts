import { sleep } from 'n8n-workflow';

/**
 * Gives each call of a run its turn: `interval` milliseconds between the starts of two calls, and none at all while
 * KooSearch asks for a pause.
 */
export class Pace {
	private next = 0;

	constructor(
		private readonly interval: number,
		private readonly signal?: AbortSignal,
	) {}

	/** Ends early when the execution is cancelled; the caller looks at the signal. */
	async turn(): Promise<void> {
		for (;;) {
			const wait = this.next - Date.now();
			if (wait <= 0 || this.signal?.aborted) break;
			await pause(wait, this.signal);
		}
		this.next = Math.max(this.next, Date.now() + this.interval);
	}

	/** No call of the run starts before so many milliseconds have passed. */
	hold(milliseconds: number): void {
		this.next = Math.max(this.next, Date.now() + milliseconds);
	}
}

/**
 * Waits, but not past a cancellation. `sleep` of n8n-workflow takes the signal (and rejects) since 2.35; before
 * that it ignores the second argument, so the signal is listened to here as well.
 */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	if (!signal) return await sleep(milliseconds);
	const cancelled = whenAborted(signal);
	await Promise.race([sleep(milliseconds, signal).catch(() => {}), cancelled.promise]);
	cancelled.dispose();
}

/** A promise of the signal's abortion, and how to stop listening for it. */
export function whenAborted(signal: AbortSignal): { promise: Promise<void>; dispose: () => void } {
	let wake = () => {};
	const promise = new Promise<void>((resolve) => {
		wake = resolve;
	});
	if (signal.aborted) wake();
	signal.addEventListener('abort', wake, { once: true });
	return { promise, dispose: () => signal.removeEventListener('abort', wake) };
}

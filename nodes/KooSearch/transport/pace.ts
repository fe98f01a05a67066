import { sleep } from 'n8n-workflow';

/**
 * Gives each call its turn: `interval` milliseconds between the starts of two calls.
 * Waiting ends at once when the execution is cancelled; the caller looks at the signal.
 */
export class Pace {
	private next = 0;

	constructor(
		private readonly interval: number,
		private readonly signal?: AbortSignal,
	) {}

	async turn(): Promise<void> {
		for (;;) {
			const wait = this.next - Date.now();
			if (wait <= 0 || this.signal?.aborted) break;
			await pause(wait, this.signal);
		}
		this.next = Date.now() + this.interval;
	}
}

/**
 * Waits, but not past a cancellation. `sleep` of n8n-workflow takes the signal (and rejects) since 2.35; before
 * that it ignores the second argument, so the signal is listened to here as well.
 */
async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	if (!signal) return await sleep(milliseconds);
	let wake = () => {};
	const cancelled = new Promise<void>((resolve) => {
		wake = resolve;
	});
	signal.addEventListener('abort', wake, { once: true });
	await Promise.race([sleep(milliseconds, signal).catch(wake), cancelled]);
	signal.removeEventListener('abort', wake);
}

import { sleep } from 'n8n-workflow';

/** Shortest and longest wait before another try, in milliseconds: retries must not come as a burst. */
export const MIN_WAIT = 100;
export const MAX_WAIT = 30_000;

const INITIAL_WAIT = 500;

/** Exponentially longer, with full jitter, so that calls don't come back all at once. @param tries those that failed */
export function backoff(tries: number): number {
	const longest = Math.min(INITIAL_WAIT * 2 ** tries, MAX_WAIT);
	return Math.max(MIN_WAIT, Math.random() * longest);
}

/** For so long a loop may keep n8n from everything else, its Cancel button too, in milliseconds. */
const MAX_STRETCH = 20;

/** Lets n8n do other work in the middle of a long loop. `sleep(0)` costs a millisecond, so it comes by the clock. */
export class Breather {
	private since = performance.now();

	/** To be awaited where it is not undefined: in most turns of a loop nothing is to be waited for. */
	pause(): Promise<void> | undefined {
		if (performance.now() - this.since <= MAX_STRETCH) return undefined;
		return sleep(0).then(() => {
			this.since = performance.now();
		});
	}
}

/** Does something with each of many, and lets n8n do other work in between. */
export async function eachInSlices<T>(all: readonly T[], visit: (one: T) => void): Promise<void> {
	for (let next = 0; next < all.length; ) {
		next = visitSlice(all, next, visit);
		if (next < all.length) await sleep(0);
	}
}

/** @returns where it stopped; a loop without `await` in it is much cheaper */
function visitSlice<T>(all: readonly T[], start: number, visit: (one: T) => void): number {
	const since = performance.now();
	let next = start;
	do visit(all[next++]);
	while (next < all.length && performance.now() - since <= MAX_STRETCH);
	return next;
}

/** As `Array.map`, but n8n may do other work in between. */
export async function mapInSlices<T, Result>(
	all: readonly T[],
	map: (one: T) => Result,
): Promise<Result[]> {
	const results: Result[] = [];
	await eachInSlices(all, (one) => results.push(map(one)));
	return results;
}

/**
 * Waits, but not past a cancellation. `sleep` of n8n-workflow takes the signal (and rejects) since 2.35; before
 * that it ignores the second argument, so the signal is listened to here as well.
 */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	if (!signal) return await sleep(milliseconds);
	const ended = new AbortController();
	const forget = onAbort(signal, () => ended.abort());
	await untilAborted(sleep(milliseconds, ended.signal), ended.signal).catch(() => {});
	forget();
}

/** Who is called back when a signal is aborted, by signal. */
const callbacks = new WeakMap<AbortSignal, Set<() => void>>();

function callBack(this: AbortSignal): void {
	callbacks.get(this)?.forEach((callback) => callback());
}

/**
 * Calls back when the signal is aborted. Each signal has one listener for all: of more than ten, Node.js warns.
 *
 * @returns what to call when it is no longer to be called back
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
	if (signal.aborted) callback();
	const all = callbacks.get(signal) ?? new Set();
	callbacks.set(signal, all);
	if (all.size === 0) signal.addEventListener('abort', callBack);
	all.add(callback);
	return () => {
		all.delete(callback);
		if (all.size === 0) signal.removeEventListener('abort', callBack);
	};
}

/** What `work` comes to, or undefined as soon as the signal is aborted. */
export async function untilAborted<T>(
	work: Promise<T>,
	signal: AbortSignal | undefined,
): Promise<T | undefined> {
	if (!signal) return await work;
	let wake = () => {};
	const aborted = new Promise<undefined>((resolve) => {
		wake = () => resolve(undefined);
	});
	const forget = onAbort(signal, wake);
	try {
		return await Promise.race([work, aborted]);
	} finally {
		forget();
	}
}

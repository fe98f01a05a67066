import { ApiFailure } from '../errors/failure';
import type { ApiCall } from '../request';
import { onAbort, pause } from '../wait';
import type { Started } from './callRate';
import { CallRate } from './callRate';
import { Concurrency } from './concurrency';

/** The calls of all runs with the same credential: when the next one may start, and how many at once. */
export class Traffic {
	readonly concurrency = new Concurrency(() => performance.now());

	private readonly rate = new CallRate(() => performance.now(), Math.random);

	/** Those who wait for the next start, in their order. */
	private readonly waiting = new Set<(started: Started) => void>();

	/** Ends the wait for the next start. */
	private alarm?: AbortController;

	private alarmAt = 0;

	private usedAt = performance.now();

	/** @returns the call's start, or undefined when the signal was aborted first */
	async start(signal: AbortSignal): Promise<Started | undefined> {
		if (signal.aborted) return undefined;
		if (this.waiting.size === 0 && this.rate.wait() <= 0) return this.rate.start();
		return await new Promise((resolve) => {
			const enter = (started: Started) => {
				forget();
				resolve(started);
			};
			const forget = onAbort(signal, () => {
				this.waiting.delete(enter);
				resolve(undefined);
				this.next();
			});
			this.waiting.add(enter);
			this.next();
		});
	}

	/** How long no call may start, as far as it is known, in milliseconds. */
	held(): number {
		const wait = this.rate.wait();
		return wait === Infinity ? 0 : wait;
	}

	/** A run begins: it need not wait for what this process thought of by itself. */
	tryAgain(): void {
		this.rate.tryAgain();
		this.next();
	}

	/** @param underWay how many calls of the run there were, with this one */
	succeeded(started: Started, { method, path }: ApiCall<unknown>, underWay: number): void {
		if (this.rate.gotThrough(started)) this.concurrency.restart();
		const [, , what] = path.split('/');
		this.concurrency.answered(`${method} ${what}`, started.at, underWay);
		this.ended();
	}

	failed(started: Started, error: unknown): void {
		const facts = error instanceof ApiFailure ? error.facts : undefined;
		if (facts?.outage) {
			this.rate.refused(started, { ...facts, isDown: facts.outage === 'unavailable' });
		} else if (facts?.httpStatus !== undefined) {
			if (this.rate.gotThrough(started)) this.concurrency.restart();
		} else if (facts?.kind === 'network' || facts?.kind === 'timeout') {
			this.rate.unanswered(started);
		} else {
			this.rate.release(started);
		}
		this.ended();
	}

	/** A start that was not made use of. */
	unused(started: Started): void {
		this.rate.release(started);
		this.ended();
	}

	/** Whether nobody has used it for so long, in milliseconds. */
	isIdleFor(time: number): boolean {
		return performance.now() - this.usedAt > time;
	}

	private ended(): void {
		this.usedAt = performance.now();
		this.next();
	}

	/** Lets go whoever may start, and wakes up when the next one may. */
	private next(): void {
		for (const enter of this.waiting) {
			const wait = this.rate.wait();
			if (wait > 0) return this.wakeIn(wait);
			this.waiting.delete(enter);
			enter(this.rate.start());
		}
		this.alarm?.abort();
		this.alarm = undefined;
	}

	private wakeIn(wait: number): void {
		const at = performance.now() + wait;
		// An alarm that comes early looks again.
		if (this.alarm && this.alarmAt <= at) return;
		this.alarm?.abort();
		this.alarm = undefined;
		if (wait === Infinity) return;
		const alarm = new AbortController();
		this.alarm = alarm;
		this.alarmAt = at;
		void pause(Math.ceil(wait), alarm.signal).then(() => {
			if (this.alarm !== alarm) return;
			this.alarm = undefined;
			this.next();
		});
	}
}

/** How long what was learnt is kept without use, in milliseconds. */
const KEPT_FOR = 5 * 60_000;

const traffics = new Map<string, Traffic>();

/** What all runs of this process learn together. @param key the same for all that meet the same limit */
export function sharedTraffic(key: string): Traffic {
	for (const [other, traffic] of traffics) {
		if (traffic.isIdleFor(KEPT_FOR)) traffics.delete(other);
	}
	const traffic = traffics.get(key) ?? new Traffic();
	traffics.set(key, traffic);
	return traffic;
}

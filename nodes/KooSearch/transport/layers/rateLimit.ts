import pLimit from 'p-limit';

import { ApiFailure, canceled, mustNotRepeat, rethrow } from '../errors/failure';
import type { ApiCall, Send } from '../request';
import { pause, untilAborted } from '../wait';
import type { Started } from './callRate';
import { CallRate } from './callRate';
import { Concurrency } from './concurrency';

export interface RateLimit {
	/** Between the starts of two tries, whichever call they belong to, in milliseconds. */
	batchInterval: number;
	/** How long the run goes on without a call that gets through, in milliseconds. */
	retryFor: number;
	/** The same until the first call gets through. */
	retryFirstFor: number;
	signal?: AbortSignal;
	/** Aborted when the run is over: what waits for its turn need not wait any longer. */
	over?: AbortSignal;
	/** What all runs with the same credential have learnt; a run without it learns for itself. */
	traffic?: Traffic;
}

/**
 * Spaces the calls of a run, and keeps them back while KooSearch throttles or is down: every call would meet the same
 * refusal, so it counts against the run and not against the call.
 *
 * @returns a layer that sends a call again until it gets through or `retryFor` has passed since one last did
 */
export function withRateLimit(send: Send, limit: RateLimit): Send {
	const traffic = limit.traffic ?? new Traffic();
	const run = new LimitedRun(limit, traffic);
	return async (call) => {
		for (;;) {
			const started = await run.acquire();
			if (!started) throw canceled(call.effect, call.history.mayHaveTakenEffect);
			try {
				const value = await send(call);
				traffic.succeeded(started, call);
				run.gotThrough();
				return value;
			} catch (error) {
				traffic.failed(started, error);
				if (!(error instanceof ApiFailure)) return rethrow(error);
				const { outage, httpStatus, mayHaveTakenEffect } = error.facts;
				call.history.mayHaveTakenEffect ||= mayHaveTakenEffect;
				if (!outage && httpStatus !== undefined) run.gotThrough();
				if (outage ? run.isOver() : run.isSilent()) return rethrow(run.givingUp(error));
				if (!outage || mustNotRepeat(error)) return rethrow(error);
			}
		}
	};
}

/** How long a run goes on, and how far apart its own calls are. Times are those of a monotonic clock. */
class LimitedRun {
	private readonly turn = pLimit(1);

	private next = 0;

	private lastThrough = performance.now();

	private patience: number;

	constructor(
		private readonly limit: RateLimit,
		private readonly traffic: Traffic,
	) {
		this.patience = limit.retryFirstFor;
	}

	/** @returns undefined when the run has ended meanwhile */
	async acquire(): Promise<Started | undefined> {
		const { signal, over } = this.limit;
		const ended = new AbortController();
		const end = () => ended.abort();
		// Listeners that are removed: AbortSignal.any would be kept for as long as the run's signal.
		for (const one of [signal, over]) {
			if (one?.aborted) end();
			one?.addEventListener('abort', end);
		}
		try {
			return await this.acquireUntil(ended.signal);
		} finally {
			for (const one of [signal, over]) one?.removeEventListener('abort', end);
		}
	}

	private async acquireUntil(ended: AbortSignal): Promise<Started | undefined> {
		const { batchInterval } = this.limit;
		if (batchInterval === 0) return await this.traffic.acquire(ended);
		const turn = this.turn(async () => {
			const wait = this.next - performance.now();
			if (wait > 0) await pause(Math.ceil(wait), ended);
			const started = await this.traffic.acquire(ended);
			if (started) this.next = performance.now() + batchInterval;
			return started;
		});
		return await untilAborted(turn, ended);
	}

	gotThrough(): void {
		this.lastThrough = performance.now();
		this.patience = this.limit.retryFor;
	}

	/** Whether the time is up, or would be before the next call may start. */
	isOver(): boolean {
		return performance.now() + this.traffic.held() - this.lastThrough > this.patience;
	}

	/** Whether nothing was answered for so long, not even a refusal. With a patience of 0, refusals alone count. */
	isSilent(): boolean {
		return this.patience > 0 && performance.now() - this.lastThrough > this.patience;
	}

	givingUp(failure: ApiFailure): ApiFailure {
		const seconds = Math.round(this.patience / 1000);
		const since = seconds > 0 ? ` for ${seconds} seconds` : '';
		return failure.endingRun(`No call got through${since}, so the run was given up.`);
	}
}

/** The calls of all runs with the same credential: when the next one may start, and how many may be under way. */
export class Traffic {
	private readonly rate = new CallRate(() => performance.now(), Math.random);

	private readonly concurrency = new Concurrency(() => performance.now());

	private readonly turn = pLimit(1);

	private underWay = 0;

	private wake = () => {};

	private usedAt = performance.now();

	/** @returns undefined when the signal was aborted first */
	async acquire(signal: AbortSignal): Promise<Started | undefined> {
		const turn = this.turn(async () => await this.start(signal));
		const started = await untilAborted(turn, signal);
		if (!started) void turn.then((late) => late && this.release(late));
		return started;
	}

	/** How long no call may start, in milliseconds. */
	held(): number {
		const wait = this.rate.wait();
		return wait === Infinity ? 0 : wait;
	}

	succeeded(started: Started, { method, path }: ApiCall<unknown>): void {
		if (this.rate.gotThrough(started)) this.concurrency.restart();
		const [, , what] = path.split('/');
		this.concurrency.answered(`${method} ${what}`, started.at, this.underWay);
		this.end();
	}

	failed(started: Started, error: unknown): void {
		const facts = error instanceof ApiFailure ? error.facts : undefined;
		if (facts?.outage) {
			const isDown = facts.outage === 'unavailable';
			this.rate.refused(started, { ...facts, isDown });
			this.concurrency.refused(started.at);
		} else if (facts?.httpStatus !== undefined) {
			this.rate.gotThrough(started);
		} else if (facts?.kind === 'network' || facts?.kind === 'timeout') {
			this.rate.unanswered(started);
		} else {
			this.rate.release(started);
		}
		this.end();
	}

	/** Whether nobody has used it for so long, in milliseconds. */
	isIdleFor(time: number): boolean {
		return this.underWay === 0 && performance.now() - this.usedAt > time;
	}

	private async start(signal: AbortSignal): Promise<Started | undefined> {
		while (!signal.aborted) {
			const isFull = this.underWay >= this.concurrency.limit;
			const wait = isFull ? Infinity : this.rate.wait();
			if (wait <= 0) {
				this.underWay++;
				return this.rate.start();
			}
			if (wait === Infinity) await untilAborted(this.oneEnds(), signal);
			else await pause(Math.ceil(wait), signal);
		}
		return undefined;
	}

	private async oneEnds(): Promise<void> {
		await new Promise<void>((resolve) => (this.wake = resolve));
	}

	private release(started: Started): void {
		this.rate.release(started);
		this.end();
	}

	private end(): void {
		this.underWay--;
		this.usedAt = performance.now();
		this.wake();
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

import pLimit from 'p-limit';

import { ApiFailure, canceled, mustNotRepeat, rethrow } from '../errors/failure';
import type { ApiCall, Send } from '../request';
import { onAbort, pause, untilAborted } from '../wait';
import type { Started } from './callRate';
import { Traffic } from './traffic';

export interface RateLimit {
	/** Between the starts of two tries, whichever call they belong to, in milliseconds. */
	batchInterval: number;
	/** How long the run goes on without a call that gets through, in milliseconds. */
	retryFor: number;
	/** The same until the first call gets through. */
	retryFirstFor: number;
	signal?: AbortSignal;
	/** What all runs with the same credential have learnt; a run without it learns for itself. */
	traffic?: Traffic;
}

/**
 * Finds out how many calls a second and at once KooSearch takes, and keeps calls back while it throttles or is down:
 * every call would meet the same refusal, so it counts against the run and not against the call.
 *
 * @returns a layer that sends a call again until it gets through or `retryFor` has passed since one last did
 */
export function withRateLimit(send: Send, limit: RateLimit): Send {
	const run = new LimitedRun(limit);
	return async (call) => {
		for (;;) {
			const started = await run.start();
			if (!started) throw run.whyEnded(call);
			try {
				const value = await send(call);
				run.succeeded(started, call);
				return value;
			} catch (error) {
				run.failed(started, error);
				if (!(error instanceof ApiFailure)) return rethrow(error);
				const { outage, mayHaveTakenEffect } = error.facts;
				call.history.mayHaveTakenEffect ||= mayHaveTakenEffect;
				if (outage ? run.isOver() : run.isSilent()) throw run.giveUp(error);
				if (!outage || mustNotRepeat(error)) return rethrow(error);
			}
		}
	};
}

/** The calls of a run: how many are under way, how far apart they are, and how long it goes on. */
class LimitedRun {
	private readonly traffic: Traffic;

	/** Calls start one after the other. */
	private readonly line = pLimit(1);

	private underWay = 0;

	private oneEnded = () => {};

	/** By the run's own interval. Times are those of a monotonic clock. */
	private next = 0;

	private lastThrough = performance.now();

	private patience: number;

	/** Ends the wait of each call that has yet to start. */
	private readonly waiting = new Set<() => void>();

	private failure?: ApiFailure;

	constructor(private readonly limit: RateLimit) {
		this.traffic = limit.traffic ?? new Traffic();
		this.traffic.tryAgain();
		this.patience = limit.retryFirstFor;
	}

	/** Waits for a call's turn. @returns undefined when the run has ended meanwhile */
	async start(): Promise<Started | undefined> {
		const ended = new AbortController();
		const end = () => ended.abort();
		this.waiting.add(end);
		const { signal } = this.limit;
		const forget = signal && onAbort(signal, end);
		try {
			const turn = this.line(async () => await this.startNext(ended.signal));
			return await untilAborted(turn, ended.signal);
		} finally {
			forget?.();
			this.waiting.delete(end);
		}
	}

	private async startNext(ended: AbortSignal): Promise<Started | undefined> {
		while (this.underWay >= this.traffic.concurrency.limit && !ended.aborted) {
			const ending = new Promise<void>((resolve) => (this.oneEnded = resolve));
			await untilAborted(ending, ended);
		}
		const wait = this.next - performance.now();
		if (wait > 0) await pause(Math.ceil(wait), ended);
		const started = await this.traffic.start(ended);
		if (!started) return undefined;
		if (ended.aborted) {
			this.traffic.unused(started);
			return undefined;
		}
		this.underWay++;
		this.next = performance.now() + this.limit.batchInterval;
		return started;
	}

	succeeded(started: Started, call: ApiCall<unknown>): void {
		this.traffic.succeeded(started, call, this.underWay);
		this.gotThrough();
		this.end();
	}

	failed(started: Started, error: unknown): void {
		this.traffic.failed(started, error);
		const facts = error instanceof ApiFailure ? error.facts : undefined;
		if (!facts?.outage && facts?.httpStatus !== undefined) this.gotThrough();
		this.end();
	}

	/** Whether the time is up, or would be before the next call may start. */
	isOver(): boolean {
		return performance.now() + this.traffic.held() - this.lastThrough > this.patience;
	}

	/** Whether nothing was answered for so long, not even a refusal. With a patience of 0, refusals alone count. */
	isSilent(): boolean {
		return this.patience > 0 && performance.now() - this.lastThrough > this.patience;
	}

	/** Ends the calls that wait for their turn, too. */
	giveUp(failure: ApiFailure): ApiFailure {
		const seconds = Math.round(this.patience / 1000);
		const since = seconds > 0 ? ` for ${seconds} seconds` : '';
		this.failure = failure.endingRun(`No call got through${since}, so the run was given up.`);
		for (const end of this.waiting) end();
		return this.failure;
	}

	/** Of a call that was not sent (again). */
	whyEnded({ effect, history: { mayHaveTakenEffect } }: ApiCall<unknown>): ApiFailure {
		if (this.limit.signal?.aborted || !this.failure) return canceled(effect, mayHaveTakenEffect);
		return new ApiFailure({ ...this.failure.facts, effect, mayHaveTakenEffect });
	}

	private gotThrough(): void {
		this.lastThrough = performance.now();
		this.patience = this.limit.retryFor;
	}

	private end(): void {
		this.underWay--;
		this.oneEnded();
	}
}

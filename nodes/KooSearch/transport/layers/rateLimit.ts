import { ApiFailure, canceled, mustNotRepeat, rethrow } from '../errors/failure';
import type { Send } from '../request';
import { backoff, MAX_WAIT, pause } from '../wait';

export interface RateLimit {
	/** Between the starts of two tries, whichever call they belong to, in milliseconds. */
	batchInterval: number;
	/** How long the run goes on without a call that gets through, in milliseconds. */
	retryFor: number;
	/** The same until the first call gets through. */
	retryFirstFor: number;
	signal?: AbortSignal;
}

/**
 * Spaces the calls of a run, and keeps them back while KooSearch throttles or is down: every call would meet the same
 * refusal, so it counts against the run and not against the call.
 *
 * @returns a layer that sends a call again until it gets through or `retryFor` has passed since one last did
 */
export function withRateLimit(send: Send, limit: RateLimit): Send {
	const limiter = new RateLimiter(limit);
	return async (call) => {
		for (;;) {
			await limiter.acquire();
			if (limit.signal?.aborted) throw canceled(call.effect, call.history.mayHaveTakenEffect);
			try {
				const value = await send(call);
				limiter.gotThrough();
				return value;
			} catch (error) {
				if (!(error instanceof ApiFailure)) return rethrow(error);
				const { outage, httpStatus, mayHaveTakenEffect } = error.facts;
				call.history.mayHaveTakenEffect ||= mayHaveTakenEffect;
				if (outage) limiter.refused(error);
				else if (httpStatus !== undefined) limiter.gotThrough();
				if (outage ? limiter.isOver() : limiter.isSilent()) {
					return rethrow(limiter.givingUp(error));
				}
				if (!outage || mustNotRepeat(error)) return rethrow(error);
			}
		}
	};
}

/** When the next call of a run may start. Times are those of a monotonic clock. */
class RateLimiter {
	private next = 0;

	private refusals = 0;

	/** Until when no call may start after a refusal. */
	private heldUntil = 0;

	private lastThrough = performance.now();

	private patience: number;

	constructor(private readonly limit: RateLimit) {
		this.patience = limit.retryFirstFor;
	}

	/** Waits for this call's turn; ends early when the run is canceled. */
	async acquire(): Promise<void> {
		const { batchInterval, signal } = this.limit;
		for (;;) {
			const wait = this.next - performance.now();
			if (wait <= 0 || signal?.aborted) break;
			await pause(wait, signal);
		}
		this.next = Math.max(this.next, performance.now() + batchInterval);
	}

	gotThrough(): void {
		this.refusals = 0;
		this.lastThrough = performance.now();
		this.patience = this.limit.retryFor;
	}

	/** Keeps all calls back: for as long as KooSearch asks, else exponentially longer, with full jitter. */
	refused({ facts: { retryAfter } }: ApiFailure): void {
		// All calls that were under way together meet the same refusal: it counts once.
		if (performance.now() >= this.heldUntil) this.refusals++;
		const wait = Math.min(retryAfter ?? backoff(this.refusals), MAX_WAIT);
		this.heldUntil = Math.max(this.heldUntil, performance.now() + wait);
		this.next = Math.max(this.next, this.heldUntil);
	}

	/** Whether the time is up, or would be before the next call may start. */
	isOver(): boolean {
		return Math.max(this.heldUntil, performance.now()) - this.lastThrough > this.patience;
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

import { ApiFailure, mustNotRepeat, rethrow } from '../errors/failure';
import type { Send } from '../request';
import { backoff, MAX_WAIT, pause } from '../wait';

export interface Retries {
	/** Further tries after the first. */
	maxRetries: number;
	signal?: AbortSignal;
}

/**
 * Sends a call again when it failed in a way that may pass: KooSearch had a fault, the connection broke, the answer
 * took too long. Exponential back-off with full jitter, so that calls don't come back all at once.
 *
 * What can't be trusted after a repetition are counts in the answer; the caller sees it from the call's history.
 */
export function withRetries(send: Send, { maxRetries, signal }: Retries): Send {
	return async (call) => {
		for (let tries = 1; ; tries++) {
			try {
				return await send(call);
			} catch (error) {
				if (!(error instanceof ApiFailure)) return rethrow(error);
				const { isTransient, scope, retryAfter, mayHaveTakenEffect } = error.facts;
				call.history.mayHaveTakenEffect ||= mayHaveTakenEffect;
				const isFinal = !isTransient || scope === 'run' || tries > maxRetries;
				if (isFinal || mustNotRepeat(error)) return rethrow(error);
				await pause(Math.min(retryAfter ?? backoff(tries), MAX_WAIT), signal);
			}
		}
	};
}

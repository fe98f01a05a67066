import type { IN8nHttpFullResponse } from 'n8n-workflow';

import { cancelled, serviceCode } from './errors';
import { passes } from './network';
import type { Pace } from './pace';
import { pause } from './pace';
import { isSignInOutage } from './signIn';

export interface RetrySettings {
	/** Further tries after the first. */
	maxRetries: number;
	pace: Pace;
	signal?: AbortSignal;
}

const LONGEST_WAIT = 30_000;
const FIRST_WAIT = 500;
const TRANSIENT_STATUS = new Set([500, 502, 503, 504]);

/**
 * Sends a call again while it is throttled, KooSearch is not available or the connection breaks. Deleting, moving and
 * parsing are safe to repeat; what can't be trusted after a repetition are the counts in the answer.
 *
 * A throttled call holds back all calls of the run: the limit is the gateway's, not the call's.
 *
 * @param send one try; rejects when there was no answer at all
 * @returns the last answer
 */
export async function withRetries(
	send: () => Promise<IN8nHttpFullResponse>,
	{ maxRetries, pace, signal }: RetrySettings,
): Promise<IN8nHttpFullResponse> {
	for (let tries = 1; ; tries++) {
		await pace.turn();
		if (signal?.aborted) throw cancelled();
		const attempt = await send().then(
			(response) => ({ response, error: undefined }),
			(error: unknown) => ({ response: undefined, error }),
		);
		const { response, error } = attempt;
		const last = tries > maxRetries;
		if (response && (last || !isTransient(response))) return response;
		if (!response && (last || !(passes(error) || isSignInOutage(error)))) throw error;
		const wait = waitBefore(tries, response);
		if (response && isThrottled(response)) pace.hold(wait);
		else await pause(wait, signal);
	}
}

function isTransient(response: IN8nHttpFullResponse): boolean {
	return TRANSIENT_STATUS.has(response.statusCode) || isThrottled(response);
}

/** The service's own code for it is known, the status it comes with is not (so any status counts). */
function isThrottled({ statusCode, body }: IN8nHttpFullResponse): boolean {
	return statusCode === 429 || serviceCode(body) === 'KOS.00050008';
}

/** What Retry-After asks for, else exponential with full jitter, so that calls don't come back all at once. */
function waitBefore(tries: number, response?: IN8nHttpFullResponse): number {
	const asked = retryAfter(response?.headers['retry-after']);
	const wait = asked ?? Math.random() * FIRST_WAIT * 2 ** tries;
	return Math.min(Math.max(wait, 0), LONGEST_WAIT);
}

/** RFC 9110 §10.2.3: seconds, or an HTTP date. @returns milliseconds from now */
function retryAfter(header: unknown): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : date - Date.now();
}

import type { IDataObject } from 'n8n-workflow';

import { MIN_WAIT } from './wait';

const SECONDS = /^\d+(\.\d+)?$/;

/**
 * What a Retry-After header asks for (RFC 9110 §10.2.3): seconds, which some servers send with a fraction, or an HTTP
 * date. Of several values the longest counts.
 *
 * @returns milliseconds from now, at least MIN_WAIT; undefined for a header that asks for no wait (0, a date that has
 * passed) or says nothing that can be meant, so that the caller backs off as it does without one
 */
export function readRetryAfter(headers: IDataObject): number | undefined {
	const values = [headers['retry-after']].flat().flatMap(toValues);
	const sentAt = Date.parse(String(headers.date));
	const waits = values.map((value) => toMilliseconds(value, sentAt)).filter((wait) => wait > 0);
	return waits.length > 0 ? Math.max(MIN_WAIT, ...waits) : undefined;
}

/** A header that is sent twice may arrive as a list. A date holds a comma of its own. */
function toValues(header: unknown): string[] {
	if (typeof header !== 'string') return [];
	const parts = header.split(',').map((part) => part.trim());
	return parts.every((part) => SECONDS.test(part)) ? parts : [header.trim()];
}

/** A date is one of the server's clock, which the Date header of the same answer shows; this machine's may differ. */
function toMilliseconds(value: string, sentAt: number): number {
	if (SECONDS.test(value)) return Number(value) * 1000;
	// Date.parse takes "-5" for a year.
	if (!/^[A-Z][a-z]+, /.test(value)) return NaN;
	return Date.parse(value) - (Number.isNaN(sentAt) ? Date.now() : sentAt);
}

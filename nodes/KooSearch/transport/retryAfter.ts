/**
 * What a Retry-After header asks for (RFC 9110 §10.2.3): seconds, or an HTTP date.
 *
 * @returns milliseconds from now, or undefined when the header says nothing that can be meant
 */
export function readRetryAfter(header: unknown): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
	const date = Date.parse(header);
	// A date is a time of the wall clock.
	return Number.isNaN(date) ? undefined : date - Date.now();
}

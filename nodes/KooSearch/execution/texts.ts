import type { ApiFailure } from '../transport/errors/failure';

/** Longest error, in characters: it may name what a server has sent. */
export const MAX_ERROR = 10_000;

/** Max number of names that a text lists; the rest is counted. */
const MAX_LISTED = 20;

/** The first names, and how many more there are. */
export function shortList(names: string[]): string {
	const rest = names.length - MAX_LISTED;
	return names.slice(0, MAX_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Why something was never attempted. @param cause what ended the run */
export function notAttempted(cause: ApiFailure | undefined): string {
	const why = cause?.message ?? 'The run ended before. Run the node again to go on.';
	return `Not attempted, since another call ended the run. ${why}`;
}

/** Fits "3 were" and "1 was". */
export function were(count: number): string {
	return count === 1 ? 'was' : 'were';
}

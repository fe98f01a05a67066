import { InvalidValueError, formatValue, readText } from '../../parameters/values';

/** Page SearchInKnowledgeRepo of the older API: an Elasticsearch query string of 4 to 1,024 characters. */
export const MAX_FILTER = 1024;

/** The conditions that passages have to meet, all of them. */
export interface QueryFilter {
	/** Each of them. */
	tags?: string[];
	/** A directory as files have it: `name(id)`. */
	category?: string;
	/** One of them. */
	fileIds?: string[];
	/** A query string of the user's own, as `readRawFilter` gives it. */
	filter?: string;
}

/** The `filter_string` of a search, or undefined without any filter. */
export function toFilterString({
	tags,
	category,
	fileIds,
	filter,
}: QueryFilter): string | undefined {
	const parts: string[] = [];
	if (tags) parts.push(`tags:(${tags.map(quote).join(' AND ')})`);
	if (category) parts.push(`category:${quote(category)}`);
	if (fileIds) parts.push(`fileId:(${fileIds.map(quote).join(' OR ')})`);
	if (filter) parts.push(parts.length > 0 ? `(${filter})` : filter);
	return parts.length > 0 ? parts.join(' AND ') : undefined;
}

/** A value as a phrase, in which only the quote and the backslash have a meaning. */
function quote(value: string): string {
	return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** An escaped character, a phrase, a regular expression, a range, a bracket or other text. */
const TOKEN =
	/\\[^]|"(?:[^"\\]|\\[^])*"|\/(?:[^/\\]|\\[^])*\/|[[{][^[\]{}()"/\\]*[\]}]|[()]|[^\\"/[\]{}()]+/gy;

/**
 * A query string that stays within the brackets it is put into: otherwise `a) OR (b` would undo the other filters.
 *
 * @throws InvalidValueError
 */
export function readRawFilter(value: unknown): string {
	const filter = readText(value);
	const tokens = filter.match(TOKEN) ?? [];
	let depth = 0;
	const isClosed = tokens.every((token) => {
		if (token === '(') depth++;
		if (token === ')') depth--;
		return depth >= 0;
	});
	if (isClosed && depth === 0 && tokens.join('') === filter) return filter;
	throw new InvalidValueError(
		`${formatValue(filter)} is not a complete query string. Close each bracket and quote, and put values with special characters in quotes, such as tags:("a/b").`,
	);
}

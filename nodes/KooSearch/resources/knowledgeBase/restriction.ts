import type { IDataObject } from 'n8n-workflow';

import { directoryIdIn } from './passages';
import type { QueryFilter } from './queryFilter';

/** What a search or an answer was restricted to. */
export interface Restriction extends QueryFilter {
	knowledgeBaseIds: string[];
}

/**
 * Whether a passage's own fields show that it does not match, in case KooSearch ignored a filter. A missing field counts
 * as a match, and the user's own query string is not checked.
 */
export function isOutside(record: IDataObject, restriction: Restriction): boolean {
	const { knowledgeBaseIds, fileIds, tags, category } = restriction;
	const { repo_id, file_id } = record;
	return (
		isOther(repo_id, knowledgeBaseIds) ||
		isOther(file_id, fileIds) ||
		(tags !== undefined && lacksTag(record.tags, tags)) ||
		(category !== undefined && isElsewhere(record.category, category))
	);
}

function isOther(id: unknown, wanted: string[] | undefined): boolean {
	const isId = typeof id === 'number' || (typeof id === 'string' && id !== '');
	return wanted !== undefined && isId && !wanted.includes(String(id));
}

/** Upper and lower case make no difference, as in KooSearch's own queries. */
function lacksTag(tags: unknown, wanted: string[]): boolean {
	if (!Array.isArray(tags)) return false;
	const own = new Set(tags.map((tag) => String(tag).toLowerCase()));
	return !wanted.every((tag) => own.has(tag.toLowerCase()));
}

/** @param wanted `name(id)`; without a directory the field is an empty text */
function isElsewhere(category: unknown, wanted: string): boolean {
	if (typeof category !== 'string') return false;
	return directoryIdIn(category) !== directoryIdIn(wanted);
}

import type { IDataObject } from 'n8n-workflow';

import { directoryIdOf, hasAllTags } from '../../execution/records';
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
		(tags !== undefined && hasAllTags(record.tags, tags) === false) ||
		(category !== undefined && isElsewhere(record, category))
	);
}

function isOther(id: unknown, wanted: string[] | undefined): boolean {
	const isId = typeof id === 'number' || (typeof id === 'string' && id !== '');
	return wanted !== undefined && isId && !wanted.includes(String(id));
}

/** @param wanted `name(id)`; without a directory the field is an empty text */
function isElsewhere(record: IDataObject, wanted: string): boolean {
	if (typeof record.category !== 'string') return false;
	return directoryIdOf(record) !== directoryIdOf({ category: wanted });
}

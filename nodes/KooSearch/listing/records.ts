import type { IDataObject } from 'n8n-workflow';

import type { KooSearchClient } from '../transport/client';
import type { KooSearchRecord, List, ListPage } from './lists';

/** Large enough for few calls, small enough for a page of a few hundred kilobytes. */
export const PAGE_SIZE = 1000;

/** The API's own limit of `page_num`. */
const LAST_PAGE = 65_535;

export interface Query {
	/** What the API is to filter by. */
	query?: IDataObject;
	pageSize?: number;
}

/** What a listing was once it has ended by itself. */
export interface Listing {
	/** Whether `total` stayed the same and as many distinct records came: then what isn't in it isn't there. */
	complete: boolean;
}

/** One page of a list. @throws CallFailure */
export async function readPage(
	client: KooSearchClient,
	list: List,
	query: IDataObject,
): Promise<ListPage> {
	const { value } = await client.call({ method: 'GET', path: list.path, query }, list.page);
	return value;
}

/**
 * Reads a list page by page, one page in memory, and gives each record once.
 *
 * Records move between pages while others are deleted, and `total` may be wrong, so the end is where the counted
 * records reach `total` or a page brings nothing new.
 *
 * @throws CallFailure
 */
export async function* readRecords(
	client: KooSearchClient,
	list: List,
	{ query = {}, pageSize = PAGE_SIZE }: Query = {},
): AsyncGenerator<KooSearchRecord, Listing> {
	const seen = new Set<string>();
	const totals = new Set<number>();
	for (let pageNumber = 1; pageNumber <= LAST_PAGE; pageNumber++) {
		const paging = list.paged ? { page_num: pageNumber, page_size: pageSize } : {};
		const { total, records } = await readPage(client, list, { ...query, ...paging });
		totals.add(total);
		const before = seen.size;
		for (const record of records) {
			const id = String(record.id);
			if (seen.has(id)) continue;
			seen.add(id);
			yield record;
		}
		if (!list.paged || seen.size === before || seen.size >= total) break;
	}
	return { complete: totals.size === 1 && totals.has(seen.size) };
}

import type { IDataObject } from 'n8n-workflow';

import type { KooSearchClient } from '../../transport/client';
import { Breather } from '../../transport/wait';
import type { KooSearchRecord, ListEndpoint, ListPage } from './endpoints';

/** Large enough for few calls, small enough for a page of a few hundred kilobytes. */
export const PAGE_SIZE = 1000;

/** A list that never ends must not fill the memory, nor keep the run from ending. The API's own limit is 65,535 pages. */
const MAX_RECORDS = 500_000;
const MAX_PAGES = 5_000;

export interface Query {
	/** What the API is to filter by. */
	query?: IDataObject;
	pageSize?: number;
}

/** One page of a list. @throws ApiFailure */
export async function readPage(
	client: KooSearchClient,
	endpoint: ListEndpoint,
	query: IDataObject,
): Promise<ListPage> {
	const { path, page } = endpoint;
	const { value } = await client.call({ method: 'GET', path, query, effect: 'none' }, page);
	return value;
}

/**
 * A list that is read page by page, one page in memory, and yields each record once.
 *
 * Records move between pages while others are deleted, and `total` may be wrong, so the end is where the counted
 * records reach `total` or a page brings nothing new.
 */
export class Pagination implements AsyncIterable<KooSearchRecord> {
	/**
	 * Whether `total` stayed the same and as many distinct records came: then what isn't in it does not exist. Undefined
	 * until the list has been read to its end.
	 */
	isComplete?: boolean;

	/** How many have been read. */
	pages = 0;

	/** How many records there are, by the page that was read last. */
	total = 0;

	/** Whether the list was longer than the limit for reading any list. */
	isCutOff = false;

	constructor(
		private readonly client: KooSearchClient,
		private readonly endpoint: ListEndpoint,
		private readonly options: Query = {},
	) {}

	/** @throws ApiFailure */
	async *[Symbol.asyncIterator](): AsyncGenerator<KooSearchRecord> {
		const { query = {}, pageSize = PAGE_SIZE } = this.options;
		const seen = new Set<string>();
		const totals = new Set<number>();
		const breather = new Breather();
		for (;;) {
			if (this.pages >= MAX_PAGES || seen.size >= MAX_RECORDS) {
				this.isCutOff = true;
				break;
			}
			this.pages++;
			const paging = this.endpoint.isPaged ? { page_num: this.pages, page_size: pageSize } : {};
			const { total, records } = await readPage(this.client, this.endpoint, {
				...query,
				...paging,
			});
			totals.add(total);
			this.total = total;
			const before = seen.size;
			for (const record of records) {
				const id = String(record.id);
				if (seen.has(id)) continue;
				seen.add(id);
				yield record;
				const pause = breather.pause();
				if (pause) await pause;
			}
			if (!this.endpoint.isPaged || seen.size === before || seen.size >= total) break;
		}
		this.isComplete = totals.size === 1 && totals.has(seen.size);
	}
}

import type { KooSearchRecord, ListEndpoint } from '../execution/list/endpoints';
import { PAGE_SIZE, Pagination, readPage } from '../execution/list/paginate';
import { hasExactId } from '../execution/records';
import type { KooSearchClient } from '../transport/client';
import { ApiFailure, rethrow } from '../transport/errors/failure';

/** The API's own limit of `page_size`. */
const MAX_PAGE_SIZE = 65_535;

/** The records of a list, each once. */
export interface Records {
	byId: Map<string, KooSearchRecord>;
	/** What KooSearch says that there are. */
	total: number;
	/** Whether what is not in it does not exist. */
	isComplete: boolean;
}

/**
 * Reads a list in one page, which shows one moment. Where KooSearch gives fewer records than there are, it is read in
 * pages, twice: records may move from one page to another meanwhile.
 *
 * @throws ApiFailure
 */
export async function readRecords(
	client: KooSearchClient,
	endpoint: ListEndpoint,
): Promise<Records> {
	const whole = await readWhole(client, endpoint);
	if (whole?.isComplete) return whole;
	const first = await readPages(client, endpoint);
	const second = await readPages(client, endpoint);
	const isSame =
		first.byId.size === second.byId.size &&
		[...first.byId].every(([id, record]) => isEqual(record, second.byId.get(id)));
	return {
		byId: new Map([...first.byId, ...second.byId]),
		total: whole?.total ?? second.total,
		isComplete: isSame && first.isComplete && second.isComplete,
	};
}

/** @returns undefined where KooSearch refuses a page of this size */
async function readWhole(
	client: KooSearchClient,
	endpoint: ListEndpoint,
): Promise<Records | undefined> {
	try {
		const query = { page_num: 1, page_size: MAX_PAGE_SIZE };
		const { total, records } = await readPage(client, endpoint, query);
		const byId = toMap(records);
		return { byId, total, isComplete: byId.size === total };
	} catch (error) {
		const isRefused = error instanceof ApiFailure && error.facts.httpStatus === 400;
		return isRefused && !error.facts.outage ? undefined : rethrow(error);
	}
}

async function readPages(client: KooSearchClient, endpoint: ListEndpoint): Promise<Records> {
	const pagination = new Pagination(client, endpoint, { pageSize: PAGE_SIZE });
	const records: KooSearchRecord[] = [];
	for await (const record of pagination) records.push(record);
	const byId = toMap(records);
	const isComplete = pagination.isComplete === true && byId.size === records.length;
	return { byId, total: byId.size, isComplete };
}

function toMap(records: KooSearchRecord[]): Map<string, KooSearchRecord> {
	return new Map(records.filter(hasExactId).map((record) => [String(record.id), record]));
}

function isEqual(one: KooSearchRecord, other: KooSearchRecord | undefined): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

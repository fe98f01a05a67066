import type { KooSearchClient } from '../../transport/client';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import type { KooSearchRecord } from '../list/endpoints';
import { fileList } from '../list/endpoints';
import { Pagination, readPage } from '../list/paginate';
import { hasExactId } from '../records';

/** The result of listing a knowledge base's files. */
export interface FileListing {
	records: Map<string, KooSearchRecord>;
	/** Whether a file that isn't among them does not exist. */
	isComplete: boolean;
}

/** The API's own limit of `page_size`. */
const MAX_PAGE_SIZE = 65_535;

/** A URL length in characters that all gateways and proxies accept; many stop at 8 KB. */
const MAX_QUERY = 7_500;

/** With more calls than these, one listing of everything costs less. */
const MAX_CALLS = 3;

/**
 * All files of a knowledge base. One page is consistent. Several pages are read twice and have to agree, since files
 * move between pages while others are added or deleted.
 *
 * @throws ApiFailure
 */
export async function listFiles(
	client: KooSearchClient,
	knowledgeBaseId: string,
): Promise<FileListing> {
	const { pages, ...first } = await listOnce(client, knowledgeBaseId);
	if (pages === 1 || !first.isComplete) return first;
	const second = await listOnce(client, knowledgeBaseId);
	const isSame =
		second.records.size === first.records.size &&
		[...first.records.keys()].every((id) => second.records.has(id));
	return { records: second.records, isComplete: second.isComplete && isSame };
}

async function listOnce(
	client: KooSearchClient,
	knowledgeBaseId: string,
): Promise<FileListing & { pages: number }> {
	const listing = new Pagination(client, fileList(knowledgeBaseId), { pageSize: MAX_PAGE_SIZE });
	const records = new Map<string, KooSearchRecord>();
	let isExact = true;
	for await (const record of listing) {
		isExact &&= hasExactId(record);
		records.set(String(record.id), record);
	}
	return { records, isComplete: isExact && listing.isComplete === true, pages: listing.pages };
}

/** Looks files up by their IDs, with as few calls as it can. */
export class FileLookup {
	/** Page SearchFiles has the filter `ids`; a service that ignores it is recognized by what it returns. */
	private trustsIds = true;

	constructor(
		private readonly client: KooSearchClient,
		private readonly knowledgeBaseId: string,
	) {}

	/** The records of these files, and of no others. @throws ApiFailure */
	async find(ids: string[]): Promise<FileListing> {
		const chunks = this.trustsIds ? toChunks(ids) : [];
		if (chunks.length > 0 && chunks.length <= MAX_CALLS) {
			const records = await this.findByIds(chunks);
			if (records && records.size === ids.length) return { records, isComplete: true };
		}
		// A file that the filter does not find may still exist.
		const { records, isComplete } = await listFiles(this.client, this.knowledgeBaseId);
		const wanted = ids.filter((id) => records.has(id));
		return { records: new Map(wanted.map((id) => [id, records.get(id)!])), isComplete };
	}

	/** @returns undefined if the service ignores the filter */
	private async findByIds(chunks: string[][]): Promise<FileListing['records'] | undefined> {
		const found = new Map<string, KooSearchRecord>();
		for (const ids of chunks) {
			const records = await this.readFiltered(ids);
			this.trustsIds = records.every(({ id }) => ids.includes(String(id)));
			if (!this.trustsIds) return undefined;
			for (const record of records) found.set(String(record.id), record);
		}
		return found;
	}

	private async readFiltered(ids: string[]): Promise<KooSearchRecord[]> {
		try {
			const query = { ids, page_num: 1, page_size: ids.length };
			const { records } = await readPage(this.client, fileList(this.knowledgeBaseId), query);
			return records;
		} catch (error) {
			const isRefused = error instanceof ApiFailure && error.facts.scope === 'ids';
			return isRefused ? [] : rethrow(error);
		}
	}
}

/** As many IDs as fit into a URL, each written as `&ids=…`. */
function toChunks(ids: string[]): string[][] {
	const chunks: string[][] = [];
	let room = 0;
	for (const id of ids) {
		const length = id.length + '&ids='.length;
		if (chunks.length === 0 || room < length) {
			chunks.push([]);
			room = MAX_QUERY;
		}
		chunks[chunks.length - 1].push(id);
		room -= length;
	}
	return chunks;
}

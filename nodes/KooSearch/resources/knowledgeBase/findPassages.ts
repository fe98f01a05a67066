import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import type { OptionValues } from '../../parameters/options';
import type { ReadField } from '../../parameters/readField';
import { formatValue, InvalidValueError, readInteger, readText } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import { DirectoryNames, notSent } from './directoryNames';
import { passageList, scoreOf, toPassage } from './passages';
import type { Passage } from './passages';
import { MAX_FILTER, toFilterString } from './queryFilter';
import { isOutside } from './restriction';
import type { Restriction } from './restriction';
import type { filterOptions, searchOptions } from './searchOptions';

/** Page SearchInKnowledgeRepo. */
const MAX_QUERY = 1000;
/** The API page allows far more, but no known client requests more than this at once. */
const PAGE_SIZE = 50;
const MAX_PASSAGES = 1000;

export type SearchOptions = OptionValues<typeof searchOptions>;
type FilterOptions = OptionValues<typeof filterOptions>;

export interface Search {
	knowledgeBaseId: string;
	query: string;
	topK: number;
	options: SearchOptions;
}

/** A passage as KooSearch returns it, and as the node does. */
export interface FoundPassage {
	record: IDataObject;
	passage: Passage;
}

/** Max number of passages. It isn't named 'limit', for which n8n's lint demands the default 50. */
export function topKField(defaultValue: number): INodeProperties {
	return {
		displayName: 'Limit',
		name: 'topK',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: MAX_PASSAGES },
		default: defaultValue,
		description: 'Max number of passages to return, the best ones first',
	};
}

export function readTopK(read: ReadField): number {
	return read('topK', 'Limit', (value) => readInteger(value, 1, MAX_PASSAGES));
}

/** @throws InvalidValueError */
export function readQuery(value: unknown): string {
	const query = readText(value);
	if (query.length <= MAX_QUERY) return query;
	throw new InvalidValueError(
		`${formatValue(query)} has ${query.length} characters. KooSearch accepts up to ${MAX_QUERY}. Shorten it.`,
	);
}

/** Searches knowledge bases; created once per run. */
export class Searcher {
	/** How many passages of the run did not match the filters. */
	outside = 0;
	private readonly directories: DirectoryNames;

	constructor(private readonly client: KooSearchClient) {
		this.directories = new DirectoryNames(client);
	}

	/** The best passages first, whatever order KooSearch gives them in. @throws ApiFailure */
	async find({ knowledgeBaseId, query, topK, options }: Search): Promise<FoundPassage[]> {
		const { scope, minScore } = options;
		const restriction = await this.restrict(knowledgeBaseId, options);
		const body = { ...toBody(restriction), content: query, ...(scope ? { scope } : {}) };
		const records = await this.read(body, topK);
		const inside = records.filter((record) => !isOutside(record, restriction));
		this.outside += records.length - inside.length;
		return inside
			.map((record) => ({ record, passage: toPassage(record, knowledgeBaseId) }))
			.filter(({ passage: { score } }) => minScore === undefined || (score ?? -1) >= minScore)
			.sort((a, b) => (b.passage.score ?? -1) - (a.passage.score ?? -1))
			.slice(0, topK);
	}

	/** Counts the passages of an answer that don't match the filters. */
	check(records: IDataObject[], restriction: Restriction): void {
		this.outside += records.filter((record) => isOutside(record, restriction)).length;
	}

	/** What the options restrict a search or an answer to. @throws ApiFailure */
	async restrict(knowledgeBaseId: string, options: FilterOptions): Promise<Restriction> {
		const { directory, extraKnowledgeBases = [], tags, fileIds, filter } = options;
		const knowledgeBaseIds = [...new Set([knowledgeBaseId, ...extraKnowledgeBases])];
		const restriction: Restriction = { knowledgeBaseIds, tags, fileIds, filter };
		if (directory === undefined) return restriction;
		const category = await this.directories.categoryOf(knowledgeBaseId, directory);
		return { ...restriction, category };
	}

	/**
	 * Page after page, each passage once. The last one brings nothing new, or isn't full though the total is reached: a
	 * service may give smaller pages than it is asked for.
	 */
	private async read(body: IDataObject, topK: number): Promise<IDataObject[]> {
		const found = new Map<string, IDataObject>();
		const page_size = Math.min(topK, PAGE_SIZE);
		for (let page_num = 1; found.size < topK; page_num++) {
			const { passages, total } = await this.readPage({ ...body, page_num, page_size });
			const before = found.size;
			for (const one of passages) {
				const key = keyOf(one);
				if (!found.has(key)) found.set(key, one);
			}
			const isFull = passages.length >= page_size || total > found.size;
			if (!isFull || found.size === before) break;
		}
		return [...found.values()];
	}

	/** Page SearchInKnowledgeRepo. */
	private async readPage(body: IDataObject): Promise<z.infer<typeof searchAnswer>> {
		const request = { method: 'POST', path: '/experience/searchtext', body } as const;
		const { value } = await this.client.call({ ...request, effect: 'none' }, searchAnswer);
		return value;
	}
}

/** The knowledge bases and the filter, as the bodies of search and chat have them. @throws ApiFailure */
export function toBody(restriction: Restriction): IDataObject {
	const [repo_id, ...others] = restriction.knowledgeBaseIds;
	const text = toFilterString(restriction);
	if (text !== undefined && text.length > MAX_FILTER) {
		throw notSent(
			`The filters have ${text.length} characters together; KooSearch accepts up to ${MAX_FILTER}.`,
			'Shorten the options for tags, files and filter, or ask several times.',
		);
	}
	return {
		repo_id,
		...(others.length > 0 ? { extra_repo_ids: others } : {}),
		...(text === undefined ? {} : { filter_string: text }),
	};
}

/** As far as is known, a chunk's number is unique only within its file. */
function keyOf(record: IDataObject): string {
	const { repo_id, file_id, chunk_id } = record;
	if (chunk_id === undefined) return JSON.stringify({ ...record, score: scoreOf(record) });
	return JSON.stringify([repo_id, file_id, chunk_id]);
}

/**
 * If nothing was found, the list may be missing beside `total` 0. The other spellings are those that a client of
 * Huawei's own reads as well.
 */
const searchAnswer = z.preprocess(
	(body) => {
		if (typeof body !== 'object' || body === null) return body;
		const { doc_list, docList, data, total } = body as IDataObject;
		const inside = (data as IDataObject | undefined)?.doc_list;
		const found = doc_list ?? docList ?? inside ?? (total === 0 ? [] : undefined);
		return { doc_list: found, total };
	},
	z
		.object({ doc_list: passageList, total: z.number().catch(0) })
		.transform(({ doc_list, total }) => ({ passages: doc_list as IDataObject[], total })),
);

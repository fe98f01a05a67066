import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import type { NoOptions, OptionTable, OptionValues } from '../../parameters/options';
import { optionsField, parseOptions, readBoolean } from '../../parameters/options';
import { parseItems, withItem } from '../../parameters/parseItems';
import type { ReadField } from '../../parameters/readField';
import { isTool } from '../../parameters/readField';
import type { Noun } from '../../parameters/values';
import { InvalidValueError, pluralize, readInteger } from '../../parameters/values';
import type { CallSettings } from '../../transport/client';
import { KooSearchClient } from '../../transport/client';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import { mapInSlices } from '../../transport/wait';
import { errorItem } from '../errorItems';
import { callError, inputError, logCancellation } from '../errors';
import { toFailure } from '../failures';
import { addHints, invalidHints } from '../hints';
import type { Operation, OperationDefinition } from '../operation';
import type { KooSearchRecord, ListEndpoint } from './endpoints';
import type { ActiveFilter, Filter, FilteredList } from './filters';
import {
	explainByFilters,
	isRemote,
	matchesAll,
	readFilters,
	resolveFilters,
	toQuery,
} from './filters';
import { PAGE_SIZE, Pagination, readPage } from './paginate';

/** An operation that lists: what differs from one to the next. `Own` are the options that only this operation has. */
export interface GetManyOperation<Own extends OptionTable> extends OperationDefinition {
	/** What a record stands for. */
	noun: Noun;
	filters: Filter[];
	/** Which list an item asks for. */
	readEndpoint(read: ReadField): ListEndpoint;
	/** Adds what is known only once all records are there; for lists without pages. */
	complete?(records: KooSearchRecord[]): KooSearchRecord[];
	/** Adds what people look for in a record, beside the API's own fields. */
	describe?(record: KooSearchRecord): KooSearchRecord;
	options?: Own;
	/** Adds what takes further calls. @throws ApiFailure */
	extend?(
		records: KooSearchRecord[],
		options: OptionValues<Own>,
		list: FilteredList,
	): Promise<KooSearchRecord[]>;
}

/** What one input item asks for. */
interface ListRequest<Own extends OptionTable> {
	itemIndex: number;
	endpoint: ListEndpoint;
	filters: ActiveFilter[];
	options: OptionValues<Own>;
	/** Infinity for Return All. */
	limit: number;
}

const SETTINGS: CallSettings = {
	timeout: 60_000,
	batchInterval: 0,
	maxRetries: 3,
	retryFor: 600_000,
	retryFirstFor: 30_000,
};

/** A value for a filter that no record can have. */
const IMPOSSIBLE = 'none-is-called-d41f0c6ab7e2';

const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { returnAll: [false] } },
		description: 'Max number of results to return',
	},
];

/** Completes a Get Many operation: its limit and filters, and the way from input items to one item a record. */
export function getManyOperation<Own extends OptionTable = NoOptions>(
	definition: GetManyOperation<Own>,
): Operation {
	const { resource, option, fields, filters, options } = definition;
	const filtersField: INodeProperties = {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		options: filters.map(({ field }) => field),
	};
	return {
		resource,
		option,
		fields: [
			...fields,
			...limitFields,
			...(filters.length > 0 ? [filtersField] : []),
			...(options ? [optionsField(options)] : []),
		],
		run: async (context) => await runOverItems(context, definition),
	};
}

/** One listing for each input item, one after the other, so that no more than a page is held beside the output. */
async function runOverItems<Own extends OptionTable>(
	context: IExecuteFunctions,
	operation: GetManyOperation<Own>,
): Promise<INodeExecutionData[]> {
	const { filters, options } = operation;
	const isForAgent = isTool(context);
	const { requests, invalidItems } = await parseItems(
		context,
		(read, itemIndex): ListRequest<Own> => ({
			itemIndex,
			endpoint: operation.readEndpoint(read),
			filters: filters.length > 0 ? readFilters(read, filters, isForAgent) : [],
			options: options
				? read('options', 'Options', (value) => parseOptions(options, value))
				: ({} as OptionValues<Own>),
			limit: readLimit(read),
		}),
	);
	if (invalidItems.length > 0 && !context.continueOnFail()) {
		throw inputError(context, invalidItems);
	}
	const client = await KooSearchClient.open(context, SETTINGS);
	const output = new Map(invalidItems.map((one) => [one.itemIndex, [errorItem(one)]]));
	const hints = new Set<string>();
	const failed: string[] = [];
	const signal = context.getExecutionCancelSignal();
	let ended: ApiFailure | undefined;
	for (const request of requests) {
		const { itemIndex } = request;
		if (signal?.aborted) break;
		const found = ended ?? (await readList(context, client, operation, request));
		if (!(found instanceof ApiFailure)) {
			output.set(itemIndex, found.items);
			if (found.hint) hints.add(found.hint);
			continue;
		}
		if (signal?.aborted) break;
		const isItems = found.facts.scope !== 'run';
		if (!context.continueOnFail()) throw callError(context, found, isItems ? itemIndex : undefined);
		if (!isItems) ended = found;
		const message = isItems ? withItem(found.message, itemIndex) : found.message;
		output.set(itemIndex, [errorItem({ itemIndex, message })]);
		failed.push(message);
	}
	if (signal?.aborted) {
		logCancellation(context);
		for (const { itemIndex } of invalidItems) output.delete(itemIndex);
	}
	if (failed.length > 0) {
		const lists = pluralize(requests.length, { one: 'list', many: 'lists' });
		hints.add(`${failed.length} of ${lists} failed. ${failed[0]}`);
	}
	addHints(context, [...hints, ...(signal?.aborted ? [] : invalidHints(invalidItems))]);
	return [...output].sort(([a], [b]) => a - b).flatMap(([, items]) => items);
}

function readLimit(read: ReadField): number {
	if (read('returnAll', 'Return All', readBoolean)) return Infinity;
	return read('limit', 'Limit', (value) => readInteger(value, 1));
}

/** What came of one listing. */
interface Found {
	items: INodeExecutionData[];
	/** What a glance at the items doesn't show. */
	hint?: string;
}

async function readList<Own extends OptionTable>(
	context: IExecuteFunctions,
	client: KooSearchClient,
	operation: GetManyOperation<Own>,
	request: ListRequest<Own>,
): Promise<Found | ApiFailure> {
	try {
		return await collect(client, operation, request);
	} catch (error) {
		const reason = error instanceof InvalidValueError ? unreliable(error.message) : error;
		const failure = toFailure(context, client, reason, 'none');
		return await explainByFilters(failure, request.filters, {
			client,
			endpoint: request.endpoint,
		});
	}
}

/** @throws ApiFailure; InvalidValueError for a record that can't be checked */
async function collect<Own extends OptionTable>(
	client: KooSearchClient,
	operation: GetManyOperation<Own>,
	request: ListRequest<Own>,
): Promise<Found> {
	const { noun, complete, describe = unchanged, extend } = operation;
	const { itemIndex, endpoint, limit } = request;
	const list = { client, endpoint };
	const filters = await resolveFilters(request.filters, list);
	const unchecked = new Set<ActiveFilter>();
	// KooSearch may ignore a filter, or not know it: then what is wanted may be far behind.
	const pageSize = filters.length > 0 ? PAGE_SIZE : Math.min(limit, PAGE_SIZE);
	const query = toQuery(filters);
	const listing = new Pagination(client, endpoint, { query, pageSize });
	const remote = filters.filter(isRemote);
	const local = filters.filter((one) => !isRemote(one));
	const records: KooSearchRecord[] = [];
	let received = 0;
	let matched = 0;
	for await (const record of listing) {
		received++;
		if (!matchesAll(record, remote, unchecked)) continue;
		matched++;
		if (matchesAll(record, local, unchecked)) records.push(record);
		if (records.length >= limit && !complete) break;
	}
	for (const one of unchecked) {
		if (isRemote(one) && !(await isIgnored(list, query, one))) continue;
		throw unreliable(uncheckable(one, noun));
	}
	const all = complete ? complete(records) : records;
	const described = await mapInSlices(all.slice(0, limit), describe);
	const wanted = extend ? await extend(described, request.options, list) : described;
	const items = await mapInSlices(wanted, (json) => ({ json, pairedItem: { item: itemIndex } }));
	const total = complete ? all.length : listing.total;
	return {
		items,
		hint: hintFor({ noun, listing, endpoint, limit, received, matched, total, filters }),
	};
}

function unchanged(record: KooSearchRecord): KooSearchRecord {
	return record;
}

/** What came of a listing, for what a glance at the items doesn't show. */
interface Listed {
	noun: Noun;
	listing: Pagination;
	endpoint: ListEndpoint;
	limit: number;
	/** How many records came, and how many of them fit what KooSearch was asked for. */
	received: number;
	matched: number;
	total: number;
	filters: ActiveFilter[];
}

function hintFor(listed: Listed): string | undefined {
	const { noun, listing, endpoint, limit, received, matched, total, filters } = listed;
	if (listing.isCutOff) return cutOffHint(received, noun);
	if (endpoint.isPaged && listing.isComplete === false) return listChangedHint(noun);
	if (received > 0 && matched === 0) return noMatchHint(received, noun);
	const read = endpoint.isPaged ? received : limit;
	return read < total && limit !== Infinity ? limitHint(limit, total, noun, filters) : undefined;
}

/** What stops at a limit must not pass for all there is. */
function limitHint(limit: number, total: number, { many }: Noun, filters: ActiveFilter[]): string {
	const rest = filters.length > 0 ? ', of which more may match the filters' : '';
	return `The output stops at 'Limit' = ${limit}: the list has ${total} ${many}${rest}. Turn on 'Return All' or raise 'Limit' to get more.`;
}

/** A list that isn't whole must not pass for one. */
function listChangedHint({ many }: Noun): string {
	return `The list of ${many} changed while it was read, so some of them may be missing here. Run the node again to see all.`;
}

/** More than a run can hold, or a list that never ends. */
function cutOffHint(received: number, noun: Noun): string {
	return `KooSearch's list goes on after ${pluralize(received, noun)}, where reading stopped. Use filters to read less at a time.`;
}

/** With an empty output, the reader should look at the filters and not at the knowledge base. */
function noMatchHint(received: number, noun: Noun): string {
	return `KooSearch returned ${pluralize(received, noun)}, but none matched the filters it was asked to apply.`;
}

/**
 * Whether KooSearch ignores a filter that the records can't be checked against: then it finds something even for a
 * value that nothing can have.
 */
async function isIgnored(
	{ client, endpoint }: FilteredList,
	query: IDataObject,
	{ filter }: ActiveFilter,
): Promise<boolean> {
	const impossible = { ...query, [filter.parameter!]: IMPOSSIBLE, page_num: 1, page_size: 1 };
	try {
		const { total, records } = await readPage(client, endpoint, impossible);
		return total > 0 || records.length > 0;
	} catch (error) {
		// A service that refuses the value has looked at it.
		if (error instanceof ApiFailure && error.facts.scope === 'ids') return false;
		return rethrow(error);
	}
}

function uncheckable(active: ActiveFilter, { many }: Noun): string {
	const { displayName } = active.filter.field;
	const why = isRemote(active) ? `it ignores '${displayName}', and ` : '';
	return `${why}the ${many} hold nothing to check '${displayName}' against`;
}

function unreliable(why: string): ApiFailure {
	return new ApiFailure({
		kind: 'malformed',
		scope: 'call',
		what: `KooSearch's answer is not reliable: ${why}. There is no output, since some of it might not match.`,
		hint: 'Remove the filter to see everything.',
		effect: 'none',
		mayHaveTakenEffect: false,
		isTransient: false,
	});
}

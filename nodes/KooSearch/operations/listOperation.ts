import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import { readEntries } from '../batching/readEntries';
import type { ReadField } from '../batching/readField';
import { InvalidValue, show } from '../batching/readIds';
import { amount } from '../batching/tell';
import { errorItem } from '../batching/toItems';
import type { KooSearchRecord, List } from '../listing/lists';
import { Listing, PAGE_SIZE, readPage } from '../listing/records';
import type { CallSettings } from '../transport/client';
import { KooSearchClient } from '../transport/client';
import { CallFailure, rethrow } from '../transport/errors';
import type { ActiveFilter, Filter } from './filters';
import { matchesAll, readFilters, toQuery } from './filters';
import { addHints } from './hints';
import { callError, cancelError, inputError } from './nodeErrors';
import type { Operation } from './operation';

/** A Get Many operation: what differs from one to the next. */
export interface ListOperation extends Omit<Operation, 'run'> {
	/** What a record stands for, in the plural: "tasks". */
	noun: string;
	filters: Filter[];
	/** Which list an item asks for. */
	readList(read: ReadField): List;
	/** Adds what is known only once all records are there; for lists without pages. */
	complete?(records: KooSearchRecord[]): KooSearchRecord[];
}

/** What one input item asks for. */
interface Request {
	itemIndex: number;
	list: List;
	filters: ActiveFilter[];
	/** Infinity for Return All. */
	limit: number;
}

const SETTINGS: CallSettings = { timeout: 60_000, batchInterval: 0, maxRetries: 3 };

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
export function listOperation(definition: ListOperation): Operation {
	const { resource, option, fields, filters } = definition;
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
		fields: [...fields, ...limitFields, ...(filters.length > 0 ? [filtersField] : [])],
		run: async (context) => await runOverItems(context, definition),
	};
}

/** One listing for each input item, one after the other, so that no more than a page is held beside the output. */
async function runOverItems(
	context: IExecuteFunctions,
	operation: ListOperation,
): Promise<INodeExecutionData[]> {
	const { entries, rejections } = readEntries(
		context,
		(read, itemIndex): Request => ({
			itemIndex,
			list: operation.readList(read),
			filters: operation.filters.length > 0 ? readFilters(read, operation.filters) : [],
			limit: readLimit(read),
		}),
	);
	if (rejections.length > 0 && !context.continueOnFail()) throw inputError(context, rejections);
	const client = await KooSearchClient.open(context, SETTINGS);
	const output = new Map(rejections.map((one) => [one.itemIndex, [errorItem(one)]]));
	const hints = new Set<string>();
	let ended: CallFailure | undefined;
	for (const request of entries) {
		const { itemIndex } = request;
		const found = ended ?? (await collect(client, operation, request));
		if (!(found instanceof CallFailure)) {
			output.set(itemIndex, found.items);
			if (found.hint) hints.add(found.hint);
			continue;
		}
		if (context.getExecutionCancelSignal()?.aborted) throw cancelError(context);
		if (!context.continueOnFail()) throw callError(context, found, itemIndex);
		if (found.scope === 'run') ended = found;
		output.set(itemIndex, [
			errorItem({ itemIndex, message: `${found.message} [item ${itemIndex}]` }),
		]);
	}
	addHints(context, hints);
	return [...output].sort(([a], [b]) => a - b).flatMap(([, items]) => items);
}

function readLimit(read: ReadField): number {
	const returnAll = read('returnAll', 'Return All', (value) => {
		if (typeof value === 'boolean') return value;
		throw new InvalidValue(`${show(value)} is neither. It takes true or false.`);
	});
	if (returnAll) return Infinity;
	return read('limit', 'Limit', (value) => {
		if (Number.isSafeInteger(value) && Number(value) > 0) return Number(value);
		throw new InvalidValue(`${show(value)} is not a number of results. It takes 1 or more.`);
	});
}

/** What came of one listing. */
interface Found {
	items: INodeExecutionData[];
	/** What a glance at the items doesn't show. */
	hint?: string;
}

/** The items of one listing, or why there are none. */
async function collect(
	client: KooSearchClient,
	{ noun, complete }: ListOperation,
	{ itemIndex, list, filters, limit }: Request,
): Promise<Found | CallFailure> {
	const unchecked = new Set<ActiveFilter>();
	// KooSearch may leave a filter out of account, or not know it: then what is wanted may be far behind.
	const pageSize = filters.length > 0 ? PAGE_SIZE : Math.min(limit, PAGE_SIZE);
	const query = toQuery(filters);
	const listing = new Listing(client, list, { query, pageSize });
	const [asked, own] = divide(filters);
	const found: KooSearchRecord[] = [];
	let given = 0;
	let fitting = 0;
	try {
		for await (const record of listing) {
			given++;
			if (!matchesAll(record, asked, unchecked)) continue;
			fitting++;
			if (matchesAll(record, own, unchecked)) found.push(record);
			if (found.length >= limit && !complete) break;
		}
		for (const { filter } of unchecked) {
			const { displayName } = filter.field;
			if (await isIgnored(client, list, query, filter)) {
				return unfiltered(
					`it leaves '${displayName}' out of account, and the ${noun} hold nothing to check it against`,
				);
			}
		}
	} catch (error) {
		return error instanceof CallFailure ? error : unfiltered((error as Error).message);
	}
	const records = complete ? complete(found).slice(0, limit) : found;
	const items = records.map((json) => ({ json, pairedItem: { item: itemIndex } }));
	if (list.paged && listing.complete === false) return { items, hint: changed(noun) };
	return { items, hint: given > 0 && fitting === 0 ? noneFits(given, noun) : undefined };
}

/** The filters that KooSearch is asked to apply, and those that only this node knows. */
function divide(filters: ActiveFilter[]): [asked: ActiveFilter[], own: ActiveFilter[]] {
	const isAsked = ({ filter }: ActiveFilter) => filter.parameter !== undefined;
	return [filters.filter(isAsked), filters.filter((one) => !isAsked(one))];
}

/** A list that isn't whole is not passed off as one. */
function changed(noun: string): string {
	return `The list of ${noun} changed while it was read, so some of them may be missing here. Run the node again to see all.`;
}

/** Whoever wonders about an empty output should look at the filters, not at the knowledge base. */
function noneFits(given: number, noun: string): string {
	return `KooSearch gave ${amount(given, noun)}, none of which fits the filters that it was asked for.`;
}

/**
 * Whether KooSearch leaves a filter out of account that the records can't be checked against: then it finds
 * something even for a value that nothing can have.
 */
async function isIgnored(
	client: KooSearchClient,
	list: List,
	query: IDataObject,
	{ parameter }: Filter,
): Promise<boolean> {
	const impossible = { ...query, [parameter!]: IMPOSSIBLE, page_num: 1, page_size: 1 };
	try {
		const { total, records } = await readPage(client, list, impossible);
		return total > 0 || records.length > 0;
	} catch (error) {
		// Whoever refuses the value has looked at it.
		if (error instanceof CallFailure && error.scope === 'content') return false;
		return rethrow(error);
	}
}

function unfiltered(why: string): CallFailure {
	const message = `KooSearch's answer cannot be relied on: ${why}. There is no output, since some of it might not match. Remove the filter to see everything.`;
	return new CallFailure(message, 'call');
}

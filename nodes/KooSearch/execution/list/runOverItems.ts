import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { OptionTable, OptionValues } from '../../parameters/options';
import { parseOptions, readBoolean } from '../../parameters/options';
import type { ParsedItems } from '../../parameters/parseItems';
import { parseItems, withItem } from '../../parameters/parseItems';
import type { ReadField } from '../../parameters/readField';
import { isTool } from '../../parameters/readField';
import { pluralize, readInteger } from '../../parameters/values';
import type { CallSettings } from '../../transport/client';
import { KooSearchClient } from '../../transport/client';
import { ApiFailure } from '../../transport/errors/failure';
import { errorItem } from '../errorItems';
import { callError, logCancellation, throwIfInvalid } from '../errors';
import { addHints, invalidHints } from '../hints';
import { readList } from './collect';
import type { GetManyOperation, ListRequest } from './definition';
import { readFilters } from './filters';

const SETTINGS: CallSettings = {
	timeout: 60_000,
	batchInterval: 0,
	maxRetries: 3,
	retryFor: 600_000,
	retryFirstFor: 30_000,
};

/** One listing for each input item, one after the other, so that no more than a page is held beside the output. */
export async function runOverItems<Own extends OptionTable>(
	context: IExecuteFunctions,
	operation: GetManyOperation<Own>,
): Promise<INodeExecutionData[]> {
	const { requests, invalidItems } = await readRequests(context, operation);
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

async function readRequests<Own extends OptionTable>(
	context: IExecuteFunctions,
	operation: GetManyOperation<Own>,
): Promise<ParsedItems<ListRequest<Own>>> {
	const { filters, options } = operation;
	const isForAgent = isTool(context);
	const parsed = await parseItems(
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
	throwIfInvalid(context, parsed.invalidItems);
	return parsed;
}

function readLimit(read: ReadField): number {
	if (read('returnAll', 'Return All', readBoolean)) return Infinity;
	return read('limit', 'Limit', (value) => readInteger(value, 1));
}

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { OptionTable } from '../../parameters/options';
import { InvalidValueError } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import type { ApiFailure } from '../../transport/errors/failure';
import { mapInSlices } from '../../transport/wait';
import { toFailure } from '../failures';
import type { GetManyOperation, ListRequest } from './definition';
import type { KooSearchRecord } from './endpoints';
import type { ActiveFilter } from './filters';
import { explainByFilters, isRemote, matchesAll, resolveFilters, toQuery } from './filters';
import { hintFor } from './listHints';
import { PAGE_SIZE, Pagination } from './paginate';
import { isIgnored, uncheckable, unreliable } from './uncheckedFilters';

/** The result of one listing. */
export interface Found {
	items: INodeExecutionData[];
	/** What the items don't show at once. */
	hint?: string;
}

/** The records that an item requests, as output items, or why there are none. */
export async function readList<Own extends OptionTable>(
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
	// KooSearch may ignore a filter or not know it; then the wanted records may be on a late page.
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

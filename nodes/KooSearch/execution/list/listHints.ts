import type { Noun } from '../../parameters/values';
import { pluralize } from '../../parameters/values';
import type { ListEndpoint } from './endpoints';
import type { ActiveFilter } from './filters';
import type { Pagination } from './paginate';

/** What came of a listing, for what a glance at the items doesn't show. */
export interface Listed {
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

/** What a glance at the items doesn't show, or undefined. */
export function hintFor(listed: Listed): string | undefined {
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

import type { Noun } from '../../parameters/values';
import { pluralize } from '../../parameters/values';
import type { ListEndpoint } from './endpoints';
import type { ActiveFilter } from './filters';
import type { Pagination } from './paginate';

/** Facts about a listing, for the hint. */
export interface Listed {
	noun: Noun;
	listing: Pagination;
	endpoint: ListEndpoint;
	limit: number;
	/** How many records KooSearch returned, and how many of them match the filters it was asked to apply. */
	received: number;
	matched: number;
	total: number;
	filters: ActiveFilter[];
}

/** What the items don't show at once, or undefined. */
export function hintFor(listed: Listed): string | undefined {
	const { noun, listing, endpoint, limit, received, matched, total, filters } = listed;
	if (listing.isCutOff) return cutOffHint(received, noun);
	const isPartial = endpoint.isPaged || received < listing.total;
	if (isPartial && listing.isComplete === false) return listChangedHint(noun);
	if (received > 0 && matched === 0) return noMatchHint(received, noun);
	const read = endpoint.isPaged ? received : limit;
	return read < total && limit !== Infinity ? limitHint(limit, total, noun, filters) : undefined;
}

/** A list that stopped at the limit must not look complete. */
function limitHint(limit: number, total: number, { many }: Noun, filters: ActiveFilter[]): string {
	const rest = filters.length > 0 ? ', of which more may match the filters' : '';
	return `The output stops at 'Limit' = ${limit}: the list has ${total} ${many}${rest}. Turn on 'Return All' or raise 'Limit' to get more.`;
}

/** A list that may be incomplete must not look complete. */
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

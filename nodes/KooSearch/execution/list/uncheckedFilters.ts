import type { IDataObject } from 'n8n-workflow';

import type { Noun } from '../../parameters/values';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import type { ActiveFilter, FilteredList } from './filters';
import { isRemote } from './filters';
import { readPage } from './paginate';

/** A value for a filter that no record can have. */
const IMPOSSIBLE = 'none-is-called-d41f0c6ab7e2';

/**
 * Whether KooSearch ignores a filter that can't be checked on the records: then it finds something even for a value that
 * no record can have.
 */
export async function isIgnored(
	{ client, endpoint }: FilteredList,
	query: IDataObject,
	{ filter }: ActiveFilter,
): Promise<boolean> {
	const impossible = { ...query, [filter.parameter!]: IMPOSSIBLE, page_num: 1, page_size: 1 };
	try {
		const { total, records } = await readPage(client, endpoint, impossible);
		return total > 0 || records.length > 0;
	} catch (error) {
		// A service that refuses the value does not ignore it.
		if (error instanceof ApiFailure && error.facts.scope === 'ids') return false;
		return rethrow(error);
	}
}

export function uncheckable(active: ActiveFilter, { many }: Noun): string {
	const { displayName } = active.filter.field;
	const why = isRemote(active) ? `it ignores '${displayName}', and ` : '';
	return `${why}the ${many} hold nothing to check '${displayName}' against`;
}

/** The failure for records that may not match the filters. */
export function unreliable(why: string): ApiFailure {
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

import { z } from 'zod';

import { count } from '../../transport/schema';
import type { Schema } from '../../transport/schema';
import type { StatusMeaning } from './summary';
import type { BatchResult } from './types';

/** `{total_count, <verb>_count}`, and whatever else the answer holds. */
export type Counts = Record<string, unknown>;

/**
 * For operations whose answer says how many of the IDs were done, but not which.
 *
 * @param verb what was to be done, as the API and the output write it: "deleted" for `deleted_count`
 */
export function countedAnswer(verb: string) {
	const doneCount = `${verb}_count`;
	const not = `not${verb[0].toUpperCase()}${verb.slice(1)}`;
	// Cached by the number of IDs sent: almost all calls of a run have the same size.
	const schemas = new Map<number, Schema<Counts>>();
	return {
		doneKey: verb,
		statuses: {
			[verb]: { done: true, label: verb },
			[not]: { done: false, label: `in calls that ${verb} none` },
			unconfirmed: { done: null, label: 'whose outcome is unknown' },
		} as Record<string, StatusMeaning>,
		answer: (requested: number) => {
			const known = schemas.get(requested) ?? schemaFor(doneCount, requested);
			schemas.set(requested, known);
			return known;
		},
		/**
		 * If only some of the IDs were done, the answer doesn't say which. And a count of 0 on a repeated call may mean that
		 * the call before, whose answer was lost, had done them.
		 */
		interpret: (response: Counts, ids: string[], isRepeat: boolean): BatchResult => {
			const done = Number(response[doneCount]);
			const status = done === ids.length ? verb : done === 0 && !isRepeat ? not : 'unconfirmed';
			const statuses = new Map(ids.map((id) => [id, status]));
			return { statuses, confirmed: done, unexpectedIds: [] };
		},
	};
}

/**
 * A total below what was sent contradicts nothing: the API pages don't say whether unknown IDs count. But the
 * count done can't be above the total, nor the total above what was sent.
 */
function schemaFor(doneCount: string, requested: number): Schema<Counts> {
	const above = `is above ${requested}, the number of IDs sent`;
	const fields = {
		total_count: count.max(requested, above),
		[doneCount]: count.max(requested, above),
	};
	const isConsistent = (counts: Counts) => Number(counts[doneCount]) <= Number(counts.total_count);
	const contradiction = { path: [doneCount], message: "is above 'total_count'" };
	return z.object(fields).passthrough().refine(isConsistent, contradiction) as Schema<Counts>;
}

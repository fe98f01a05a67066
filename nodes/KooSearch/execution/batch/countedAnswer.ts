import { z } from 'zod';

import { count } from '../../transport/schema';
import type { Schema } from '../../transport/schema';
import type { StatusMeaning } from './summary';
import type { BatchResult } from './types';

/** `{total_count, <verb>_count}`, and whatever else the answer holds. */
export type Counts = Record<string, unknown>;

/**
 * The part of an operation whose answer says to how many of the IDs it was done, and not to which.
 *
 * @param verb what was to be done, as the API and the output write it: "deleted" for `deleted_count`
 */
export function countedAnswer(verb: string) {
	const doneCount = `${verb}_count`;
	const not = `not${verb[0].toUpperCase()}${verb.slice(1)}`;
	// Made once for each number of IDs sent: all calls of a run but the last ones are of one size.
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
		 * Unless it was done to all or to none, nobody can say to which. And none on a repeated call may mean that the
		 * call before, whose answer was lost, had done it.
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
 * A total below what was sent contradicts nothing: the API pages don't say whether unknown IDs count. More done than
 * the total, or a total above what was sent, can't be meant.
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

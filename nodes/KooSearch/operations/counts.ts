import { z } from 'zod';

import type { StatusMeaning } from '../batching/tell';
import type { Settled } from '../batching/types';
import { count } from '../transport/answers';

/** `{total_count, <verb>_count}`, and whatever else the answer holds. */
export type Counts = Record<string, unknown>;

/**
 * The part of an operation whose answer says how many of the IDs it was done to, and not to which.
 *
 * @param verb what was to be done, as the API and the output write it: "deleted" for `deleted_count`
 */
export function counts(verb: string) {
	const doneCount = `${verb}_count`;
	const not = `not${verb[0].toUpperCase()}${verb.slice(1)}`;
	const answerTo = (requested: number) => {
		const above = `is above ${requested}, the number of IDs sent`;
		const fields = { total_count: count, [doneCount]: count.max(requested, above) };
		return z.object(fields).passthrough() as z.ZodType<Counts, z.ZodTypeDef, unknown>;
	};
	// Made once for each number of IDs sent: all calls of a run but the last ones are of one size.
	const answers = new Map<number, ReturnType<typeof answerTo>>();
	return {
		doneKey: verb,
		statuses: {
			[verb]: { done: true, told: verb },
			[not]: { done: false, told: `in calls that ${verb} none` },
			unconfirmed: { done: null, told: 'whose outcome is unknown' },
		} as Record<string, StatusMeaning>,
		answer: (requested: number) => {
			const known = answers.get(requested) ?? answerTo(requested);
			answers.set(requested, known);
			return known;
		},
		/**
		 * Unless it was done to all or to none, nobody can say to which. And none on a repeated call may mean that the
		 * call before, whose answer was lost, had done it.
		 */
		settle: (response: Counts, ids: string[], certain: boolean): Settled => {
			const done = Number(response[doneCount]);
			const status = done === ids.length ? verb : done === 0 && certain ? not : 'unconfirmed';
			return {
				statusOf: () => status,
				confirmed: done,
				details: () => ({
					batch: {
						requested: ids.length,
						totalCount: Number(response.total_count),
						[`${verb}Count`]: done,
					},
				}),
				strangers: [],
			};
		},
	};
}

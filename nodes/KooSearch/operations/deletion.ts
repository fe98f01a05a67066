import type { INodeProperties } from 'n8n-workflow';

import type { FindRemaining } from '../batching/settleRest';
import { settleRest } from '../batching/settleRest';
import type { FinishedBatch } from '../batching/types';
import type { List } from '../listing/lists';
import { readRecords } from '../listing/records';
import type { KooSearchClient } from '../transport/client';
import { counts } from './counts';

type ListIn = (knowledgeBaseId: string) => List;

/**
 * The part of an operation that deletes what KooSearch lists: the answer holds counts only, and where they leave
 * something open a listing tells what is left.
 */
export function deletion(noun: string, listIn: ListIn) {
	const counted = counts('deleted');
	return {
		...counted,
		noun,
		statuses: {
			...counted.statuses,
			gone: { done: true, told: 'gone' },
			notDeleted: { done: false, told: 'still there' },
		},
		options: [settlePartial(noun)],
		settleRest: async (client: KooSearchClient, finished: FinishedBatch[]) =>
			await settleRest(
				finished,
				findRemaining(client, listIn),
				({ ids, outcome }) => outcome.settled.confirmed < ids.length,
				(remains) => (remains ? 'notDeleted' : 'gone'),
			),
	};
}

function settlePartial(noun: string): INodeProperties {
	return {
		displayName: 'Settle Partial Deletions',
		name: 'settlePartial',
		type: 'boolean',
		default: true,
		description: `Whether to list the ${noun} that are left when an API call deleted only some, to find out which. KooSearch itself only says how many.`,
	};
}

/** A complete, unfiltered listing shows what is still there; one that fails or isn't complete shows nothing. */
function findRemaining(client: KooSearchClient, listIn: ListIn): FindRemaining {
	return async (knowledgeBaseId, ids) => {
		const remaining = new Set<string>();
		const records = readRecords(client, listIn(knowledgeBaseId));
		try {
			for (;;) {
				const { done, value } = await records.next();
				if (done) return value.complete ? remaining : undefined;
				if (ids.has(String(value.id))) remaining.add(String(value.id));
			}
		} catch {
			return undefined;
		}
	};
}

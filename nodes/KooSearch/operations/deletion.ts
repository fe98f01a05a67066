import type { INodeProperties } from 'n8n-workflow';

import type { FindRemaining } from '../batching/settleRest';
import { settleRest } from '../batching/settleRest';
import type { FinishedBatch } from '../batching/types';
import type { List } from '../listing/lists';
import { Listing } from '../listing/records';
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
			notDeleted: { done: false, told: "for a reason that KooSearch doesn't give" },
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

/**
 * A complete, unfiltered listing shows what is still there; one that fails or isn't complete shows nothing.
 *
 * Of several pages it takes two listings: while one is read, a record slips from the next page to the one before as
 * soon as another is deleted, and a new one in its place keeps the total the same.
 */
function findRemaining(client: KooSearchClient, listIn: ListIn): FindRemaining {
	return async (knowledgeBaseId, ids) => {
		const remaining = new Set<string>();
		const look = async () => {
			const listing = new Listing(client, listIn(knowledgeBaseId));
			for await (const { id } of listing) if (ids.has(String(id))) remaining.add(String(id));
			return listing;
		};
		try {
			const { complete, pages } = await look();
			const settled = complete && (pages === 1 || (await look()).complete);
			return settled ? remaining : undefined;
		} catch {
			return undefined;
		}
	};
}

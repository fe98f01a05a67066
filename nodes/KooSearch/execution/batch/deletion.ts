import { switchOption } from '../../parameters/options';
import type { Noun } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import type { ListEndpoint } from '../list/endpoints';
import { Pagination } from '../list/paginate';
import { countedAnswer } from './countedAnswer';
import type { FindRemaining } from './reconcile';
import { reconcile } from './reconcile';
import type { FinishedBatch } from './types';

type EndpointIn = (knowledgeBaseId: string) => ListEndpoint;

/**
 * The part of an operation that deletes what KooSearch lists: the answer holds counts only, and where they leave
 * something open a listing shows what is left.
 */
export function deletion(noun: Noun, endpointIn: EndpointIn) {
	const counted = countedAnswer('deleted');
	return {
		...counted,
		noun,
		statuses: {
			...counted.statuses,
			gone: { done: true, label: 'gone' },
			notDeleted: { done: false, label: "for a reason that KooSearch doesn't give" },
		},
		options: {
			settlePartial: switchOption(
				{
					displayName: 'Verify Partial Deletions',
					description: `Whether to list the ${noun.many} that are left when an API call deleted only some, to find out which. KooSearch itself only says how many.`,
				},
				{ absent: true, shown: false },
			),
		},
		reconciles: ({ settlePartial }: { settlePartial: boolean }) => settlePartial,
		reconcile: async (client: KooSearchClient, finished: FinishedBatch[]) =>
			await reconcile(
				finished,
				findRemaining(client, endpointIn),
				({ ids, outcome }) => outcome.result.confirmed < ids.length,
				(remains) => (remains ? 'notDeleted' : 'gone'),
			),
	};
}

/**
 * A complete, unfiltered listing shows what is still there; one that fails or isn't complete shows nothing.
 *
 * Of several pages it takes two listings: while one is read, a record slips from the next page to the one before as
 * soon as another is deleted, and a new one in its place keeps the total the same.
 */
function findRemaining(client: KooSearchClient, endpointIn: EndpointIn): FindRemaining {
	return async (knowledgeBaseId, ids) => {
		const remaining = new Set<string>();
		const look = async () => {
			const listing = new Pagination(client, endpointIn(knowledgeBaseId));
			for await (const { id } of listing) if (ids.has(String(id))) remaining.add(String(id));
			return listing;
		};
		try {
			const { isComplete, pages } = await look();
			const isSettled = isComplete && (pages === 1 || (await look()).isComplete);
			return isSettled ? remaining : undefined;
		} catch (error) {
			return error instanceof ApiFailure ? undefined : rethrow(error);
		}
	};
}

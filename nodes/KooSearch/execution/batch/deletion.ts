import { switchOption } from '../../parameters/options';
import type { Noun } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import type { Records } from '../list/completeListing';
import { findListed } from '../list/completeListing';
import type { ListEndpoint } from '../list/endpoints';
import { countedAnswer } from './countedAnswer';
import { reconcile } from './reconcile';
import type { BatchResult, FinishedBatch, SucceededBatch } from './types';

type EndpointIn = (knowledgeBaseId: string) => ListEndpoint;

/**
 * For operations that delete records which KooSearch can list: the answer holds only counts; if they leave something
 * open, a listing shows what is left.
 */
export function deletion(noun: Noun, endpointIn: EndpointIn) {
	const counted = countedAnswer('deleted');
	return {
		...counted,
		noun,
		statuses: {
			...counted.statuses,
			gone: { done: true, label: 'gone' },
			notFound: {
				done: false,
				label: 'not in the knowledge base',
				hint: "Check 'Knowledge Base' and the IDs.",
			},
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
		// With one item per call, no status of an ID is shown.
		reconciles: ({ settlePartial, output }: { settlePartial: boolean; output: string }) =>
			settlePartial && output !== 'perBatch',
		reconcile: async (client: KooSearchClient, finished: FinishedBatch[]) =>
			await reconcile(
				finished,
				{
					isOpen: ({ ids, outcome }) => outcome.result.confirmed < ids.length,
					look: async (knowledgeBaseId, ids) =>
						await findListed(client, endpointIn(knowledgeBaseId), ids),
					settle,
				},
				client.signal,
			),
	};
}

/**
 * The status of each ID of a call, from a complete listing after it and the count of those deleted.
 *
 * @returns undefined if more IDs are left than the count allows
 */
function settle({ ids, outcome }: SucceededBatch, remaining: Records): BatchResult | undefined {
	const { result, isRepeat } = outcome;
	const absent = ids.filter((id) => !remaining.has(id)).length;
	if (absent < result.confirmed) return undefined;
	const absentStatus = statusOfAbsent(absent, result.confirmed, isRepeat);
	const statuses = new Map(ids.map((id) => [id, remaining.has(id) ? 'notDeleted' : absentStatus]));
	const left = ids.filter((id) => remaining.has(id));
	const reasons = new Map(left.map((id) => [id, whyLeft(remaining.get(id)!.status)]));
	return { ...result, statuses, reasons };
}

/** The count of a repeated attempt doesn't include what the attempt before it deleted. */
function statusOfAbsent(absent: number, deleted: number, isRepeat: boolean): string {
	if (isRepeat) return 'gone';
	if (deleted === 0) return 'notFound';
	return absent === deleted ? 'deleted' : 'gone';
}

const UNFINISHED: Record<string, string> = { RUNNING: 'still running', PENDING: 'still pending' };

function whyLeft(status: unknown): string {
	return UNFINISHED[String(status)] ?? 'still there';
}

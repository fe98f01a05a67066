import type { AnsweredBatch, FinishedBatch } from './types';
import { isAnswered } from './types';

/** Which of some IDs a knowledge base still holds, or undefined when that can't be known for certain. */
export type FindRemaining = (
	knowledgeBaseId: string,
	ids: Set<string>,
) => Promise<Set<string> | undefined>;

/**
 * Settles what counts alone leave open: after all calls, one look at each knowledge base in which a call did less
 * than it was asked for. Where that look proves nothing, every status stays as it is.
 *
 * @param open whether a call's answer leaves something open
 * @param statusOf the status of an ID that is known to be there still, or not to be
 */
export async function settleRest(
	finished: FinishedBatch[],
	findRemaining: FindRemaining,
	open: (batch: AnsweredBatch) => boolean,
	statusOf: (remains: boolean) => string,
): Promise<FinishedBatch[]> {
	const unsettled = finished.filter(isAnswered).filter(open);
	const settled = new Map<FinishedBatch, FinishedBatch>();
	for (const knowledgeBaseId of new Set(unsettled.map(({ target }) => target.knowledgeBaseId))) {
		const batches = unsettled.filter(({ target }) => target.knowledgeBaseId === knowledgeBaseId);
		const remaining = await findRemaining(
			knowledgeBaseId,
			new Set(batches.flatMap(({ ids }) => ids)),
		);
		if (!remaining) continue;
		for (const batch of batches) {
			const { outcome } = batch;
			const byListing = (id: string) => statusOf(remaining.has(id));
			const corrected = { ...outcome.settled, statusOf: byListing };
			settled.set(batch, { ...batch, outcome: { ...outcome, settled: corrected } });
		}
	}
	return finished.map((batch) => settled.get(batch) ?? batch);
}

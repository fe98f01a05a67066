import { hasSucceeded } from './types';
import type { FinishedBatch, SucceededBatch } from './types';

/** Which of some IDs a knowledge base still holds, or undefined when that can't be known for certain. */
export type FindRemaining = (
	knowledgeBaseId: string,
	ids: Set<string>,
) => Promise<Set<string> | undefined>;

/**
 * Finds out what counts alone leave open: after all calls, one look at each knowledge base in which a call did less
 * than it was asked to do. Where that look proves nothing, every status stays as it is.
 *
 * @param isOpen whether a call's answer leaves something open
 * @param statusOf the status of an ID that is known to be there still, or not to be
 */
export async function reconcile(
	finished: FinishedBatch[],
	findRemaining: FindRemaining,
	isOpen: (batch: SucceededBatch) => boolean,
	statusOf: (remains: boolean) => string,
): Promise<FinishedBatch[]> {
	const open = finished.filter(hasSucceeded).filter(isOpen);
	const reconciled = new Map<FinishedBatch, FinishedBatch>();
	for (const knowledgeBaseId of new Set(open.map(({ target }) => target.knowledgeBaseId))) {
		const batches = open.filter(({ target }) => target.knowledgeBaseId === knowledgeBaseId);
		const ids = new Set(batches.flatMap((batch) => batch.ids));
		const remaining = await findRemaining(knowledgeBaseId, ids);
		if (!remaining) continue;
		for (const batch of batches) {
			const { outcome } = batch;
			const statuses = new Map(batch.ids.map((id) => [id, statusOf(remaining.has(id))]));
			const result = { ...outcome.result, statuses };
			reconciled.set(batch, { ...batch, outcome: { ...outcome, result } });
		}
	}
	return finished.map((batch) => reconciled.get(batch) ?? batch);
}

import { pause } from '../../transport/wait';
import type { Records } from '../list/completeListing';
import { hasSucceeded } from './types';
import type { BatchResult, FinishedBatch, SucceededBatch } from './types';

/** How an operation finds out what its answers left open. */
export interface Reconciliation {
	/** Whether the answer to a call leaves something open. */
	isOpen(batch: SucceededBatch): boolean;
	/** Which of the IDs a knowledge base still holds; undefined if that is not certain. */
	look(knowledgeBaseId: string, ids: Set<string>): Promise<Records | undefined>;
	/** What the listing says about a call; undefined if it contradicts the answer, so that it proves nothing. */
	settle(batch: SucceededBatch, remaining: Records): BatchResult | undefined;
}

/** Before reading a list again that contradicts an answer, since it may lag behind. In milliseconds. */
const PAUSE = 1_000;

/**
 * Finds out what counts alone leave open. After all calls it lists each knowledge base in which a call did less than it
 * was asked to, and lists it again if the first listing contradicts an answer, or still holds what the last call that
 * left nothing open has done away with. If that proves nothing, every status stays as it is.
 */
export async function reconcile(
	finished: FinishedBatch[],
	{ isOpen, look, settle }: Reconciliation,
	signal?: AbortSignal,
): Promise<FinishedBatch[]> {
	const succeeded = finished.filter(hasSucceeded);
	const open = succeeded.filter(isOpen);
	const settled = succeeded.filter((batch) => !isOpen(batch));
	const reconciled = new Map<FinishedBatch, FinishedBatch>();
	for (const knowledgeBaseId of new Set(open.map(({ target }) => target.knowledgeBaseId))) {
		const isHere = ({ target }: FinishedBatch) => target.knowledgeBaseId === knowledgeBaseId;
		let left = open.filter(isHere);
		const gone = settled.filter(isHere).pop()?.ids ?? [];
		for (let looks = 0; looks < 2 && left.length > 0; looks++) {
			if (looks > 0) await pause(PAUSE, signal);
			if (signal?.aborted) break;
			const asked = new Set([...left.flatMap(({ ids }) => ids), ...gone]);
			const remaining = await look(knowledgeBaseId, asked);
			if (!remaining) break;
			if (gone.some((id) => remaining.has(id))) continue;
			left = left.filter((batch) => {
				const result = settle(batch, remaining);
				if (!result) return true;
				reconciled.set(batch, { ...batch, outcome: { ...batch.outcome, result } });
				return false;
			});
		}
	}
	return finished.map((batch) => reconciled.get(batch) ?? batch);
}

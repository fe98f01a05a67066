import pLimit from 'p-limit';

import type { CallFailure } from '../transport/errors';
import type { Batch, FinishedBatch, Outcome, Settled } from './types';

export interface RunSettings {
	/** Most calls under way at once. */
	concurrency: number;
	/** Whether a failed call keeps the calls that have not started from being sent. */
	stopOnFailure: boolean;
	signal?: AbortSignal;
}

/**
 * Sends the batches, at most `concurrency` at once, started in their order.
 *
 * Calls that are under way when one fails are waited for: what they did is part of the truth.
 *
 * @param send one call; rejects with CallFailure only
 * @returns what became of each batch, in the order given
 */
export async function runBatches(
	batches: Batch[],
	send: (batch: Batch) => Promise<Settled>,
	settings: RunSettings,
): Promise<FinishedBatch[]> {
	const limit = pLimit(settings.concurrency);
	let ended = false;
	let because: CallFailure | undefined;

	const run = async (batch: Batch): Promise<Outcome> => {
		if (ended || settings.signal?.aborted) return { state: 'skipped', because };
		try {
			return { state: 'answered', settled: await send(batch) };
		} catch (error) {
			const failure = error as CallFailure;
			if (failure.scope === 'run') because ??= failure;
			ended ||= settings.stopOnFailure || failure.scope === 'run';
			return { state: 'failed', failure };
		}
	};
	return await Promise.all(
		batches.map(async (batch) => ({ ...batch, outcome: await limit(run, batch) })),
	);
}

import pLimit from 'p-limit';

import { ApiFailure } from '../../transport/errors/failure';
import type { AttemptSettings } from '../attempts';
import { Attempts } from '../attempts';
import type { Batch, CallResult, FinishedBatch } from './types';

/** A call that was refused because of its IDs is split, unless a failure stops the run. */
export interface RunSettings extends AttemptSettings {
	/** Max number of calls at once. */
	concurrency: number;
}

/** One call. @throws ApiFailure */
export type SendBatch = (batch: Batch) => Promise<CallResult>;

/** Max number of extra calls in a run to isolate the IDs that calls were refused for. */
const MAX_SPLITS = 100;

/**
 * Sends the batches, at most `concurrency` at once, started in their order.
 *
 * Calls that are under way when one fails are waited for: what they did is part of the result.
 *
 * @returns the outcome of each batch, in the order given; a batch that was split is replaced by its parts
 */
export async function runBatches(
	batches: Batch[],
	send: SendBatch,
	settings: RunSettings,
): Promise<FinishedBatch[]> {
	const limit = pLimit(settings.concurrency);
	const run = new BatchRun(send, settings);
	const finished = await Promise.all(batches.map((batch) => limit(() => run.finish(batch))));
	return finished.flat();
}

class BatchRun {
	private splitsLeft = MAX_SPLITS;

	private readonly attempts: Attempts;

	constructor(
		private readonly send: SendBatch,
		private readonly settings: RunSettings,
	) {
		this.attempts = new Attempts(settings);
	}

	async finish(batch: Batch): Promise<FinishedBatch[]> {
		const outcome = await this.attempts.run(async () => await this.send(batch));
		if (outcome.state === 'failed' && this.mayIsolateIds(batch, outcome.failure)) {
			return await this.split(batch, outcome.failure);
		}
		return [{ ...batch, outcome }];
	}

	private mayIsolateIds({ ids }: Batch, { facts }: ApiFailure): boolean {
		return !this.settings.stopOnFailure && facts.scope === 'ids' && ids.length > 1;
	}

	/** Halves a refused batch until the IDs it was refused for are alone; the others go through. */
	private async split(batch: Batch, refusal: ApiFailure): Promise<FinishedBatch[]> {
		const middle = Math.ceil(batch.ids.length / 2);
		const parts: FinishedBatch[] = [];
		for (const ids of [batch.ids.slice(0, middle), batch.ids.slice(middle)]) {
			const { mayHaveTakenEffect } = refusal.facts;
			const half: Batch = { ...batch, ids, isRepeat: true, mayHaveTakenEffect };
			if (this.splitsLeft > 0) {
				this.splitsLeft--;
				parts.push(...(await this.finish(half)));
			} else {
				parts.push({ ...half, outcome: { state: 'failed', failure: splitLimitReached(refusal) } });
			}
		}
		return parts;
	}
}

function splitLimitReached({ facts }: ApiFailure): ApiFailure {
	const what = `Not retried: KooSearch rejected a call with these IDs, and ${MAX_SPLITS} extra calls did not isolate every invalid one. ${facts.what}`;
	const hint = `Run the node again with these IDs to go on. ${facts.hint}`;
	return new ApiFailure({ ...facts, what, hint });
}

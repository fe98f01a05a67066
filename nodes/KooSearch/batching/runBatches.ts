import pLimit from 'p-limit';

import { CallFailure } from '../transport/errors';
import type { Batch, FinishedBatch, Outcome } from './types';

export interface RunSettings {
	/** Most calls under way at once. */
	concurrency: number;
	/** Whether a failed call keeps the calls that have not started from being sent. Else its batch is split. */
	stopOnFailure: boolean;
	signal?: AbortSignal;
}

/** What came of one call. */
export type Sent = Pick<Outcome & { state: 'answered' }, 'settled' | 'response'>;

/** One call. Rejects with CallFailure only. */
export type SendBatch = (batch: Batch) => Promise<Sent>;

/** Further calls in a run to find the IDs that calls were refused for. */
const MOST_SPLITS = 100;

/**
 * Sends the batches, at most `concurrency` at once, started in their order.
 *
 * Calls that are under way when one fails are waited for: what they did is part of the truth.
 *
 * @returns what became of each batch, in the order given; a batch that was split is replaced by its parts
 */
export async function runBatches(
	batches: Batch[],
	send: SendBatch,
	settings: RunSettings,
): Promise<FinishedBatch[]> {
	const limit = pLimit(settings.concurrency);
	const run = new Run(send, settings);
	const finished = await Promise.all(batches.map((batch) => limit(() => run.finish(batch))));
	return finished.flat();
}

class Run {
	private ended = false;

	private because?: CallFailure;

	private splitsLeft = MOST_SPLITS;

	constructor(
		private readonly send: SendBatch,
		private readonly settings: RunSettings,
	) {}

	async finish(batch: Batch): Promise<FinishedBatch[]> {
		const outcome = await this.attempt(batch);
		if (outcome.state === 'failed' && this.mayHideOneBadId(batch, outcome.failure)) {
			return await this.split(batch, outcome.failure);
		}
		return [{ ...batch, outcome }];
	}

	private async attempt(batch: Batch): Promise<Outcome> {
		if (this.ended || this.settings.signal?.aborted) {
			return { state: 'skipped', because: this.because };
		}
		try {
			return { state: 'answered', ...(await this.send(batch)) };
		} catch (error) {
			const failure = error as CallFailure;
			if (failure.scope === 'run') this.because ??= failure;
			this.ended ||= this.settings.stopOnFailure || failure.scope === 'run';
			return { state: 'failed', failure };
		}
	}

	private mayHideOneBadId({ ids }: Batch, { scope }: CallFailure): boolean {
		return !this.settings.stopOnFailure && scope === 'content' && ids.length > 1;
	}

	/** Halves a refused batch until the IDs it was refused for stand alone; the others go through. */
	private async split(batch: Batch, refusal: CallFailure): Promise<FinishedBatch[]> {
		const middle = Math.ceil(batch.ids.length / 2);
		const parts: FinishedBatch[] = [];
		for (const ids of [batch.ids.slice(0, middle), batch.ids.slice(middle)]) {
			const { effectUnknown } = refusal;
			const half: Batch = { ...batch, ids, resent: true, effectUnknown };
			if (this.splitsLeft > 0) {
				this.splitsLeft--;
				parts.push(...(await this.finish(half)));
			} else {
				parts.push({ ...half, outcome: { state: 'failed', failure: gaveUp(refusal) } });
			}
		}
		return parts;
	}
}

function gaveUp({ message, scope, httpStatus, effectUnknown }: CallFailure): CallFailure {
	return new CallFailure(
		`These IDs were not sent again: a call that held them was refused, and ${MOST_SPLITS} further calls in this run did not find every ID that is to blame. Run the node again with these IDs to go on. ${message}`,
		scope,
		httpStatus,
		effectUnknown,
	);
}

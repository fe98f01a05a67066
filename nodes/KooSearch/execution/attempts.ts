import { ApiFailure, rethrow } from '../transport/errors/failure';

/** What became of a piece of work. What failed may or may not have taken effect; what was skipped was never sent. */
export type Attempt<Result extends object> =
	| ({ state: 'succeeded' } & Result)
	| { state: 'failed'; failure: ApiFailure }
	/** `cause` is the failure that ended the run. */
	| { state: 'skipped'; cause?: ApiFailure };

export interface AttemptSettings {
	/** Whether a failure keeps what has not started from being attempted. */
	stopOnFailure: boolean;
	signal?: AbortSignal;
}

/** The work of one run, which ends for all of it together: by a cancellation, or by a failure that concerns the run. */
export class Attempts {
	private isOver = false;

	private cause?: ApiFailure;

	constructor(private readonly settings: AttemptSettings) {}

	/** @param work throws ApiFailure; anything else is thrown on */
	async run<Result extends object>(work: () => Promise<Result>): Promise<Attempt<Result>> {
		const { stopOnFailure, signal } = this.settings;
		if (this.isOver || signal?.aborted) return { state: 'skipped', cause: this.cause };
		try {
			return { state: 'succeeded', ...(await work()) };
		} catch (error) {
			if (!(error instanceof ApiFailure)) return rethrow(error);
			const endsRun = error.facts.scope === 'run';
			if (endsRun) this.cause ??= error;
			this.isOver ||= stopOnFailure || endsRun;
			return { state: 'failed', failure: error };
		}
	}
}

import { ApiFailure, rethrow } from '../transport/errors/failure';

/** The outcome of a piece of work. What failed may or may not have taken effect; what was skipped was never sent. */
export type Attempt<Result extends object> =
	| ({ state: 'succeeded' } & Result)
	| { state: 'failed'; failure: ApiFailure }
	/** `cause` is the failure that ended the run. */
	| { state: 'skipped'; cause?: ApiFailure };

export interface AttemptSettings {
	/** Whether nothing more is started after a failure. */
	stopOnFailure: boolean;
	signal?: AbortSignal;
}

/** The work of one run. A cancellation, or a failure that affects the whole run, ends all of it. */
export class Attempts {
	private isOver = false;

	private cause?: ApiFailure;

	constructor(private readonly settings: AttemptSettings) {}

	/** @param work throws ApiFailure; any other error is rethrown */
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

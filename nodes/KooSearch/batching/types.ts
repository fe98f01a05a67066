import type { IDataObject } from 'n8n-workflow';

import type { CallFailure } from '../transport/errors';

/** Where the IDs of a call live. A call never mixes targets. */
export interface Target {
	knowledgeBaseId: string;
	/** Only where documents are moved: the directory's ID, or null for "No Directory". */
	directoryId?: string | null;
}

/** What one input item asks for: its IDs in the order it names them, each once. */
export interface Entry {
	itemIndex: number;
	target: Target;
	ids: string[];
}

/** An input item that can't be carried out. The message is complete: field, value, item and cure. */
export interface Rejection {
	itemIndex: number;
	message: string;
}

/** One call's share of the IDs: one target, no ID twice. */
export interface Batch {
	target: Target;
	ids: string[];
	/** Whether the IDs were part of a call before, which was refused. */
	resent?: true;
	/** Whether that call may have taken effect all the same. */
	effectUnknown?: boolean;
}

/** What the answer to one call says of the IDs that were sent. */
export interface Settled {
	/** The status of an ID of this call, one of the operation's. */
	statusOf(id: string): string;
	/** How many of the IDs the answer confirms as done, even where it doesn't say which. */
	confirmed: number;
	/** Further keys of each ID's output: a fresh object each time, since items must not share one. */
	details?(): IDataObject;
	/** IDs in the answer that were not sent. They are never told as results. */
	strangers: string[];
	/** What the statuses don't tell, in one sentence. */
	caveat?: string;
}

/** What became of a batch. A failed call may or may not have taken effect; a skipped one was never sent. */
export type Outcome =
	/** `response` is the API's body, unknown fields included, where it is going to be shown. */
	| { state: 'answered'; settled: Settled; response?: object }
	| { state: 'failed'; failure: CallFailure }
	| { state: 'skipped'; because?: CallFailure };

export interface FinishedBatch extends Batch {
	outcome: Outcome;
}

export type AnsweredBatch = FinishedBatch & { outcome: { state: 'answered' } };

export function isAnswered(batch: FinishedBatch): batch is AnsweredBatch {
	return batch.outcome.state === 'answered';
}

import type { Attempt } from '../attempts';
import type { Parsing } from '../wait/waitForParsing';

/** Where the IDs of a call live. A call never mixes targets. */
export interface Target {
	knowledgeBaseId: string;
	/** Only where documents are moved: the directory's ID, or null for "No Directory". */
	directoryId?: string | null;
	/** Used instead of the ID until the directory has been created. */
	directoryPath?: string;
	/** Whether to create the missing directories of the path; only until it has been looked up. */
	createDirectories?: boolean;
	/** Only where tasks are created: their type, and whose parsing rules to use. */
	taskType?: string;
	inheritParser?: boolean;
}

/** What one input item asks for: its IDs in the order it names them, each once. */
export interface ItemRequest {
	itemIndex: number;
	target: Target;
	ids: string[];
}

/** One call's share of the IDs: one target, no ID twice. */
export interface Batch {
	target: Target;
	ids: string[];
	/** Whether the IDs were part of an earlier call, which was refused. */
	isRepeat?: true;
	/** Whether that call may have taken effect anyway. */
	mayHaveTakenEffect?: boolean;
}

/** What the answer to one call says about the IDs that were sent. */
export interface BatchResult {
	/** The status of each ID of the call, one of the operation's. */
	statuses: Map<string, string>;
	/** How many of the IDs the answer confirms as done, even where it doesn't say which. */
	confirmed: number;
	/** IDs in the answer that were not sent. They are never returned as results. */
	unexpectedIds: string[];
	/** Why an ID has its status, as a label, if more is known than the status says. */
	reasons?: Map<string, string>;
	/** The results of waiting for files, by ID; includes files of other calls to the same knowledge base. */
	parsing?: Map<string, Parsing>;
	/** What the statuses don't say, in one sentence. */
	warning?: string;
}

/** The result of one call. */
export interface CallResult {
	result: BatchResult;
	/** Whether the IDs were sent before, so that an earlier attempt may have done what this answer doesn't confirm. */
	isRepeat: boolean;
	/** The API's body with all its fields, if the output shows it. */
	response?: object;
}

export type Outcome = Attempt<CallResult>;

export interface FinishedBatch extends Batch {
	outcome: Outcome;
	/** Whether the IDs were not sent, since a check before the calls ruled them out. */
	isUnsent?: true;
}

export type SucceededBatch = FinishedBatch & { outcome: { state: 'succeeded' } };

/** Whether each ID of it has a status. */
export function hasSucceeded(batch: FinishedBatch): batch is SucceededBatch {
	return batch.outcome.state === 'succeeded';
}

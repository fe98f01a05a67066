import type { Attempt } from '../attempts';
import type { Parsing } from '../wait/waitForParsing';

/** Where the IDs of a call live. A call never mixes targets. */
export interface Target {
	knowledgeBaseId: string;
	/** Only where documents are moved: the directory's ID, or null for "No Directory". */
	directoryId?: string | null;
	/** In place of the ID, as long as the directory has not been created. */
	directoryPath?: string;
	/** Whether what is missing of the path is to be created; only until it has been looked up. */
	createDirectories?: boolean;
	/** Only where tasks are created: of which kind, and by whose parsing rules. */
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
	/** Whether the IDs were part of a call before, which was refused. */
	isRepeat?: true;
	/** Whether that call may have taken effect all the same. */
	mayHaveTakenEffect?: boolean;
}

/** What the answer to one call says of the IDs that were sent. */
export interface BatchResult {
	/** The status of each ID of the call, one of the operation's. */
	statuses: Map<string, string>;
	/** How many of the IDs the answer confirms as done, even where it doesn't say which. */
	confirmed: number;
	/** IDs in the answer that were not sent. They are never given out as results. */
	unexpectedIds: string[];
	/** Why an ID has its status, as a label, where more is known than the label of the status says. */
	reasons?: Map<string, string>;
	/** How the parsing of files went that were waited for, by ID; also of other calls to the same knowledge base. */
	parsing?: Map<string, Parsing>;
	/** What the statuses don't say, in one sentence. */
	warning?: string;
}

/** What came of one call. */
export interface CallResult {
	result: BatchResult;
	/** Whether the IDs were sent before, so that an earlier try may have done what this answer doesn't confirm. */
	isRepeat: boolean;
	/** The API's body, unknown fields included, where it is going to be shown. */
	response?: object;
}

export type Outcome = Attempt<CallResult>;

export interface FinishedBatch extends Batch {
	outcome: Outcome;
	/** IDs that were not sent, since a look before the calls said what would become of them. */
	isUnsent?: true;
}

export type SucceededBatch = FinishedBatch & { outcome: { state: 'succeeded' } };

/** Whether each ID of it has a status. */
export function hasSucceeded(batch: FinishedBatch): batch is SucceededBatch {
	return batch.outcome.state === 'succeeded';
}

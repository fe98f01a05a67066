import type { IExecuteFunctions, INodeProperties, Logger } from 'n8n-workflow';

import type { BatchOptions } from '../../descriptions/batchOptions';
import type { OptionTable, OptionValues } from '../../parameters/options';
import type { ReadField } from '../../parameters/readField';
import type { KooSearchClient } from '../../transport/client';
import type { ApiFailure } from '../../transport/errors/failure';
import type { ApiRequest } from '../../transport/request';
import type { Schema } from '../../transport/schema';
import type { OperationDefinition } from '../operation';
import type { DescribeConflict } from './planBatches';
import type { ResultLabels } from './summary';
import type { Batch, BatchResult, FinishedBatch, Target } from './types';

/**
 * What one operation on many IDs states; everything else is the same for all of them.
 *
 * `Answer` is the API's body after its schema has been checked, `Own` the options that only this operation has.
 */
export interface BatchOperation<Answer extends object, Own extends OptionTable>
	extends Omit<OperationDefinition, 'doneKey'>,
		ResultLabels {
	/** The field that takes the IDs. */
	idsField: INodeProperties;
	readTarget(read: ReadField): Target;
	/** Resolves a target, such as a directory given by its path. Changes nothing. @throws ApiFailure */
	resolve?(client: KooSearchClient, target: Target): Promise<Target>;
	/** Creates what the target still lacks, just before a call. @throws ApiFailure */
	prepare?(client: KooSearchClient, target: Target): Promise<void>;
	/** Explains a refusal that the target may have caused. */
	explain?(client: KooSearchClient, target: Target, failure: ApiFailure): Promise<ApiFailure>;
	/** For operations whose targets are more than a knowledge base. */
	describeConflict?: DescribeConflict;
	/** Checked before the calls: the IDs of a knowledge base that must not be sent, with the status of each. */
	findUnsuitable?(
		client: KooSearchClient,
		knowledgeBaseId: string,
		ids: Set<string>,
	): Promise<Map<string, string>>;
	request(batch: Batch, options: OptionValues<Own>): ApiRequest;
	/** The schema of the answer to a call with this number of IDs. */
	answer(requested: number): Schema<Answer>;
	/**
	 * What the answer says about each ID.
	 *
	 * @param isRepeat whether the IDs were sent before, so that an earlier attempt may have done the work, and a low count
	 * proves nothing
	 */
	interpret(answer: Answer, ids: string[], isRepeat: boolean): BatchResult;
	options?: Own;
	/** Runs after all calls succeeded: finds out what their answers left open. */
	reconcile?(
		client: KooSearchClient,
		finished: FinishedBatch[],
		run: ReconciledRun<Own>,
	): Promise<FinishedBatch[]>;
	/** Whether to call `reconcile`. */
	reconciles?(options: RunOptions<Own>): boolean;
}

/** What `reconcile` gets. */
export interface ReconciledRun<Own extends OptionTable> {
	options: OptionValues<Own>;
	logger: Logger;
}

/** The options of a run: those of all operations on many IDs, and the operation's own. */
export type RunOptions<Own extends OptionTable> = BatchOptions & OptionValues<Own>;

/** What a run is made of. */
export interface BatchedRun<Answer extends object, Own extends OptionTable> {
	context: IExecuteFunctions;
	operation: BatchOperation<Answer, Own>;
	options: RunOptions<Own>;
}

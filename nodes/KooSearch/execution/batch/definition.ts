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
 * An operation on many IDs in one call: what differs from one to the next. Everything else is the same for all of
 * them.
 *
 * `Answer` is the API's body after its schema has been checked, `Own` the options that only this operation has.
 */
export interface BatchOperation<Answer extends object, Own extends OptionTable>
	extends Omit<OperationDefinition, 'doneKey'>,
		ResultLabels {
	/** The field that takes the IDs. */
	idsField: INodeProperties;
	readTarget(read: ReadField): Target;
	/** Looks up what a target stands for, such as a directory by its path. Changes nothing. @throws ApiFailure */
	resolve?(client: KooSearchClient, target: Target): Promise<Target>;
	/** Creates what the target still lacks, just before a call. @throws ApiFailure */
	prepare?(client: KooSearchClient, target: Target): Promise<void>;
	/** Says more of a refusal, where the target may be to blame. */
	explain?(client: KooSearchClient, target: Target, failure: ApiFailure): Promise<ApiFailure>;
	/** For operations whose targets are more than a knowledge base. */
	describeConflict?: DescribeConflict;
	/** A look before the calls: the IDs of a knowledge base that are not to be sent, with the status of each. */
	findUnsuitable?(
		client: KooSearchClient,
		knowledgeBaseId: string,
		ids: Set<string>,
	): Promise<Map<string, string>>;
	request(batch: Batch, options: OptionValues<Own>): ApiRequest;
	/** What the API may answer when so many IDs were sent. */
	answer(requested: number): Schema<Answer>;
	/**
	 * What the answer says of each ID.
	 *
	 * @param isRepeat whether the IDs were sent before, so that an earlier try may have done the work and a low count
	 * proves nothing
	 */
	interpret(answer: Answer, ids: string[], isRepeat: boolean): BatchResult;
	options?: Own;
	/** After all calls of a run that went through: finds out what their answers left open. */
	reconcile?(
		client: KooSearchClient,
		finished: FinishedBatch[],
		run: ReconciledRun<Own>,
	): Promise<FinishedBatch[]>;
	/** Whether to do that. */
	reconciles?(options: RunOptions<Own>): boolean;
}

/** What an operation has at hand to find that out. */
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

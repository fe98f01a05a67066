import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import type { BatchOptions } from '../../descriptions/batchOptions';
import { batchOptions } from '../../descriptions/batchOptions';
import type { NoOptions, OptionTable, OptionValues } from '../../parameters/options';
import { optionsField, readOptions } from '../../parameters/options';
import type { InvalidItem, ParsedItems } from '../../parameters/parseItems';
import { invalidItem, parseItems } from '../../parameters/parseItems';
import type { ReadField } from '../../parameters/readField';
import { readIds } from '../../parameters/values';
import { KooSearchClient } from '../../transport/client';
import { ApiFailure } from '../../transport/errors/failure';
import type { ApiRequest, Effect } from '../../transport/request';
import type { Schema } from '../../transport/response';
import { toCallSettings } from '../callSettings';
import { callError, cancelError, inputError } from '../errors';
import { toFailure } from '../failures';
import { addHints } from '../hints';
import type { Operation, OperationDefinition } from '../operation';
import type { DescribeConflict } from './planBatches';
import { planBatches, targetSharing } from './planBatches';
import { runBatches } from './runBatches';
import type { ResultLabels } from './summary';
import { progress, resultHints } from './summary';
import type { Results } from './toItems';
import { toItemsPerBatch, toItemsPerId, toItemsPlanned } from './toItems';
import type {
	Batch,
	BatchResult,
	FinishedBatch,
	ItemRequest,
	SucceededBatch,
	Target,
} from './types';

/**
 * An operation on many IDs in one call: what differs from one to the next. Everything else is the same for all of
 * them.
 *
 * `Answer` is the API's body after its schema has been checked, `Own` the options that only this operation has.
 */
export interface BatchOperation<Answer extends object, Own extends OptionTable>
	extends OperationDefinition,
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
	request(batch: Batch, options: OptionValues<Own>): ApiRequest;
	/** What the API may answer when so many IDs were sent. */
	answer(requested: number): Schema<Answer>;
	/**
	 * What the answer says of each ID.
	 *
	 * @param isCertain whether a low count can be believed: false when the IDs were sent before, so that an earlier try
	 * may have done the work, and when a listing is going to show what is left
	 */
	interpret(answer: Answer, ids: string[], isCertain: boolean): BatchResult;
	options?: Own;
	/** After all calls of a run that went through: finds out what their answers left open. */
	reconcile?(client: KooSearchClient, finished: FinishedBatch[]): Promise<FinishedBatch[]>;
	/** Whether to do that. */
	reconciles?(options: OptionValues<Own>): boolean;
}

/** Completes an operation on many IDs: its options, and the way from input items to output items. */
export function batchOperation<Answer extends object, Own extends OptionTable = NoOptions>(
	definition: BatchOperation<Answer, Own>,
): Operation {
	const { resource, option, fields, idsField } = definition;
	const table = { ...batchOptions, ...definition.options };
	return {
		resource,
		option,
		fields: [...fields, idsField, optionsField(table)],
		run: async (context) => {
			const options = readOptions(context, table) as RunOptions<Own>;
			return await new BatchedRun(context, definition, options).toOutput();
		},
	};
}

type RunOptions<Own extends OptionTable> = BatchOptions & OptionValues<Own>;

/** items → requests → batches → calls → outcomes → items */
class BatchedRun<Answer extends object, Own extends OptionTable> {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly operation: BatchOperation<Answer, Own>,
		private readonly options: RunOptions<Own>,
	) {}

	async toOutput(): Promise<INodeExecutionData[]> {
		const { context, options } = this;
		const parsed = this.parse();
		const client = await KooSearchClient.open(context, toCallSettings(context, options));
		const { batches, ...planned } = this.plan(await this.resolve(client, parsed));
		if (options.dryRun) {
			const toJson = (batch: Batch) => this.plannedJson(batch, client);
			return toItemsPlanned(planned.requests, planned.invalidItems, batches, toJson);
		}
		const results = { ...planned, finished: await this.sendAll(client, batches) };
		this.throwIfEnded(results);
		if (this.reconciles() && !results.finished.some(endedRun)) {
			results.finished = await this.operation.reconcile!(client, results.finished);
			this.throwIfEnded(results);
		}
		addHints(context, resultHints(results.finished, this.operation));
		return this.toItems(results);
	}

	private parse(): ParsedItems<ItemRequest> {
		const { context, operation } = this;
		const { name, displayName } = operation.idsField;
		const share = targetSharing();
		const parsed = parseItems(context, (read, itemIndex) => ({
			itemIndex,
			target: share(operation.readTarget(read)),
			ids: read(name, displayName, readIds),
		}));
		this.throwIfInvalid(parsed.invalidItems);
		return parsed;
	}

	/** Each target is looked up once; two that turn out to be the same become one. */
	private async resolve(
		client: KooSearchClient,
		parsed: ParsedItems<ItemRequest>,
	): Promise<ParsedItems<ItemRequest>> {
		const { context, operation } = this;
		if (!operation.resolve) return parsed;
		const share = targetSharing();
		const found = new Map<Target, Target | ApiFailure>();
		const requests: ItemRequest[] = [];
		const invalidItems = [...parsed.invalidItems];
		for (const request of parsed.requests) {
			const { itemIndex, target } = request;
			const known = found.get(target) ?? (await this.lookUp(client, target));
			found.set(target, known);
			if (!(known instanceof ApiFailure)) {
				requests.push({ ...request, target: share(known) });
				continue;
			}
			if (context.getExecutionCancelSignal()?.aborted) throw cancelError(context);
			if (!context.continueOnFail()) {
				throw callError(context, known, itemIndex, 'Nothing has changed.');
			}
			invalidItems.push(invalidItem(itemIndex, known.message));
		}
		return { requests, invalidItems };
	}

	private async lookUp(client: KooSearchClient, target: Target): Promise<Target | ApiFailure> {
		try {
			return await this.operation.resolve!(client, target);
		} catch (error) {
			return toFailure(this.context, client, error, 'none');
		}
	}

	/** @throws NodeOperationError for input that does not fit, unless the run continues without it */
	private throwIfInvalid(invalidItems: InvalidItem[]): void {
		const { context } = this;
		if (invalidItems.length > 0 && !context.continueOnFail()) {
			throw inputError(context, invalidItems);
		}
	}

	private plan({ requests, invalidItems }: ParsedItems<ItemRequest>) {
		const { operation, options } = this;
		const describeConflict = operation.describeConflict ?? noConflict;
		const plan = planBatches(requests, options.batchSize, describeConflict);
		invalidItems.push(...plan.conflicts);
		this.throwIfInvalid(invalidItems);
		return { batches: plan.batches, requests: plan.accepted, invalidItems };
	}

	private async sendAll(client: KooSearchClient, batches: Batch[]): Promise<FinishedBatch[]> {
		const { context, options } = this;
		return await runBatches(batches, async (batch) => await this.send(client, batch), {
			concurrency: options.concurrency,
			stopOnFailure: !context.continueOnFail(),
			signal: context.getExecutionCancelSignal(),
		});
	}

	private async send(client: KooSearchClient, batch: Batch) {
		const { context, operation, options } = this;
		let effect: Effect = 'once';
		try {
			await operation.prepare?.(client, batch.target);
			const request = operation.request(batch, options);
			effect = request.effect;
			const schema = operation.answer(batch.ids.length);
			const { value, isRepeat } = await client.call(request, schema, batch);
			const isCertain = !isRepeat && !batch.isRepeat && !this.reconciles();
			const result = operation.interpret(value, batch.ids, isCertain);
			return options.output === 'perBatch' ? { result, response: value } : { result };
		} catch (error) {
			const failure = toFailure(context, client, error, effect);
			throw (await operation.explain?.(client, batch.target, failure)) ?? failure;
		}
	}

	private reconciles(): boolean {
		const { operation, options } = this;
		if (options.output !== 'perId' || !operation.reconcile) return false;
		return operation.reconciles?.(options) ?? true;
	}

	/** A run ends early when it is canceled or, with On Error = Stop, by a failed call. The error says what was done. */
	private throwIfEnded({ requests, finished }: Results): void {
		const { context, operation } = this;
		if (context.getExecutionCancelSignal()?.aborted) {
			const { counts, done } = progress(finished, operation);
			throw cancelError(context, counts, done);
		}
		if (context.continueOnFail()) return;
		for (const { outcome, ids, target } of finished) {
			if (outcome.state !== 'failed') continue;
			// Every batch stands for at least one request.
			const { itemIndex } = requests.find(
				(request) => request.target === target && request.ids.includes(ids[0]),
			)!;
			const { counts, done } = progress(finished, operation);
			throw callError(context, outcome.failure, itemIndex, `${counts} ${done}`.trim());
		}
	}

	private toItems(results: Results): INodeExecutionData[] {
		if (this.options.output === 'perBatch') {
			return toItemsPerBatch(results, (batch) => this.batchJson(batch));
		}
		const { doneKey, statuses } = this.operation;
		return toItemsPerId(results, (id, target, result) => {
			const status = result.statuses.get(id)!;
			return { id, [doneKey]: statuses[status].done, status, ...target };
		});
	}

	private plannedJson(batch: Batch, client: KooSearchClient): IDataObject {
		const { method, path } = this.operation.request(batch, this.options);
		return {
			dryRun: true,
			operation: this.operation.option.value,
			count: batch.ids.length,
			...batch.target,
			ids: batch.ids,
			method,
			path: client.connection.rootPath + path,
		};
	}

	private batchJson({ target, ids, outcome }: SucceededBatch): IDataObject {
		const { confirmed } = outcome.result;
		const status = confirmed === ids.length ? 'complete' : confirmed > 0 ? 'partial' : 'none';
		const operation = this.operation.option.value;
		return { operation, ...target, ids, status, response: outcome.response };
	}
}

/** Whether every further call would be refused as well, so that there is no use in a listing. */
function endedRun({ outcome }: FinishedBatch): boolean {
	return outcome.state === 'failed' && outcome.failure.facts.scope === 'run';
}

/** Two targets with the same knowledge base are the same, unless the operation has more to a target. */
function noConflict(): never {
	throw new Error('Targets differ that cannot differ');
}

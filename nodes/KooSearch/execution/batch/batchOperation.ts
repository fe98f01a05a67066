import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	Logger,
} from 'n8n-workflow';

import type { BatchOptions } from '../../descriptions/batchOptions';
import { batchOptions } from '../../descriptions/batchOptions';
import { knowledgeBaseField } from '../../descriptions/fields';
import type { NoOptions, OptionTable, OptionValues } from '../../parameters/options';
import { optionsField, readOptions } from '../../parameters/options';
import type { InvalidItem, ParsedItems } from '../../parameters/parseItems';
import { invalidItem, parseItems } from '../../parameters/parseItems';
import type { ReadField } from '../../parameters/readField';
import { fieldReaders } from '../../parameters/readField';
import { pluralize, readIds } from '../../parameters/values';
import { KooSearchClient } from '../../transport/client';
import { ApiFailure } from '../../transport/errors/failure';
import type { ApiRequest, Effect } from '../../transport/request';
import type { Schema } from '../../transport/schema';
import { toCallSettings } from '../callSettings';
import { dryRunHints } from '../dryRun';
import type { Subject } from '../errorItems';
import { errorItems, errorStyle, invalid, rawValue } from '../errorItems';
import { callError, inputError, logCancellation, runError } from '../errors';
import { toFailure } from '../failures';
import { addHints, invalidHints } from '../hints';
import type { Operation, OperationDefinition } from '../operation';
import { shortList, were } from '../texts';
import type { DescribeConflict } from './planBatches';
import { planBatches, targetSharing } from './planBatches';
import { runBatches } from './runBatches';
import type { ResultLabels } from './summary';
import { countIds, failedId, notDoneId, progress, refusedIds, resultHints } from './summary';
import { fileStatuses, summaryOf } from './summaryItem';
import type { ErrorRules, Results } from './toItems';
import {
	sourceItems,
	toItemsPerBatch,
	toItemsPerId,
	toItemsPlanned,
	toSummaryItem,
} from './toItems';
import type {
	Batch,
	BatchResult,
	CallResult,
	FinishedBatch,
	ItemRequest,
	SucceededBatch,
	Target,
} from './types';
import { hasSucceeded } from './types';

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

/** Completes an operation on many IDs: its options, and the way from input items to output items. */
export function batchOperation<Answer extends object, Own extends OptionTable = NoOptions>(
	definition: BatchOperation<Answer, Own>,
): Operation {
	const { resource, option, fields, idsField, doneKey } = definition;
	const table = { ...batchOptions, ...definition.options };
	return {
		resource,
		option,
		fields: [...fields, idsField, optionsField(table)],
		doneKey,
		subjectsOf: (context, itemIndex) => subjectsOf(context, definition, itemIndex),
		run: async (context) => {
			const options = readOptions(context, table) as RunOptions<Own>;
			return await new BatchedRun(context, definition, options).toOutput();
		},
	};
}

type RunOptions<Own extends OptionTable> = BatchOptions & OptionValues<Own>;

/** What `readItem` needs of an operation. */
type ItemReader = Pick<BatchOperation<object, OptionTable>, 'idsField' | 'readTarget'>;

function readItem(
	{ idsField: { name, displayName }, readTarget }: ItemReader,
	read: ReadField,
	itemIndex: number,
): ItemRequest {
	return { itemIndex, target: readTarget(read), ids: read(name, displayName, readIds) };
}

/** The IDs of an item, or what it holds in their place. What is wrong with the item is reported elsewhere. */
function subjectsOf(context: IExecuteFunctions, reader: ItemReader, itemIndex: number): Subject[] {
	try {
		const { ids, target } = readItem(reader, fieldReaders(context)(itemIndex), itemIndex);
		return ids.map((id) => ({ id, knowledgeBaseId: target.knowledgeBaseId }));
	} catch {
		return [invalidSubject(context, reader, itemIndex)];
	}
}

function invalidSubject(
	context: IExecuteFunctions,
	{ idsField }: ItemReader,
	itemIndex: number,
): Subject {
	return {
		id: rawValue(context, idsField.name, itemIndex),
		knowledgeBaseId: rawValue(context, knowledgeBaseField.name, itemIndex),
	};
}

/** items → requests → batches → calls → outcomes → items */
class BatchedRun<Answer extends object, Own extends OptionTable> {
	private readonly started = performance.now();

	private calls = 0;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly operation: BatchOperation<Answer, Own>,
		private readonly options: RunOptions<Own>,
	) {}

	private get signal(): AbortSignal | undefined {
		return this.context.getExecutionCancelSignal();
	}

	async toOutput(): Promise<INodeExecutionData[]> {
		const { context, options } = this;
		const parsed = await this.parse();
		const client = await KooSearchClient.open(context, toCallSettings(context, options));
		const { invalidItems, ...plan } = await this.plan(await this.resolve(client, parsed));
		this.checkNumber(plan.batches);
		const { batches, unsent } = await this.setAside(client, plan);
		const { requests } = plan;
		if (options.dryRun) {
			await this.addDryRunHints(client, batches, unsent);
			const toJson = (batch: Batch) => this.plannedJson(batch, client);
			addHints(context, invalidHints(invalidItems));
			return await toItemsPlanned(requests, invalidItems, batches, toJson, this.errorRules());
		}
		const results: Results = { requests, invalidItems, finished: unsent };
		results.finished = [...unsent, ...(await this.sendAll(client, batches))];
		await this.throwIfFailed(results);
		results.finished = await this.reconcile(client, results.finished);
		this.throwIfNotDone(results.finished);
		return await (this.isCanceled() ? this.canceledItems(results) : this.finishedItems(results));
	}

	private async parse(): Promise<ParsedItems<ItemRequest>> {
		const { context, operation } = this;
		const share = targetSharing();
		const parsed = await parseItems(context, (read, itemIndex) => {
			const request = readItem(operation, read, itemIndex);
			return { ...request, target: share(request.target) };
		});
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
				requests.push({ ...request, target: known === target ? target : share(known) });
				continue;
			}
			if (this.isCanceled()) return { requests: [], invalidItems: [] };
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

	private async plan({ requests, invalidItems }: ParsedItems<ItemRequest>) {
		const { operation, options } = this;
		const describeConflict = operation.describeConflict ?? noConflict;
		const plan = await planBatches(requests, options.batchSize, describeConflict);
		invalidItems.push(...plan.conflicts);
		this.throwIfInvalid(invalidItems);
		return { batches: plan.batches, requests: plan.accepted, invalidItems };
	}

	/** @throws NodeOperationError for more IDs than the run may send */
	private checkNumber(batches: Batch[]): void {
		const { maxIds } = this.options;
		const named = batches.reduce((total, { ids }) => total + ids.length, 0);
		if (maxIds === 0 || named <= maxIds) return;
		throw runError(
			this.context,
			`The input names ${pluralize(named, this.operation.noun)}, more than the ${maxIds} that 'Stop Above (IDs)' allows. Nothing was sent. Check the input, or raise that option.`,
		);
	}

	/** The calls to make, without the IDs of which a look says that they can't be carried out. */
	private async setAside(
		client: KooSearchClient,
		{ requests, batches }: { requests: ItemRequest[]; batches: Batch[] },
	): Promise<{ batches: Batch[]; unsent: FinishedBatch[] }> {
		const { operation, options } = this;
		const unsent: FinishedBatch[] = [];
		const statusesIn = new Map<string, Map<string, string>>();
		for (const target of operation.findUnsuitable ? new Set(batches.map(targetOf)) : []) {
			const wanted = new Set(
				batches.filter((batch) => batch.target === target).flatMap(({ ids }) => ids),
			);
			const { knowledgeBaseId } = target;
			const statuses = await operation.findUnsuitable!(client, knowledgeBaseId, wanted);
			if (statuses.size === 0) continue;
			statusesIn.set(knowledgeBaseId, statuses);
			const result = { statuses, confirmed: 0, unexpectedIds: [] };
			const outcome = { state: 'succeeded' as const, result, isRepeat: false };
			unsent.push({ target, ids: [...statuses.keys()], outcome, isUnsent: true });
		}
		if (unsent.length === 0) return { batches, unsent };
		const suitable = requests.map((request) => {
			const statuses = statusesIn.get(request.target.knowledgeBaseId);
			return { ...request, ids: request.ids.filter((id) => !statuses?.has(id)) };
		});
		const plan = await planBatches(suitable, options.batchSize, noConflict);
		return { batches: plan.batches, unsent };
	}

	private async addDryRunHints(
		client: KooSearchClient,
		batches: Batch[],
		unsent: FinishedBatch[],
	): Promise<void> {
		const { noun } = this.operation;
		const ids = batches.reduce((total, batch) => total + batch.ids.length, 0);
		const calls = `${pluralize(batches.length, CALL)} with ${pluralize(ids, noun)}`;
		const used = new Set([...batches, ...unsent].map(({ target }) => target.knowledgeBaseId));
		addHints(this.context, await dryRunHints(client, used, calls));
		addHints(this.context, resultHints(unsent, this.operation));
	}

	private async sendAll(client: KooSearchClient, batches: Batch[]): Promise<FinishedBatch[]> {
		const { context, options, signal } = this;
		return await runBatches(batches, async (batch) => await this.send(client, batch), {
			concurrency: options.concurrency,
			stopOnFailure: !context.continueOnFail(),
			signal,
		});
	}

	private async send(client: KooSearchClient, batch: Batch): Promise<CallResult> {
		const { context, operation, options } = this;
		let effect: Effect = 'once';
		this.calls++;
		try {
			await operation.prepare?.(client, batch.target);
			const request = operation.request(batch, options);
			effect = request.effect;
			const schema = operation.answer(batch.ids.length);
			const { value, isRepeat: wasRepeated } = await client.call(request, schema, batch);
			const isRepeat = wasRepeated || batch.isRepeat === true;
			const result = operation.interpret(value, batch.ids, isRepeat);
			return { result, isRepeat, ...(options.output === 'perBatch' ? { response: value } : {}) };
		} catch (error) {
			const failure = toFailure(context, client, error, effect);
			throw (await operation.explain?.(client, batch.target, failure)) ?? failure;
		}
	}

	/** Only after calls that went through: every further one would be refused as well. */
	private async reconcile(
		client: KooSearchClient,
		finished: FinishedBatch[],
	): Promise<FinishedBatch[]> {
		const { context, operation, options, signal } = this;
		const isWanted = operation.reconciles?.(options) ?? true;
		if (!operation.reconcile || !isWanted || signal?.aborted || finished.some(endedRun)) {
			return finished;
		}
		try {
			return await operation.reconcile(client, finished, { options, logger: context.logger });
		} catch (error) {
			const failure = toFailure(context, client, error, 'none');
			const { counts, done } = progress(finished, operation);
			if (!context.continueOnFail()) {
				throw callError(context, failure, undefined, `${counts} ${done}`.trim());
			}
			addHints(context, [failure.message]);
			return finished;
		}
	}

	/** With On Error = Stop a failed call ends the run. The error says what was done. */
	private async throwIfFailed({ requests, finished }: Results): Promise<void> {
		const { context, operation } = this;
		if (context.continueOnFail() || this.isCanceled()) return;
		for (const batch of finished) {
			if (batch.outcome.state !== 'failed') continue;
			const { failure } = batch.outcome;
			const items = (await sourceItems(requests, [batch])).get(batch)!;
			const isToBlame = failure.facts.scope === 'ids' && items.length === 1;
			const { counts, done } = progress(finished, operation);
			const description = [counts, refusedIds(batch), done].filter(Boolean).join(' ');
			throw callError(context, failure, isToBlame ? items[0] : undefined, description);
		}
	}

	private throwIfNotDone(finished: FinishedBatch[]): void {
		const { context, operation, options } = this;
		if (!options.notDoneAsError || context.continueOnFail() || this.isCanceled()) return;
		const { doneKey, noun } = operation;
		const succeeded = finished.filter(hasSucceeded);
		const notDone = succeeded.flatMap((batch) =>
			batch.ids.filter((id) => notDoneId(id, batch, operation)),
		);
		if (notDone.length === 0) return;
		const count = `${notDone.length} of ${pluralize(countIds(finished), noun)}`;
		const reasons = resultHints(finished, operation).join(' ');
		const { counts, done } = progress(finished, operation);
		throw runError(
			context,
			`${count} ${were(notDone.length)} not confirmed as ${doneKey}: ${shortList(notDone)}. ${reasons}`,
			`${counts} ${done}`.trim(),
		);
	}

	private isCanceled(): boolean {
		return this.signal?.aborted === true;
	}

	/** What was done, and nothing else. */
	private async canceledItems(results: Results): Promise<INodeExecutionData[]> {
		const { operation, context } = this;
		logCancellation(context, progress(results.finished, operation).counts);
		addHints(context, resultHints(results.finished.filter(hasSucceeded), operation));
		const rules: ErrorRules = {
			...this.errorRules(),
			failedId: (id, batch) => failedId(id, batch),
			toItems: () => [],
		};
		return await this.toItems(results, rules);
	}

	private async finishedItems(results: Results): Promise<INodeExecutionData[]> {
		addHints(this.context, resultHints(results.finished, this.operation));
		addHints(this.context, invalidHints(results.invalidItems));
		return await this.toItems(results, this.errorRules());
	}

	private async toItems(results: Results, rules: ErrorRules): Promise<INodeExecutionData[]> {
		const { context, operation, options } = this;
		if (options.output === 'perBatch') {
			return await toItemsPerBatch(results, (batch) => this.batchJson(batch), rules);
		}
		if (options.output === 'summary') {
			const duration = performance.now() - this.started;
			const facts = { operation: operation.option.value, calls: this.calls, duration };
			const summary = summaryOf(results.finished, operation, facts);
			return await toSummaryItem(results, summary, context.getInputData().length, rules);
		}
		const { doneKey, statuses } = operation;
		const toJson = (id: string, target: Target, result: BatchResult) => {
			const status = result.statuses.get(id)!;
			const parsing = result.parsing?.get(id);
			return { id, [doneKey]: statuses[status].done, status, ...target, ...parsing };
		};
		return await toItemsPerId(results, toJson, rules);
	}

	private errorRules(): ErrorRules {
		const { context, operation, options } = this;
		const style = errorStyle(context, operation.doneKey);
		return {
			byItem: style.byItem,
			failedId: (id, batch) => {
				if (!hasSucceeded(batch)) return failedId(id, batch);
				return options.notDoneAsError ? notDoneId(id, batch, operation) : undefined;
			},
			invalidItem: (item) => invalid(invalidSubject(context, operation, item.itemIndex), item),
			toItems: (itemIndex, failed) => errorItems(itemIndex, failed, style),
		};
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

	private batchJson(batch: SucceededBatch): IDataObject {
		const { target, ids, outcome } = batch;
		const status = this.batchStatus(ids, outcome);
		const operation = this.operation.option.value;
		const { response } = outcome;
		return { operation, ...target, ids, status, response, ...fileStatuses([batch]) };
	}

	private batchStatus(ids: string[], { result, isRepeat }: SucceededBatch['outcome']): string {
		if (result.confirmed === ids.length) return 'complete';
		if (isRepeat) return 'unconfirmed';
		if (result.confirmed > 0) return 'partial';
		const { statuses } = this.operation;
		const isKnown = ids.every((id) => statuses[result.statuses.get(id)!].done === false);
		return isKnown ? 'none' : 'unconfirmed';
	}
}

const CALL = { one: 'call', many: 'calls' };

function targetOf({ target }: Batch): Target {
	return target;
}

/** Whether every further call would be refused as well, so that there is no use in a listing. */
function endedRun({ outcome }: FinishedBatch): boolean {
	return outcome.state === 'failed' && outcome.failure.facts.scope === 'run';
}

/** Two targets with the same knowledge base are the same, unless the operation has more to a target. */
function noConflict(): never {
	throw new Error('Targets differ that cannot differ');
}

import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import type { ZodType, ZodTypeDef } from 'zod';

import { planBatches } from '../batching/planBatches';
import { readEntries } from '../batching/readEntries';
import type { ReadField } from '../batching/readField';
import { readIds } from '../batching/readIds';
import { runBatches } from '../batching/runBatches';
import { hints } from '../batching/tell';
import type { Wording } from '../batching/tell';
import type { Results } from '../batching/toItems';
import { toItemsPerBatch, toItemsPerId, toItemsPlanned } from '../batching/toItems';
import type { AnsweredBatch, Batch, FinishedBatch, Settled, Target } from '../batching/types';
import type { ApiRequest } from '../transport/client';
import { KooSearchClient } from '../transport/client';
import { addHints } from './hints';
import { inputError, runError } from './nodeErrors';
import type { Operation } from './operation';
import type { Settings } from './options';
import { batchOptions, readSettings } from './options';

/**
 * An operation on IDs: what differs from one to the next. Everything else is the same for all of them.
 *
 * `Answer` is the API's body after its schema has been checked.
 */
export interface IdOperation<Answer extends object> extends Omit<Operation, 'run'>, Wording {
	/** The field that takes the IDs. */
	idsField: INodeProperties;
	readTarget(read: ReadField): Target;
	/** @param settings the options of the run, those of this operation included */
	request(batch: Batch, settings: Settings): ApiRequest;
	/** What the API may answer when so many IDs were sent. */
	answer(requested: number): ZodType<Answer, ZodTypeDef, unknown>;
	/**
	 * What the answer says of each ID.
	 *
	 * @param certain whether a low count can be believed: false when the IDs were sent before, so that an earlier try
	 * may have done the work, and when a listing is going to tell
	 */
	settle(answer: Answer, ids: string[], certain: boolean): Settled;
	/** Options of this operation only. */
	options?: INodeProperties[];
	/** After all calls of a run that went through: settles what their answers left open. */
	settleRest?(client: KooSearchClient, finished: FinishedBatch[]): Promise<FinishedBatch[]>;
}

/** Completes an operation on IDs: its options, and the way from input items to output items. */
export function idOperation<Answer extends object>(definition: IdOperation<Answer>): Operation {
	const options: INodeProperties = {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: optionsOf(definition),
	};
	return {
		resource: definition.resource,
		option: definition.option,
		fields: [...definition.fields, definition.idsField, options],
		run: async (context) => await runOverItems(context, definition),
	};
}

function optionsOf({ options = [] }: { options?: INodeProperties[] }): INodeProperties[] {
	return [...batchOptions, ...options].sort((a, b) => a.displayName.localeCompare(b.displayName));
}

/** items → entries → batches → requests → answers → outcomes → items */
async function runOverItems<Answer extends object>(
	context: IExecuteFunctions,
	operation: IdOperation<Answer>,
): Promise<INodeExecutionData[]> {
	const stopOnFailure = !context.continueOnFail();
	const settings = readSettings(context, optionsOf(operation));
	const { name, displayName } = operation.idsField;
	const shared = sharedTargets();
	const { entries, rejections } = readEntries(context, (read, itemIndex) => ({
		itemIndex,
		target: shared(operation.readTarget(read)),
		ids: read(name, displayName, readIds),
	}));
	const plan = planBatches(entries, settings.batchSize);
	rejections.push(...plan.contradictions);
	if (rejections.length > 0 && stopOnFailure) throw inputError(context, rejections);

	const client = await KooSearchClient.open(context, settings);
	if (settings.dryRun) {
		const toJson = (batch: Batch) => plannedJson(operation, client, batch, settings);
		return toItemsPlanned(plan.accepted, rejections, plan.batches, toJson);
	}

	const settles = settings.output === 'perId' && settings.settlePartial;
	const settleRest = settles ? operation.settleRest : undefined;
	const send = async (batch: Batch) => {
		const schema = operation.answer(batch.ids.length);
		const request = operation.request(batch, settings);
		const { value, repeated } = await client.call(request, schema, batch);
		const certain = !repeated && !batch.resent && !settleRest;
		const settled = operation.settle(value, batch.ids, certain);
		return settings.output === 'perBatch' ? { settled, response: value } : { settled };
	};
	const signal = context.getExecutionCancelSignal();
	const { concurrency } = settings;
	const finished = await runBatches(plan.batches, send, { concurrency, stopOnFailure, signal });
	const results = { entries: plan.accepted, rejections, finished };
	throwIfEnded(context, results, operation);
	if (settleRest && !finished.some(endedRun)) {
		results.finished = await settleRest(client, finished);
		throwIfEnded(context, results, operation);
	}
	addHints(context, hints(results.finished, operation));
	return toOutput(operation, results, settings);
}

/** Whether every further call would be refused as well, so that there is no use in a listing. */
function endedRun({ outcome }: FinishedBatch): boolean {
	return outcome.state === 'failed' && outcome.failure.scope === 'run';
}

/** One object for all items with the same target: of many items there are few targets. */
function sharedTargets(): (target: Target) => Target {
	const known = new Map<string, Target>();
	return (target) => {
		const key = JSON.stringify(target);
		const first = known.get(key) ?? target;
		known.set(key, first);
		return first;
	};
}

function throwIfEnded(context: IExecuteFunctions, results: Results, wording: Wording): void {
	const ended = runError(context, results, wording);
	if (ended) throw ended;
}

function toOutput<Answer extends object>(
	operation: IdOperation<Answer>,
	results: Results,
	settings: Settings,
): INodeExecutionData[] {
	if (settings.output === 'perBatch') {
		return toItemsPerBatch(results, (batch) => batchJson(operation, batch));
	}
	return toItemsPerId(results, (id, target, settled) => {
		const status = settled.statusOf(id);
		const { done } = operation.statuses[status];
		return { id, [operation.doneKey]: done, status, ...target, ...settled.details?.() };
	});
}

function plannedJson<Answer extends object>(
	operation: IdOperation<Answer>,
	client: KooSearchClient,
	batch: Batch,
	settings: Settings,
): IDataObject {
	const { method, path } = operation.request(batch, settings);
	return {
		dryRun: true,
		operation: operation.option.value,
		method,
		path: client.connection.rootPath + path,
		...batch.target,
		ids: batch.ids,
		count: batch.ids.length,
	};
}

function batchJson<Answer extends object>(
	operation: IdOperation<Answer>,
	{ target, ids, outcome }: AnsweredBatch,
): IDataObject {
	const { confirmed } = outcome.settled;
	const status = confirmed === ids.length ? 'complete' : confirmed > 0 ? 'partial' : 'none';
	return { operation: operation.option.value, ...target, ids, status, response: outcome.response };
}

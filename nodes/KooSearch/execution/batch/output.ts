import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { OptionTable } from '../../parameters/options';
import { pluralize } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import { dryRunHints } from '../dryRun';
import { errorItems, errorStyle, invalid } from '../errorItems';
import { logCancellation } from '../errors';
import { addHints, invalidHints } from '../hints';
import type { BatchedRun } from './definition';
import { invalidSubject } from './readItem';
import type { RunPlan } from './readRequests';
import type { Suitable } from './setAside';
import type { ResultLabels } from './summary';
import { failedId, notDoneId, progress, resultHints } from './summary';
import { fileStatuses, summaryOf } from './summaryItem';
import type { ErrorRules, Results } from './toItems';
import { toItemsPerBatch, toItemsPerId, toItemsPlanned, toSummaryItem } from './toItems';
import type { Batch, BatchResult, SucceededBatch, Target } from './types';
import { hasSucceeded } from './types';

/** Facts about a run, other than its results. */
export interface RunFacts {
	calls: number;
	/** A value of `performance.now()`. */
	started: number;
}

const CALL = { one: 'call', many: 'calls' };

/** One item for each call that would be made, and a hint that it was a dry run. */
export async function plannedItems<Answer extends object, Own extends OptionTable>(
	run: BatchedRun<Answer, Own>,
	client: KooSearchClient,
	{ requests, invalidItems }: RunPlan,
	{ batches, unsent }: Suitable,
): Promise<INodeExecutionData[]> {
	const { context, operation } = run;
	const ids = batches.reduce((total, batch) => total + batch.ids.length, 0);
	const calls = `${pluralize(batches.length, CALL)} with ${pluralize(ids, operation.noun)}`;
	const used = new Set([...batches, ...unsent].map(({ target }) => target.knowledgeBaseId));
	addHints(context, await dryRunHints(client, used, calls));
	addHints(context, resultHints(unsent, operation));
	addHints(context, invalidHints(invalidItems));
	const toJson = (batch: Batch) => plannedJson(run, batch, client);
	return await toItemsPlanned(requests, invalidItems, batches, toJson, errorRules(run));
}

/** The items of what was done; no error items. */
export async function canceledItems<Answer extends object, Own extends OptionTable>(
	run: BatchedRun<Answer, Own>,
	results: Results,
	facts: RunFacts,
): Promise<INodeExecutionData[]> {
	const { context, operation } = run;
	logCancellation(context, progress(results.finished, operation).counts);
	addHints(context, resultHints(results.finished.filter(hasSucceeded), operation));
	const rules: ErrorRules = { ...errorRules(run), failedId, toItems: () => [] };
	return await toItems(run, results, facts, rules);
}

export async function finishedItems<Answer extends object, Own extends OptionTable>(
	run: BatchedRun<Answer, Own>,
	results: Results,
	facts: RunFacts,
): Promise<INodeExecutionData[]> {
	addHints(run.context, resultHints(results.finished, run.operation));
	addHints(run.context, invalidHints(results.invalidItems));
	return await toItems(run, results, facts, errorRules(run));
}

async function toItems<Answer extends object, Own extends OptionTable>(
	{ context, operation, options }: BatchedRun<Answer, Own>,
	results: Results,
	{ calls, started }: RunFacts,
	rules: ErrorRules,
): Promise<INodeExecutionData[]> {
	const { doneKey, statuses, option } = operation;
	if (options.output === 'perBatch') {
		const toJson = (batch: SucceededBatch) => batchJson(option.value, statuses, batch);
		return await toItemsPerBatch(results, toJson, rules);
	}
	if (options.output === 'summary') {
		const duration = performance.now() - started;
		const facts = { operation: option.value, calls, duration };
		const summary = summaryOf(results.finished, operation, facts);
		return await toSummaryItem(results, summary, context.getInputData().length, rules);
	}
	const toJson = (id: string, target: Target, result: BatchResult) => {
		const status = result.statuses.get(id)!;
		const parsing = result.parsing?.get(id);
		return { id, [doneKey]: statuses[status].done, status, ...target, ...parsing };
	};
	return await toItemsPerId(results, toJson, rules);
}

function errorRules<Answer extends object, Own extends OptionTable>({
	context,
	operation,
	options,
}: BatchedRun<Answer, Own>): ErrorRules {
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

function plannedJson<Answer extends object, Own extends OptionTable>(
	{ operation, options }: BatchedRun<Answer, Own>,
	batch: Batch,
	{ connection }: KooSearchClient,
): IDataObject {
	const { method, path } = operation.request(batch, options);
	return {
		dryRun: true,
		operation: operation.option.value,
		count: batch.ids.length,
		...batch.target,
		ids: batch.ids,
		method,
		path: connection.rootPath + path,
	};
}

function batchJson(
	operation: string,
	statuses: ResultLabels['statuses'],
	batch: SucceededBatch,
): IDataObject {
	const { target, ids, outcome } = batch;
	const status = batchStatus(ids, outcome, statuses);
	const { response } = outcome;
	return { operation, ...target, ids, status, response, ...fileStatuses([batch]) };
}

function batchStatus(
	ids: string[],
	{ result, isRepeat }: SucceededBatch['outcome'],
	statuses: ResultLabels['statuses'],
): string {
	if (result.confirmed === ids.length) return 'complete';
	if (isRepeat) return 'unconfirmed';
	if (result.confirmed > 0) return 'partial';
	const isKnown = ids.every((id) => statuses[result.statuses.get(id)!].done === false);
	return isKnown ? 'none' : 'unconfirmed';
}

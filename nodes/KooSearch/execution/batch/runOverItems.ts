import type { INodeExecutionData } from 'n8n-workflow';

import type { OptionTable } from '../../parameters/options';
import { KooSearchClient } from '../../transport/client';
import type { Effect } from '../../transport/request';
import { toCallSettings } from '../callSettings';
import { callError } from '../errors';
import { toFailure } from '../failures';
import { addHints } from '../hints';
import type { BatchedRun } from './definition';
import type { RunFacts } from './output';
import { canceledItems, finishedItems, plannedItems } from './output';
import { planRun, readRequests, resolveTargets } from './readRequests';
import { runBatches } from './runBatches';
import { setAside } from './setAside';
import { progress } from './summary';
import { throwIfFailed, throwIfNotDone } from './throwIfFailed';
import type { Results } from './toItems';
import type { Batch, CallResult, FinishedBatch } from './types';

/** items → requests → batches → calls → outcomes → items */
export async function runOverItems<Answer extends object, Own extends OptionTable>(
	run: BatchedRun<Answer, Own>,
): Promise<INodeExecutionData[]> {
	const started = performance.now();
	const { context, options } = run;
	const read = await readRequests(run);
	const client = await KooSearchClient.open(context, toCallSettings(context, options));
	const plan = await planRun(run, await resolveTargets(run, client, read));
	const suitable = await setAside(run, client, plan);
	if (options.dryRun) return await plannedItems(run, client, plan, suitable);
	const { requests, invalidItems } = plan;
	const facts: RunFacts = { calls: 0, started };
	const sent = await runBatches(
		suitable.batches,
		async (batch) => {
			facts.calls++;
			return await send(run, client, batch);
		},
		{
			concurrency: options.concurrency,
			stopOnFailure: !context.continueOnFail(),
			signal: client.signal,
		},
	);
	const results: Results = { requests, invalidItems, finished: [...suitable.unsent, ...sent] };
	const isCanceled = () => client.signal?.aborted === true;
	if (!isCanceled()) await throwIfFailed(run, results);
	results.finished = await reconcile(run, client, results.finished);
	if (isCanceled()) return await canceledItems(run, results, facts);
	throwIfNotDone(run, results.finished);
	return await finishedItems(run, results, facts);
}

async function send<Answer extends object, Own extends OptionTable>(
	{ context, operation, options }: BatchedRun<Answer, Own>,
	client: KooSearchClient,
	batch: Batch,
): Promise<CallResult> {
	let effect: Effect = 'once';
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

/** Not after a failure that ended the run, since every further call would be refused as well. */
async function reconcile<Answer extends object, Own extends OptionTable>(
	{ context, operation, options }: BatchedRun<Answer, Own>,
	client: KooSearchClient,
	finished: FinishedBatch[],
): Promise<FinishedBatch[]> {
	const isWanted = operation.reconciles?.(options) ?? true;
	if (!operation.reconcile || !isWanted || client.signal?.aborted || finished.some(endedRun)) {
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

/** Whether every further call would be refused as well, so that a listing is pointless. */
function endedRun({ outcome }: FinishedBatch): boolean {
	return outcome.state === 'failed' && outcome.failure.facts.scope === 'run';
}

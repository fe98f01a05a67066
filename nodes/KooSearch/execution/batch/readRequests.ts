import type { OptionTable } from '../../parameters/options';
import type { InvalidItem, ParsedItems } from '../../parameters/parseItems';
import { invalidItem, parseItems } from '../../parameters/parseItems';
import { pluralize } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import { ApiFailure } from '../../transport/errors/failure';
import { callError, runError, throwIfInvalid } from '../errors';
import { toFailure } from '../failures';
import { getOrCreate } from '../maps';
import type { BatchedRun } from './definition';
import { noConflict, planBatches, targetSharing } from './planBatches';
import { readItem } from './readItem';
import type { Batch, ItemRequest, Target } from './types';

/** The calls of a run, and whose IDs they carry. */
export interface RunPlan {
	batches: Batch[];
	requests: ItemRequest[];
	invalidItems: InvalidItem[];
}

/**
 * @throws NodeOperationError for invalid input, unless the run continues without it, and for more IDs than the run
 * may send
 */
export async function readRequests<Answer extends object, Own extends OptionTable>(
	run: BatchedRun<Answer, Own>,
): Promise<ParsedItems<ItemRequest>> {
	const share = targetSharing();
	const parsed = await parseItems(run.context, (read, itemIndex) => {
		const request = readItem(run.operation, read, itemIndex);
		request.target = share(request.target);
		return request;
	});
	throwIfInvalid(run.context, parsed.invalidItems);
	checkNumber(run, parsed.requests);
	return parsed;
}

/**
 * Each target is looked up once; two that turn out to be the same become one.
 *
 * @throws NodeApiError for a target that can't be looked up, unless the run continues without it
 */
export async function resolveTargets<Answer extends object, Own extends OptionTable>(
	run: BatchedRun<Answer, Own>,
	client: KooSearchClient,
	parsed: ParsedItems<ItemRequest>,
): Promise<ParsedItems<ItemRequest>> {
	const { context, operation } = run;
	if (!operation.resolve) return parsed;
	const share = targetSharing();
	const found = new Map<Target, Target | ApiFailure>();
	const requests: ItemRequest[] = [];
	const invalidItems = [...parsed.invalidItems];
	for (const request of parsed.requests) {
		const { itemIndex, target } = request;
		const known = found.get(target) ?? (await lookUp(run, client, target));
		found.set(target, known);
		if (!(known instanceof ApiFailure)) {
			requests.push({ ...request, target: known === target ? target : share(known) });
			continue;
		}
		if (client.signal?.aborted) return { requests: [], invalidItems: [] };
		if (!context.continueOnFail())
			throw callError(context, known, itemIndex, 'Nothing has changed.');
		invalidItems.push(invalidItem(itemIndex, known.message));
	}
	return { requests, invalidItems };
}

async function lookUp<Answer extends object, Own extends OptionTable>(
	{ context, operation }: BatchedRun<Answer, Own>,
	client: KooSearchClient,
	target: Target,
): Promise<Target | ApiFailure> {
	try {
		return await operation.resolve!(client, target);
	} catch (error) {
		return toFailure(context, client, error, 'none');
	}
}

/** @throws NodeOperationError for an ID that items send to different targets, unless the run continues without them */
export async function planRun<Answer extends object, Own extends OptionTable>(
	run: BatchedRun<Answer, Own>,
	{ requests, invalidItems }: ParsedItems<ItemRequest>,
): Promise<RunPlan> {
	const { operation, options } = run;
	const describeConflict = operation.describeConflict ?? noConflict;
	const { batches, accepted, conflicts } = await planBatches(
		requests,
		options.batchSize,
		describeConflict,
	);
	const invalid = [...invalidItems, ...conflicts];
	throwIfInvalid(run.context, invalid);
	return { batches, requests: accepted, invalidItems: invalid };
}

function checkNumber<Answer extends object, Own extends OptionTable>(
	{ context, operation, options: { maxIds } }: BatchedRun<Answer, Own>,
	requests: ItemRequest[],
): void {
	if (maxIds === 0) return;
	const named = new Map<string, Set<string>>();
	for (const { target, ids } of requests) {
		const known = getOrCreate(named, target.knowledgeBaseId, () => new Set<string>());
		for (const id of ids) known.add(id);
	}
	const count = [...named.values()].reduce((total, { size }) => total + size, 0);
	if (count <= maxIds) return;
	throw runError(
		context,
		`The input names ${pluralize(count, operation.noun)}, more than the ${maxIds} that 'Stop Above (IDs)' allows. Nothing was sent. Check the input, or raise that option.`,
	);
}

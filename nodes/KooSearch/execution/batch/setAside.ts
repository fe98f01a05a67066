import type { OptionTable } from '../../parameters/options';
import type { KooSearchClient } from '../../transport/client';
import { getOrCreate } from '../maps';
import type { BatchedRun } from './definition';
import { noConflict, planBatches } from './planBatches';
import type { RunPlan } from './readRequests';
import type { Batch, FinishedBatch } from './types';

/** The calls to make, and the IDs that a check before them ruled out. */
export interface Suitable {
	batches: Batch[];
	unsent: FinishedBatch[];
}

/** @throws ApiFailure if the check fails */
export async function setAside<Answer extends object, Own extends OptionTable>(
	{ operation: { findUnsuitable }, options }: BatchedRun<Answer, Own>,
	client: KooSearchClient,
	{ requests, batches }: RunPlan,
): Promise<Suitable> {
	const unsent: FinishedBatch[] = [];
	if (!findUnsuitable) return { batches, unsent };
	const statusesIn = new Map<string, Map<string, string>>();
	for (const [target, ids] of idsByTarget(batches)) {
		const { knowledgeBaseId } = target;
		const statuses = await findUnsuitable(client, knowledgeBaseId, ids);
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

function idsByTarget(batches: Batch[]): Map<Batch['target'], Set<string>> {
	const wanted = new Map<Batch['target'], Set<string>>();
	for (const { target, ids } of batches) {
		const known = getOrCreate(wanted, target, () => new Set<string>());
		for (const id of ids) known.add(id);
	}
	return wanted;
}

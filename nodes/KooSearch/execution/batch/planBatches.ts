import type { InvalidItem } from '../../parameters/parseItems';
import { invalidItem } from '../../parameters/parseItems';
import { eachInSlices } from '../../transport/wait';
import { getOrCreate } from '../maps';
import type { Batch, ItemRequest, Target } from './types';

export interface Plan {
	/** In the order of their first ID. */
	batches: Batch[];
	/** The requests to carry out; each of their IDs is in exactly one batch of its target. */
	accepted: ItemRequest[];
	conflicts: InvalidItem[];
}

/** Says that two items send the same ID to different targets. */
export type DescribeConflict = (id: string, first: ItemRequest, second: ItemRequest) => string;

/**
 * Groups requests into as few batches as their targets and `batchSize` allow.
 *
 * An ID is unique within its knowledge base: if it is named again for the same target, it is not sent again; if it
 * is named for another target, the later request is refused as a whole.
 */
export async function planBatches(
	requests: ItemRequest[],
	batchSize: number,
	describeConflict: DescribeConflict,
): Promise<Plan> {
	const plan: Plan = { batches: [], accepted: [], conflicts: [] };
	const firstRequests = new Map<string, Map<string, ItemRequest>>();
	const openBatches = new Map<Target, Batch>();
	await eachInSlices(requests, (request) => {
		const { target, ids, itemIndex } = request;
		const known = getOrCreate(firstRequests, target.knowledgeBaseId, () => new Map());
		const conflict = ids.find((id) => (known.get(id)?.target ?? target) !== target);
		if (conflict !== undefined) {
			const message = describeConflict(conflict, known.get(conflict)!, request);
			plan.conflicts.push(invalidItem(itemIndex, message));
			return;
		}
		plan.accepted.push(request);
		for (const id of ids) {
			if (known.has(id)) continue;
			known.set(id, request);
			let batch = openBatches.get(target);
			if (!batch || batch.ids.length >= batchSize) {
				batch = { target, ids: [] };
				openBatches.set(target, batch);
				plan.batches.push(batch);
			}
			batch.ids.push(id);
		}
	});
	return plan;
}

/** One object for all items with the same target: targets are few, and compared often. */
export function targetSharing(): (target: Target) => Target {
	const known = new Map<string, Target>();
	return (target) => getOrCreate(known, JSON.stringify(target), () => target);
}

/** For operations whose target is only a knowledge base: two targets with the same one never differ. */
export function noConflict(): never {
	throw new Error('Targets differ that cannot differ');
}

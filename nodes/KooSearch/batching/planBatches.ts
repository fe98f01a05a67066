import type { Batch, Entry, Rejection, Target } from './types';

export interface Plan {
	/** In the order of their first ID. */
	batches: Batch[];
	/** The entries that are carried out; every ID of theirs is in exactly one batch of its target. */
	accepted: Entry[];
	contradictions: Rejection[];
}

/**
 * Groups entries into as few batches as their targets and `batchSize` allow.
 *
 * An ID is unique within its knowledge base: named again for the same target it is not sent again, named for
 * another directory the later entry is refused as a whole.
 */
export function planBatches(entries: Entry[], batchSize: number): Plan {
	const plan: Plan = { batches: [], accepted: [], contradictions: [] };
	const claims = new Nested<Entry>();
	const open = new Nested<Batch>();
	for (const entry of entries) {
		const claimed = claims.of(entry.target.knowledgeBaseId);
		const rival = entry.ids.find((id) => goesElsewhere(claimed.get(id), entry));
		if (rival !== undefined) {
			plan.contradictions.push(contradiction(rival, claimed.get(rival)!, entry));
			continue;
		}
		plan.accepted.push(entry);
		const batchesOfTarget = open.of(entry.target.knowledgeBaseId);
		const directory = directoryKey(entry.target);
		for (const id of entry.ids) {
			if (claimed.has(id)) continue;
			claimed.set(id, entry);
			let batch = batchesOfTarget.get(directory);
			if (!batch || batch.ids.length >= batchSize) {
				batch = { target: entry.target, ids: [] };
				batchesOfTarget.set(directory, batch);
				plan.batches.push(batch);
			}
			batch.ids.push(id);
		}
	}
	return plan;
}

/** A map for each knowledge base. */
export class Nested<Value> {
	private readonly maps = new Map<string, Map<string, Value>>();

	of(knowledgeBaseId: string): Map<string, Value> {
		const known = this.maps.get(knowledgeBaseId);
		if (known) return known;
		const fresh = new Map<string, Value>();
		this.maps.set(knowledgeBaseId, fresh);
		return fresh;
	}
}

/** A directory ID is never empty, so '' can stand for "No Directory" and for targets without directories. */
function directoryKey(target: Target): string {
	return target.directoryId ?? '';
}

function goesElsewhere(claim: Entry | undefined, entry: Entry): boolean {
	return claim !== undefined && directoryKey(claim.target) !== directoryKey(entry.target);
}

function contradiction(id: string, claim: Entry, entry: Entry): Rejection {
	const { itemIndex } = entry;
	return {
		itemIndex,
		message:
			`'Destination': "${id}" is to go to ${directoryName(entry.target)} here, but item ${claim.itemIndex} already sends it to ` +
			`${directoryName(claim.target)} in the same run. Let one item name it, or use two nodes, one after the other. [item ${itemIndex}]`,
	};
}

function directoryName({ directoryId }: Target): string {
	return directoryId ? `directory "${directoryId}"` : "'No Directory'";
}

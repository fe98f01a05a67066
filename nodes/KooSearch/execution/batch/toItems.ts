import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { InvalidItem } from '../../parameters/parseItems';
import type { ItemGroup } from '../errorItems';
import { errorGroup, inInputOrder } from '../errorItems';
import { getOrCreate } from '../maps';
import { requestError } from './summary';
import { hasSucceeded } from './types';
import type {
	Batch,
	BatchResult,
	FinishedBatch,
	ItemRequest,
	SucceededBatch,
	Target,
} from './types';

/** What the input items asked for, and what became of it. */
export interface Results {
	requests: ItemRequest[];
	invalidItems: InvalidItem[];
	finished: FinishedBatch[];
}

/** The output of an ID, as the operation documents it. */
export type ToJson = (id: string, target: Target, result: BatchResult) => IDataObject;

/** The output of a call. */
export type BatchToJson<T extends Batch> = (batch: T) => IDataObject;

/** The batch of each ID, by knowledge base. */
type BatchIndex<T extends Batch> = Map<string, Map<string, T>>;

/**
 * One item for each ID that has a result, by input item and then by the place of the ID in it; after those of an
 * item, one error item for its IDs that have none.
 */
export function toItemsPerId(results: Results, toJson: ToJson): INodeExecutionData[] {
	const index = indexById(results.finished);
	const groups: ItemGroup[] = results.requests.map(({ itemIndex, target, ids }) => {
		const batches = index.get(target.knowledgeBaseId)!;
		const items: INodeExecutionData[] = [];
		for (const id of ids) {
			const { outcome } = batches.get(id)!;
			if (outcome.state !== 'succeeded') continue;
			const json = toJson(id, target, outcome.result);
			items.push({ json, pairedItem: { item: itemIndex } });
		}
		return { itemIndex, items };
	});
	return inInputOrder(groups, errorGroups(results, index));
}

/** One item for each call that succeeded, placed where its first ID is, and the same error items. */
export function toItemsPerBatch(
	results: Results,
	toJson: BatchToJson<SucceededBatch>,
): INodeExecutionData[] {
	const succeeded = results.finished.filter(hasSucceeded);
	const errors = errorGroups(results, indexById(results.finished));
	return inInputOrder(batchGroups(results.requests, succeeded, toJson), errors);
}

/** One item for each call that would be made, and an error item for each item that can't be carried out. */
export function toItemsPlanned(
	requests: ItemRequest[],
	invalidItems: InvalidItem[],
	batches: Batch[],
	toJson: BatchToJson<Batch>,
): INodeExecutionData[] {
	return inInputOrder(batchGroups(requests, batches, toJson), invalidItems.map(errorGroup));
}

function batchGroups<T extends Batch>(
	requests: ItemRequest[],
	batches: T[],
	toJson: BatchToJson<T>,
): ItemGroup[] {
	const itemsOf = sourceItems(requests, batches);
	return batches.map((batch) => {
		const pairedItem = itemsOf.get(batch)!.map((item) => ({ item }));
		return { itemIndex: pairedItem[0].item, items: [{ json: toJson(batch), pairedItem }] };
	});
}

/** For each batch the input items that named one of its IDs, ascending. */
function sourceItems<T extends Batch>(requests: ItemRequest[], batches: T[]): Map<T, number[]> {
	const index = indexById(batches);
	const items = new Map<T, number[]>(batches.map((batch) => [batch, []]));
	for (const { itemIndex, target, ids } of requests) {
		const batchOf = index.get(target.knowledgeBaseId);
		const named = new Set(ids.map((id) => batchOf?.get(id)));
		for (const batch of named) if (batch) items.get(batch)!.push(itemIndex);
	}
	return items;
}

function indexById<T extends Batch>(batches: T[]): BatchIndex<T> {
	const index: BatchIndex<T> = new Map();
	for (const batch of batches) {
		const batchOf = getOrCreate(index, batch.target.knowledgeBaseId, () => new Map<string, T>());
		for (const id of batch.ids) batchOf.set(id, batch);
	}
	return index;
}

function errorGroups(results: Results, index: BatchIndex<FinishedBatch>): ItemGroup[] {
	const errors = results.invalidItems.map(errorGroup);
	if (results.finished.every(hasSucceeded)) return errors;
	for (const request of results.requests) {
		const message = requestError(request, index.get(request.target.knowledgeBaseId)!);
		if (message !== undefined) errors.push(errorGroup({ ...request, message }));
	}
	return errors;
}

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { InvalidItem } from '../../parameters/parseItems';
import type { Failed, ItemGroup } from '../errorItems';
import { inInputOrder } from '../errorItems';
import { getOrCreate } from '../maps';
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

/** What counts as failed, and how it is shown. */
export interface ErrorRules {
	/** Undefined for an ID that has a result. */
	failedId(id: string, batch: FinishedBatch): Failed | undefined;
	invalidItem(item: InvalidItem): Failed;
	/** Whether what failed of an input item is shown in one item, after its results. */
	byItem: boolean;
	toItems(itemIndex: number, failed: Failed[]): INodeExecutionData[];
}

/** The output of an ID, as the operation documents it. */
export type ToJson = (id: string, target: Target, result: BatchResult) => IDataObject;

/** The output of a call. */
export type BatchToJson<T extends Batch> = (batch: T) => IDataObject;

/** The batch of each ID, by knowledge base. */
type BatchIndex<T extends Batch> = Map<string, Map<string, T>>;

/** One item for each ID, by input item and then by the place of the ID in it. */
export function toItemsPerId(
	results: Results,
	toJson: ToJson,
	rules: ErrorRules,
): INodeExecutionData[] {
	const index = indexById(results.finished);
	const groups: ItemGroup[] = results.requests.map(({ itemIndex, target, ids }) => {
		const batches = index.get(target.knowledgeBaseId)!;
		const items: INodeExecutionData[] = [];
		const atTheEnd: Failed[] = [];
		for (const id of ids) {
			const batch = batches.get(id)!;
			const failed = rules.failedId(id, batch);
			if (failed && rules.byItem) atTheEnd.push(failed);
			else if (failed) items.push(...rules.toItems(itemIndex, [failed]));
			else if (hasSucceeded(batch)) {
				const json = toJson(id, target, batch.outcome.result);
				items.push({ json, pairedItem: { item: itemIndex } });
			}
		}
		items.push(...rules.toItems(itemIndex, atTheEnd));
		return { itemIndex, items };
	});
	return inInputOrder(groups, invalidGroups(results.invalidItems, rules));
}

/** One item for each call that succeeded, placed where its first ID is, and error items for the IDs that failed. */
export function toItemsPerBatch(
	results: Results,
	toJson: BatchToJson<SucceededBatch>,
	rules: ErrorRules,
): INodeExecutionData[] {
	const succeeded = results.finished.filter(hasSucceeded).filter(({ isUnsent }) => !isUnsent);
	const index = indexById(results.finished);
	const errors = results.requests.map(({ itemIndex, target, ids }) => {
		const batches = index.get(target.knowledgeBaseId)!;
		const failed = ids.map((id) => rules.failedId(id, batches.get(id)!));
		return { itemIndex, items: rules.toItems(itemIndex, failed.filter(isPresent)) };
	});
	const groups = batchGroups(results.requests, succeeded, toJson);
	return inInputOrder(groups, [...errors, ...invalidGroups(results.invalidItems, rules)]);
}

/** One item for the run, paired with all input items, and the error items of those that are invalid. */
export function toSummaryItem(
	{ invalidItems }: Results,
	json: IDataObject,
	inputLength: number,
	rules: ErrorRules,
): INodeExecutionData[] {
	const pairedItem = Array.from({ length: inputLength }, (_, item) => ({ item }));
	return [{ json, pairedItem }, ...inInputOrder([], invalidGroups(invalidItems, rules))];
}

/** One item for each call that would be made, and an error item for each item that can't be carried out. */
export function toItemsPlanned(
	requests: ItemRequest[],
	invalidItems: InvalidItem[],
	batches: Batch[],
	toJson: BatchToJson<Batch>,
	rules: ErrorRules,
): INodeExecutionData[] {
	return inInputOrder(batchGroups(requests, batches, toJson), invalidGroups(invalidItems, rules));
}

function invalidGroups(invalidItems: InvalidItem[], rules: ErrorRules): ItemGroup[] {
	return invalidItems.map((item) => {
		const { itemIndex } = item;
		return { itemIndex, items: rules.toItems(itemIndex, [rules.invalidItem(item)]) };
	});
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
export function sourceItems<T extends Batch>(
	requests: ItemRequest[],
	batches: T[],
): Map<T, number[]> {
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

function isPresent<T>(value: T | undefined): value is T {
	return value !== undefined;
}

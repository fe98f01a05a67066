import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { InvalidItem } from '../../parameters/parseItems';
import { Breather, eachInSlices, mapInSlices } from '../../transport/wait';
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

/** The requests of the input items, and their outcomes. */
export interface Results {
	requests: ItemRequest[];
	invalidItems: InvalidItem[];
	finished: FinishedBatch[];
}

/** What counts as failed, and how it is shown. */
export interface ErrorRules {
	/** @returns undefined for an ID that has a result */
	failedId(id: string, batch: FinishedBatch): Failed | undefined;
	invalidItem(item: InvalidItem): Failed;
	/** Whether all failures of an input item are combined in one item, after its results. */
	byItem: boolean;
	toItems(itemIndex: number, failed: Failed[]): INodeExecutionData[];
}

/** The output of an ID, as the operation documents it. */
export type ToJson = (id: string, target: Target, result: BatchResult) => IDataObject;

/** The output of a call. */
export type BatchToJson<T extends Batch> = (batch: T) => IDataObject;

/** The batch of each ID, by knowledge base. */
type BatchIndex<T extends Batch> = Map<string, Map<string, T>>;

/** One item for each ID, in the order of the input items and of the IDs in each. */
export async function toItemsPerId(
	results: Results,
	toJson: ToJson,
	rules: ErrorRules,
): Promise<INodeExecutionData[]> {
	const index = await indexById(results.finished);
	const groups: ItemGroup[] = [];
	const breather = new Breather();
	for (const { itemIndex, target, ids } of results.requests) {
		const batches = index.get(target.knowledgeBaseId)!;
		const items: INodeExecutionData[] = [];
		const atTheEnd: Failed[] = [];
		for (const id of ids) {
			const pause = breather.pause();
			if (pause) await pause;
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
		groups.push({ itemIndex, items });
	}
	return inInputOrder(groups, await invalidGroups(results.invalidItems, rules));
}

/** One item for each call that succeeded, placed where its first ID is, and error items for the IDs that failed. */
export async function toItemsPerBatch(
	results: Results,
	toJson: BatchToJson<SucceededBatch>,
	rules: ErrorRules,
): Promise<INodeExecutionData[]> {
	const succeeded = results.finished.filter(hasSucceeded).filter(({ isUnsent }) => !isUnsent);
	const index = await indexById(results.finished);
	const errors = await mapInSlices(results.requests, ({ itemIndex, target, ids }) => {
		const batches = index.get(target.knowledgeBaseId)!;
		const failed = ids.map((id) => rules.failedId(id, batches.get(id)!));
		return { itemIndex, items: rules.toItems(itemIndex, failed.filter(isPresent)) };
	});
	const groups = await batchGroups(results.requests, succeeded, toJson);
	const invalid = await invalidGroups(results.invalidItems, rules);
	return inInputOrder(groups, [...errors, ...invalid]);
}

/** One item for the run, paired with all input items, and the error items of those that are invalid. */
export async function toSummaryItem(
	{ invalidItems }: Results,
	json: IDataObject,
	inputLength: number,
	rules: ErrorRules,
): Promise<INodeExecutionData[]> {
	const pairedItem = Array.from({ length: inputLength }, (_, item) => ({ item }));
	return [{ json, pairedItem }, ...inInputOrder([], await invalidGroups(invalidItems, rules))];
}

/** One item for each call that would be made, and an error item for each invalid item. */
export async function toItemsPlanned(
	requests: ItemRequest[],
	invalidItems: InvalidItem[],
	batches: Batch[],
	toJson: BatchToJson<Batch>,
	rules: ErrorRules,
): Promise<INodeExecutionData[]> {
	const groups = await batchGroups(requests, batches, toJson);
	return inInputOrder(groups, await invalidGroups(invalidItems, rules));
}

async function invalidGroups(invalidItems: InvalidItem[], rules: ErrorRules): Promise<ItemGroup[]> {
	return await mapInSlices(invalidItems, (item) => {
		const { itemIndex } = item;
		return { itemIndex, items: rules.toItems(itemIndex, [rules.invalidItem(item)]) };
	});
}

async function batchGroups<T extends Batch>(
	requests: ItemRequest[],
	batches: T[],
	toJson: BatchToJson<T>,
): Promise<ItemGroup[]> {
	const itemsOf = await sourceItems(requests, batches);
	return await mapInSlices(batches, (batch) => {
		const pairedItem = itemsOf.get(batch)!.map((item) => ({ item }));
		return { itemIndex: pairedItem[0].item, items: [{ json: toJson(batch), pairedItem }] };
	});
}

/** For each batch the input items that named one of its IDs, ascending. */
export async function sourceItems<T extends Batch>(
	requests: ItemRequest[],
	batches: T[],
): Promise<Map<T, number[]>> {
	const index = await indexById(batches);
	const items = new Map<T, number[]>(batches.map((batch) => [batch, []]));
	await eachInSlices(requests, ({ itemIndex, target, ids }) => {
		const batchOf = index.get(target.knowledgeBaseId);
		const named = new Set(ids.map((id) => batchOf?.get(id)));
		for (const batch of named) if (batch) items.get(batch)!.push(itemIndex);
	});
	return items;
}

async function indexById<T extends Batch>(batches: T[]): Promise<BatchIndex<T>> {
	const index: BatchIndex<T> = new Map();
	await eachInSlices(batches, (batch) => {
		const batchOf = getOrCreate(index, batch.target.knowledgeBaseId, () => new Map<string, T>());
		for (const id of batch.ids) batchOf.set(id, batch);
	});
	return index;
}

function isPresent<T>(value: T | undefined): value is T {
	return value !== undefined;
}

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { InvalidItem } from '../../parameters/parseItems';
import { eachInSlices, mapInSlices } from '../../transport/wait';
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

/** As many IDs of an item as become output items at a stretch. */
const MAX_PART = 1000;

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
	const errors = rules.byItem ? await failedGroups(results.requests, index, rules) : [];
	await eachInSlices(results.requests.flatMap(inParts), ({ itemIndex, target, ids }) => {
		const batches = index.get(target.knowledgeBaseId)!;
		const items: INodeExecutionData[] = [];
		for (const id of ids) {
			const batch = batches.get(id)!;
			const failed = rules.failedId(id, batch);
			if (failed && !rules.byItem) items.push(...rules.toItems(itemIndex, [failed]));
			if (failed || !hasSucceeded(batch)) continue;
			const json = toJson(id, target, batch.outcome.result);
			items.push({ json, pairedItem: { item: itemIndex } });
		}
		groups.push({ itemIndex, items });
	});
	const invalid = await invalidGroups(results.invalidItems, rules);
	return inInputOrder(groups, [...errors, ...invalid]);
}

/** A request whose IDs would take too long at a stretch, as several. */
function inParts(request: ItemRequest): ItemRequest | ItemRequest[] {
	const { ids } = request;
	if (ids.length <= MAX_PART) return request;
	const parts: ItemRequest[] = [];
	for (let start = 0; start < ids.length; start += MAX_PART) {
		parts.push({ ...request, ids: ids.slice(start, start + MAX_PART) });
	}
	return parts;
}

/** One item for each call that succeeded, placed where its first ID is, and error items for the IDs that failed. */
export async function toItemsPerBatch(
	results: Results,
	toJson: BatchToJson<SucceededBatch>,
	rules: ErrorRules,
): Promise<INodeExecutionData[]> {
	const succeeded = results.finished.filter(hasSucceeded).filter(({ isUnsent }) => !isUnsent);
	const index = await indexById(results.finished);
	const errors = await failedGroups(results.requests, index, rules);
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

/** The error items of each request, for all of its IDs that failed. */
async function failedGroups(
	requests: ItemRequest[],
	index: BatchIndex<FinishedBatch>,
	rules: ErrorRules,
): Promise<ItemGroup[]> {
	return await mapInSlices(requests, ({ itemIndex, target, ids }) => {
		const batches = index.get(target.knowledgeBaseId)!;
		const failed = ids.map((id) => rules.failedId(id, batches.get(id)!));
		return { itemIndex, items: rules.toItems(itemIndex, failed.filter(isPresent)) };
	});
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

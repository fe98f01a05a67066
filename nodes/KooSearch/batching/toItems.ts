import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Nested } from './planBatches';
import { entryError } from './tell';
import { isAnswered } from './types';
import type {
	AnsweredBatch,
	Batch,
	Entry,
	FinishedBatch,
	Rejection,
	Settled,
	Target,
} from './types';

/** What the input items asked for, and what became of it. */
export interface Results {
	entries: Entry[];
	rejections: Rejection[];
	finished: FinishedBatch[];
}

/** The output of an ID, as the operation documents it. */
export type ToJson = (id: string, target: Target, settled: Settled) => IDataObject;

/** The output of a call. */
export type BatchToJson<T extends Batch> = (batch: T) => IDataObject;

/**
 * One item for each ID that was answered, by input item and then by the place of the ID in it; after those of an
 * item, one error item for its IDs that were not.
 */
export function toItemsPerId(results: Results, toJson: ToJson): INodeExecutionData[] {
	const batchOf = indexById(results.finished);
	const groups: Group[] = results.entries.map((entry) => {
		const batches = batchOf.of(entry.target.knowledgeBaseId);
		const items: INodeExecutionData[] = [];
		for (const id of entry.ids) {
			const { outcome } = batches.get(id)!;
			if (outcome.state !== 'answered') continue;
			const json = toJson(id, entry.target, outcome.settled);
			items.push({ json, pairedItem: { item: entry.itemIndex } });
		}
		return { itemIndex: entry.itemIndex, items };
	});
	return inOrder(groups, errorItems(results, batchOf));
}

/** One item for each answered call, placed where its first ID stands, and the same error items. */
export function toItemsPerBatch(
	results: Results,
	toJson: BatchToJson<AnsweredBatch>,
): INodeExecutionData[] {
	const answered = results.finished.filter(isAnswered);
	const errors = errorItems(results, indexById(results.finished));
	return inOrder(batchItems(results.entries, answered, toJson), errors);
}

/** One item for each call that would be made, and an error item for each item that can't be carried out. */
export function toItemsPlanned(
	entries: Entry[],
	rejections: Rejection[],
	batches: Batch[],
	toJson: BatchToJson<Batch>,
): INodeExecutionData[] {
	return inOrder(batchItems(entries, batches, toJson), rejections.map(toErrorItem));
}

/** Items that come from one input item, or from a call whose first ID stands in it. */
interface Group {
	itemIndex: number;
	items: INodeExecutionData[];
}

/** `results` come in order, so there is something to sort only with errors; it is stable, results stay first. */
function inOrder(results: Group[], errors: Group[]): INodeExecutionData[] {
	const groups = errors.length > 0 ? [...results, ...errors] : results;
	if (errors.length > 0) groups.sort((a, b) => a.itemIndex - b.itemIndex);
	const output: INodeExecutionData[] = [];
	for (const { items } of groups) for (const item of items) output.push(item);
	return output;
}

function batchItems<T extends Batch>(
	entries: Entry[],
	batches: T[],
	toJson: BatchToJson<T>,
): Group[] {
	const pairs = pairings(entries, batches);
	return batches.map((batch) => {
		const pairedItem = pairs.get(batch)!.map((item) => ({ item }));
		return { itemIndex: pairedItem[0].item, items: [{ json: toJson(batch), pairedItem }] };
	});
}

/** For each batch the input items that named one of its IDs, ascending. */
function pairings<T extends Batch>(entries: Entry[], batches: T[]): Map<T, number[]> {
	const batchOf = indexById(batches);
	const pairs = new Map<T, number[]>(batches.map((batch) => [batch, []]));
	for (const { itemIndex, target, ids } of entries) {
		const ofKnowledgeBase = batchOf.of(target.knowledgeBaseId);
		const named = new Set(ids.map((id) => ofKnowledgeBase.get(id)));
		for (const batch of named) if (batch) pairs.get(batch)!.push(itemIndex);
	}
	return pairs;
}

function indexById<T extends Batch>(batches: T[]): Nested<T> {
	const index = new Nested<T>();
	for (const batch of batches) {
		const ofKnowledgeBase = index.of(batch.target.knowledgeBaseId);
		for (const id of batch.ids) ofKnowledgeBase.set(id, batch);
	}
	return index;
}

function errorItems(results: Results, batchOf: Nested<FinishedBatch>): Group[] {
	const errors = results.rejections.map(toErrorItem);
	if (results.finished.every(isAnswered)) return errors;
	for (const entry of results.entries) {
		const message = entryError(entry, batchOf.of(entry.target.knowledgeBaseId));
		if (message !== undefined) errors.push(toErrorItem({ itemIndex: entry.itemIndex, message }));
	}
	return errors;
}

function toErrorItem(rejection: Rejection): Group {
	return { itemIndex: rejection.itemIndex, items: [errorItem(rejection)] };
}

/**
 * The item that stands for an input item which could not be carried out. n8n-core sends it to the error output, and
 * merges the input item into it, only for `error` (and `message`) alone with a single paired item as an object.
 */
export function errorItem({ itemIndex, message }: Rejection): INodeExecutionData {
	return { json: { error: message }, pairedItem: { item: itemIndex } };
}

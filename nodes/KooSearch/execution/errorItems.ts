import type { INodeExecutionData } from 'n8n-workflow';

import type { InvalidItem } from '../parameters/parseItems';

/**
 * The item that stands for an input item which could not be carried out. n8n-core sends it to the error output, and
 * merges the input item into it, only for `error` (and `message`) alone with a single paired item as an object.
 */
export function errorItem({ itemIndex, message }: InvalidItem): INodeExecutionData {
	return { json: { error: message }, pairedItem: { item: itemIndex } };
}

/** Output items that come from one input item, or from a call whose first ID is in it. */
export interface ItemGroup {
	itemIndex: number;
	items: INodeExecutionData[];
}

export function errorGroup(invalid: InvalidItem): ItemGroup {
	return { itemIndex: invalid.itemIndex, items: [errorItem(invalid)] };
}

/** All items by input item; results come in that order already, and before the errors of the same item. */
export function inInputOrder(results: ItemGroup[], errors: ItemGroup[]): INodeExecutionData[] {
	const groups = errors.length > 0 ? [...results, ...errors] : results;
	if (errors.length > 0) groups.sort((a, b) => a.itemIndex - b.itemIndex);
	const output: INodeExecutionData[] = [];
	for (const { items } of groups) for (const item of items) output.push(item);
	return output;
}

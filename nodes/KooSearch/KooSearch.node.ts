import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import * as listSearch from './methods/listSearch';
import { properties, runOperation } from './resources';

/**
 * Huawei Cloud KooSearch: batched calls for workflow items.
 *
 * Written in the programmatic style because one request serves many items, its answer is split back into one item
 * for each ID, and an error has to say what was done before it; declarative routing can do none of it.
 */
export class KooSearch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'KooSearch',
		name: 'kooSearch',
		icon: { light: 'file:koosearch.svg', dark: 'file:koosearch.dark.svg' },
		group: ['transform'],
		version: 1,
		// "getMany: knowledgeBase" as people write it: "Get Many: Knowledge Base".
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace(/[A-Z]/g, " $&").replace(/(^|[ ])[a-z]/g, (start) => start.toUpperCase()) }}',
		description: 'Upload, search, ask, move, delete and retry in Huawei Cloud KooSearch',
		defaults: { name: 'KooSearch' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'kooSearchApi', required: true }],
		properties,
	};

	methods = { listSearch };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await runOperation(this)];
	}
}

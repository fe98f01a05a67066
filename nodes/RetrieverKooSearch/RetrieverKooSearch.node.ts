import type {
	INodeType,
	INodeTypeDescription,
	ISupplyDataFunctions,
	SupplyData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { knowledgeBaseField } from '../KooSearch/descriptions/fields';
import * as listSearch from '../KooSearch/methods/listSearch';
import { topKField } from '../KooSearch/resources/knowledgeBase/findPassages';
import { createRetriever, retrieverOptionsField } from './retriever';

/**
 * Gives the passages of a KooSearch knowledge base to n8n's chains. An agent searches with the node KooSearch as a
 * tool instead.
 */
export class RetrieverKooSearch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'KooSearch Retriever',
		name: 'retrieverKooSearch',
		icon: {
			light: 'file:../KooSearch/koosearch.svg',
			dark: 'file:../KooSearch/koosearch.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["knowledgeBase"].cachedResultName || $parameter["knowledgeBase"].value }}',
		description: 'Find passages in a Huawei Cloud KooSearch knowledge base for a chain',
		defaults: { name: 'KooSearch Retriever' },
		inputs: [],
		outputs: [NodeConnectionTypes.AiRetriever],
		outputNames: ['Retriever'],
		credentials: [{ name: 'kooSearchApi', required: true }],
		properties: [knowledgeBaseField, topKField(4), retrieverOptionsField],
	};

	methods = { listSearch };

	async supplyData(this: ISupplyDataFunctions, itemIndex: number): Promise<SupplyData> {
		return { response: await createRetriever(this, itemIndex) };
	}
}

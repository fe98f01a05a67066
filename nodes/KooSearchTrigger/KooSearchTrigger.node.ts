import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import * as listSearch from '../KooSearch/methods/listSearch';
import { pollOnce } from '../KooSearch/trigger/poll';
import { properties } from '../KooSearch/trigger/properties';

/** Starts a workflow when something happens to the files or tasks of a knowledge base. */
export class KooSearchTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'KooSearch Trigger',
		name: 'kooSearchTrigger',
		icon: {
			light: 'file:../KooSearch/koosearch.svg',
			dark: 'file:../KooSearch/koosearch.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		// "fileFailed" as people write it: "File Failed".
		subtitle:
			'={{ $parameter["event"].replace(/[A-Z]/g, " $&").replace(/^[a-z]/, (start) => start.toUpperCase()) }}',
		description:
			'Starts the workflow when files of Huawei Cloud KooSearch are added, parsed, stuck or cannot be parsed, and when tasks end',
		defaults: { name: 'KooSearch Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'kooSearchApi', required: true }],
		properties,
	};

	methods = { listSearch };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollOnce(this);
	}
}

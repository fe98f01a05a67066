import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';
import { loadFromSource } from '../../dev/engine';
import { KooSearch } from '../../nodes/KooSearch/KooSearch.node';

const tool = new KooSearch();
tool.description = { ...tool.description, name: 'kooSearchTool' };

/** As n8n runs an agent's tool: under this type, and nothing else is different to the node. */
export const asTool = {
	node: { type: 'n8n-nodes-koosearch.kooSearchTool' },
	types: loadFromSource({
		packageName: 'n8n-nodes-koosearch',
		nodes: [tool],
		credentials: [new KooSearchApi()],
	}),
};

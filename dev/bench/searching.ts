/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { join } from 'node:path';

import { CredentialStore, loadFromSource, loadPackage, runWorkflow } from '../engine';
import { benchNode } from './benchNode';
import { timed } from './measures';
import type { Cost } from './measures';
import { median } from './median';
import { KNOWLEDGE_BASE, signedRoot } from './operations';
import type { Service } from './operations';
import { serve } from './processes';

export const PASSAGES = 10;
const QUERY = 'notice period';
const ROOT = join(__dirname, '../..');
const PACKAGE = 'n8n-nodes-koosearch';

export interface SearchMessage {
	rounds: number;
}

/** Medians of one search. */
export interface SearchCosts {
	/** Of the node. */
	own: Cost;
	/** Of n8n's request helper, which gives the answer's records as items. */
	floor: Cost;
}

function floorNode(service: Service): INodeType {
	const { root, headers } = signedRoot(service);
	return benchNode('floor', async function (this: IExecuteFunctions) {
		const { doc_list } = (await this.helpers.httpRequest({
			method: 'POST',
			url: `${root}/experience/searchtext`,
			headers,
			body: { repo_id: KNOWLEDGE_BASE, content: QUERY, page_num: 1, page_size: PASSAGES },
			json: true,
		})) as { doc_list: Array<INodeExecutionData['json']> };
		return [doc_list.map((json) => ({ json, pairedItem: { item: 0 } }))];
	});
}

/** Node and helper take turns in one process: whatever else the machine does meanwhile, it does to both. */
serve(async (service: Service) => {
	const built = await loadPackage(ROOT);
	let last: Cost = { wallMs: NaN, cpuMs: NaN };
	const observed = ({ description, execute }: INodeType): INodeType => ({
		description,
		async execute() {
			const run = async () => (await execute!.call(this)) as INodeExecutionData[][];
			const { cost, output } = await timed(run);
			last = cost;
			return output;
		},
	});
	const nodes = [built.nodeTypes.getByNameAndVersion(`${PACKAGE}.kooSearch`), floorNode(service)];
	const types = loadFromSource({
		packageName: PACKAGE,
		nodes: nodes.map(observed),
		credentials: [built.credentialTypes.getByName('kooSearchApi')],
	});
	const data = { authentication: 'token', ...service };
	const credentials = new CredentialStore({ c1: { name: '', type: 'kooSearchApi', data } });
	const knowledgeBase = { __rl: true, mode: 'id', value: KNOWLEDGE_BASE };
	const place = { typeVersion: 1, position: [0, 0] as [number, number] };

	/** @throws Error when it did not give as many passages as it should */
	const search = async (name: 'kooSearch' | 'floor'): Promise<Cost> => {
		const { error, items } = await runWorkflow({
			workflow: {
				nodes: [
					{
						...{ id: 'a', name: 'Trigger', type: 'n8n-nodes-base.manualTrigger', ...place },
						parameters: {},
					},
					{
						...{ id: 'b', name: 'Node', type: `${PACKAGE}.${name}`, ...place },
						parameters: {
							...{ resource: 'knowledgeBase', operation: 'search', knowledgeBase },
							...{ query: '={{ $json.query }}', topK: PASSAGES, options: {} },
						},
						credentials: { kooSearchApi: { id: 'c1', name: '' } },
					},
				],
				connections: { Trigger: { main: [[{ node: 'Node', type: 'main', index: 0 }]] } },
				settings: { executionOrder: 'v1' },
			},
			types,
			credentials,
			input: [{ query: QUERY }],
		});
		if (error) throw error;
		if (items('Node').length !== PASSAGES) throw new Error(`${items('Node').length} passages`);
		return last;
	};
	return async ({ rounds }: SearchMessage): Promise<SearchCosts> => {
		const costs = { own: [] as Cost[], floor: [] as Cost[] };
		for (let round = -rounds / 4; round < rounds; round++) {
			const own = await search('kooSearch');
			const floor = await search('floor');
			if (round < 0) continue;
			costs.own.push(own);
			costs.floor.push(floor);
		}
		return { own: medians(costs.own), floor: medians(costs.floor) };
	};
});

function medians(costs: Cost[]): Cost {
	const of = (key: keyof Cost) => median(costs.map((cost) => cost[key]));
	return { wallMs: of('wallMs'), cpuMs: of('cpuMs') };
}

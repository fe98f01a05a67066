/* eslint-disable @n8n/community-nodes/node-usable-as-tool */
import type {
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';
import { loadFromSource, runWorkflow } from '../../dev/engine';
import type { What } from '../../dev/standin/faults';
import { RetrieverKooSearch } from '../../nodes/RetrieverKooSearch/RetrieverKooSearch.node';
import { standin } from '../dev/standin/eachTest';
import { credentialFor, errorText } from './runNode';

interface Retriever {
	lc_runnable: boolean;
	invoke(query: string): Promise<Array<{ pageContent: string; metadata: IDataObject }>>;
}

/** Asks its retriever one question per item, as n8n's chains do. */
class Chain implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Chain',
		name: 'chain',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: { name: 'Chain' },
		inputs: [
			NodeConnectionTypes.Main,
			{ type: NodeConnectionTypes.AiRetriever, required: true, maxConnections: 1 },
		],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const output: INodeExecutionData[] = [];
		for (const [item, { json }] of this.getInputData().entries()) {
			const type = NodeConnectionTypes.AiRetriever;
			const retriever = (await this.getInputConnectionData(type, item)) as Retriever;
			const documents = await retriever.invoke(String(json.question));
			const { lc_runnable } = retriever;
			output.push({ json: { documents, lc_runnable }, pairedItem: { item } });
		}
		return [output];
	}
}

const types = loadFromSource({
	packageName: 'n8n-nodes-koosearch',
	nodes: [new RetrieverKooSearch(), new Chain()],
	credentials: [new KooSearchApi()],
});

function node(name: string, type: string, parameters: INodeParameters = {}): INode {
	const credentials = { kooSearchApi: { id: 'c1', name: 'KooSearch' } };
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters, credentials };
}

async function retrieve(questions: string[], parameters: IDataObject = {}) {
	const knowledgeBase = { __rl: true, mode: 'id', value: 'kb' };
	const all = { knowledgeBase, topK: 4, options: {}, ...parameters } as INodeParameters;
	const result = await runWorkflow({
		workflow: {
			nodes: [
				node('Trigger', 'n8n-nodes-base.manualTrigger'),
				node('Chain', 'n8n-nodes-koosearch.chain'),
				node('Retriever', 'n8n-nodes-koosearch.retrieverKooSearch', all),
			],
			connections: {
				Trigger: { main: [[{ node: 'Chain', type: 'main', index: 0 }]] },
				Retriever: { ai_retriever: [[{ node: 'Chain', type: 'ai_retriever', index: 0 }]] },
			},
			settings: { executionOrder: 'v1' },
		},
		types,
		credentials: credentialFor({ standin }),
		input: questions.map((question) => ({ question })),
	});
	return { ...result, runs: result.runData.Retriever ?? [] };
}

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		files: [
			{ id: 'f1', name: 'lease.pdf', tags: ['law'], text: 'The notice period is three months.' },
			{ id: 'f2', name: 'manual.md', text: 'A notice is on the lid.\n\nA period of rest.' },
		],
	});
});

it('gives a chain the passages as documents, the best first', async () => {
	const { items, status } = await retrieve(['notice period']);
	expect(status).toBe('success');
	const [{ json }] = items('Chain');
	const documents = json.documents as Array<{ pageContent: string; metadata: IDataObject }>;
	expect(json.lc_runnable).toBe(true);
	expect(documents).toHaveLength(3);
	expect(documents[0].pageContent).toBe('The notice period is three months.');
	expect(documents[0].metadata).toMatchObject({ title: 'lease.pdf', fileId: 'f1', tags: ['law'] });
	expect(documents[0].metadata).not.toHaveProperty('content');
});

it('refuses an empty filter, since no model fills its fields', async () => {
	const result = await retrieve(['notice period'], { options: { tags: '' } });
	expect(errorText(result)).toContain("Option 'Tags'");
	expect(standin.requests).toEqual([]);
});

it('shows each of its runs in the log of the chain', async () => {
	const { runs } = await retrieve(['notice period', 'rest'], { topK: 1, options: { tags: 'law' } });
	expect(runs.map(({ executionStatus }) => executionStatus)).toEqual(['success', 'success']);
	const queries = runs.map(({ inputOverride }) => inputOverride?.ai_retriever?.[0]?.[0].json);
	expect(queries).toEqual([{ query: 'notice period' }, { query: 'rest' }]);
	const found = runs.map(({ data }) => data?.ai_retriever?.[0]?.[0].json.response);
	expect(found).toEqual([[expect.objectContaining({ pageContent: expect.any(String) })], []]);
});

it.each<[What, string]>([
	[{ kind: 'status', status: 400, code: 'KOS.00080003' }, 'KOS.00080003'],
	[{ kind: 'html' }, 'could not be understood'],
])('ends a failed run in the log, and fails the chain: %p', async (what, message) => {
	standin.faults.add({ what, times: Infinity });
	const { error, runs } = await retrieve(['notice'], { options: { maxRetries: 0 } });
	expect(error?.message).toContain(message);
	expect(error?.message).not.toContain('took effect');
	expect(runs.map(({ executionStatus }) => executionStatus)).toEqual(['error']);
	expect(runs[0].error?.message).toContain(message);
});

it('refuses a question that is too long before anything is sent, and shows that too', async () => {
	const { error, runs } = await retrieve(['x'.repeat(1001)]);
	expect(error?.message).toContain('The question: ');
	expect(error?.message).toContain('1001 characters');
	expect(runs.map(({ executionStatus }) => executionStatus)).toEqual(['error']);
	expect(standin.requests).toEqual([]);
});

it.each([
	[{ topK: 0 }, "'Limit'"],
	[{ options: { tags: '' } }, "Option 'Tags'"],
])('names the field that does not fit: %p', async (parameters, message) => {
	// n8n's own message names the sub-node only, and has its error as the description.
	const result = await retrieve(['notice'], parameters);
	expect(errorText(result)).toContain(`Error in sub-node Retriever`);
	expect(errorText(result)).toContain(message);
	expect(standin.requests).toEqual([]);
});

import type { ITaskData } from 'n8n-workflow';

import type { RunOfWorkflow } from '../../dev/n8n/client';
import type { WorkflowJson } from '../../dev/n8n/workflows';
import type { ChatRequest } from '../../dev/openai/server';
import { bodies, chat, contracts, example, model } from './withModel';

const CHAIN = 'Question and Answer Chain';
const RETRIEVER = 'KooSearch Retriever';
const QUESTION = 'What is the notice period?';
const NOTICE = /Notice period\. Either party may end the contract with \d+ days' notice/g;

/** The runs of the retriever, as the log of the chain shows them. */
function runsOf(run: RunOfWorkflow): ITaskData[] {
	return run.execution.data.resultData.runData[RETRIEVER];
}

function questions(run: RunOfWorkflow): unknown[] {
	return runsOf(run).map(({ inputOverride }) => inputOverride?.ai_retriever[0]?.[0].json.query);
}

/** What the model was told beside the question. */
function contextOf({ messages }: ChatRequest): string {
	return messages[0].content!;
}

/** With another retriever between the chain and ours. */
function between(workflow: WorkflowJson, retriever: string): WorkflowJson {
	const type = `@n8n/n8n-nodes-langchain.${retriever}`;
	const to = (node: string, type: 'ai_retriever' | 'ai_languageModel') => ({
		node,
		type,
		index: 0,
	});
	const models = [CHAIN, retriever].map((name) => to(name, 'ai_languageModel'));
	return {
		...workflow,
		nodes: [
			...workflow.nodes,
			{ id: 'b', name: retriever, type, typeVersion: 1, position: [0, 0], parameters: {} },
		],
		connections: {
			...workflow.connections,
			'OpenAI Chat Model': { ai_languageModel: [models] },
			[RETRIEVER]: { ai_retriever: [[to(retriever, 'ai_retriever')]] },
			[retriever]: { ai_retriever: [[to(CHAIN, 'ai_retriever')]] },
		},
	};
}

it('a chain answers from the passages of the retriever, whose run is in its log', async () => {
	model.follow((request) => ({ text: contextOf(request).match(NOTICE)![0] }));
	const run = await chat(await example('answer-in-chain.json'), QUESTION);
	expect([run.status, run.error]).toEqual(['success', undefined]);
	expect(run.items(CHAIN)[0].json.response).toMatch(NOTICE);
	expect(contextOf(model.requests[0]).match(NOTICE)).toHaveLength(4);
	expect(questions(run)).toEqual([QUESTION]);
	expect(runsOf(run)[0].executionStatus).toBe('success');
	const [documents] = runsOf(run)[0].data!.ai_retriever[0]!.map(({ json }) => json.response);
	expect(documents).toHaveLength(4);
	expect(documents).toContainEqual({
		pageContent: expect.stringMatching(NOTICE),
		metadata: expect.objectContaining({ title: expect.stringContaining('contract-'), page: 1 }),
	});
});

it('a failed search fails the chain, and stands in its log with its reason', async () => {
	contracts.status = 'close';
	const run = await chat(await example('answer-in-chain.json'), QUESTION).finally(() => {
		contracts.status = 'open';
	});
	expect(run.status).toBe('error');
	expect(run.error).toContain("Enable the knowledge base with the operation 'Enable'");
	const [{ executionStatus, error }] = runsOf(run);
	expect([executionStatus, error?.message]).toEqual(['error', run.error]);
	expect(questions(run)).toEqual([QUESTION]);
});

it('a MultiQuery Retriever searches with each question that the model makes of one', async () => {
	const asked = ['notice period', 'invoices due', 'place of jurisdiction'];
	model.follow({ text: `<questions>\n${asked.join('\n')}\n</questions>` }, { text: 'Answered.' });
	const run = await chat(
		between(await example('answer-in-chain.json'), 'retrieverMultiQuery'),
		QUESTION,
	);
	expect(run.items(CHAIN)[0].json).toEqual({ response: 'Answered.' });
	expect(questions(run).sort()).toEqual([...asked].sort());
	expect(bodies('SearchInKnowledgeRepo')).toHaveLength(3);
	const context = contextOf(model.requests[1]);
	for (const word of ['Notice period', 'Invoices', 'jurisdiction']) expect(context).toContain(word);
});

it('a Contextual Compression Retriever has the model shorten each passage', async () => {
	const shorten = ({ messages }: ChatRequest) => ({
		text: /\d+ days/.exec(messages[0].content!)?.[0] ?? 'NO_OUTPUT',
	});
	model.follow(shorten, shorten, shorten, shorten, (request) => ({ text: contextOf(request) }));
	const run = await chat(
		between(await example('answer-in-chain.json'), 'retrieverContextualCompression'),
		QUESTION,
	);
	const context = String(run.items(CHAIN)[0].json.response);
	expect(context.match(/\d+ days/g)).toHaveLength(4);
	expect(context).not.toMatch(NOTICE);
	expect(runsOf(run).map(({ executionStatus }) => executionStatus)).toEqual(['success']);
});

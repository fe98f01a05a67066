import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { demoState } from '../../dev/standin/demoState';
import type { KnowledgeBase } from '../../dev/standin/knowledgeBase';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import type { RunOfWorkflow } from '../../dev/n8n/client';
import { credentialValues } from '../../dev/n8n/demoCredential';
import { CREDENTIAL_TYPE, readExamples } from '../../dev/n8n/workflows';
import type { Credentials, Saved, WorkflowJson } from '../../dev/n8n/workflows';
import { startModel } from '../../dev/openai/server';
import type { ScriptedModel } from '../../dev/openai/server';
import { runningN8n } from './runningN8n';
import { Telegram } from './telegram';

/** A KooSearch with the demo's documents, a model that follows a script, and a person, for all tests of a file. */
export const { n8n } = runningN8n();
/** The trigger of the examples that somebody chats with. */
export const CHAT = 'When chat message received';
export const telegram = new Telegram();
export let standin: Standin;
export let contracts: KnowledgeBase;
export let model: ScriptedModel;
let credential: Saved;
let others: Credentials;

beforeAll(async () => {
	standin = await startStandin({ state: demoState() });
	contracts = standin.state.knowledgeBases.get('kb-contracts')!;
	model = await startModel();
	await telegram.listen();
	const data = credentialValues(standin, 'iamUser');
	credential = await n8n.createCredential('KooSearch', CREDENTIAL_TYPE, data);
	others = {
		openAiApi: await n8n.createCredential('Scripted model', 'openAiApi', model.credential),
		telegramApi: await n8n.createCredential('Telegram', 'telegramApi', telegram.credential),
	};
});

beforeEach(() => {
	standin.faults.clear();
	standin.requests.length = 0;
});

afterAll(async () => {
	await telegram.close();
	await model.close();
	await standin.close();
	expect(standin.violations).toEqual([]);
});

/** @param file of `examples/` */
export async function example(file: string): Promise<WorkflowJson> {
	return (await readExamples(credential, others))[file];
}

/** The example with other parameters of a node. */
export function change(
	workflow: WorkflowJson,
	name: string,
	parameters: INodeParameters,
): WorkflowJson {
	const nodes = workflow.nodes.map((one) =>
		one.name === name ? { ...one, parameters: { ...one.parameters, ...parameters } } : one,
	);
	return { ...workflow, nodes };
}

let sessions = 0;

/** As somebody who writes into the chat. */
export function message(chatInput: string): IDataObject {
	sessions += 1;
	return { sessionId: `session ${sessions}`, action: 'sendMessage', chatInput };
}

export async function chat(workflow: WorkflowJson, chatInput: string): Promise<RunOfWorkflow> {
	const saved = await n8n.createWorkflow(workflow);
	return await n8n.run(saved, CHAT, message(chatInput));
}

/** The bodies that KooSearch was sent since the test began. */
export function bodies(operationId: string): unknown[] {
	const sent = standin.requests.filter((request) => request.operationId === operationId);
	return sent.map(({ body }) => body);
}

import type { INode } from 'n8n-workflow';

import { postOnceKnown } from './client';
import type { N8nClient, SavedWorkflow } from './client';
import { readExamples } from './workflows';
import type { Saved, WorkflowJson } from './workflows';

/** The two examples that spread a deletion over workers, saved and ready to run. */
export interface SpreadPair {
	/** Finds the tasks, hands out the shares and gathers the reports; started by hand. */
	spread: SavedWorkflow;
	/** Deletes a share; active. */
	share: SavedWorkflow;
	webhookUrl: string;
}

/** Of the node 'Settings'; what is left out stays as in the example. */
export interface SpreadSettings {
	mostIds?: number;
	shareSize?: number;
	sharesAtOnce?: number;
	timeoutMs?: number;
}

export const SPREAD_TRIGGER = 'When clicking ‘Execute workflow’';
const HEADER_AUTH = 'httpHeaderAuth';
const PATH = 'koosearch-delete-share';

/**
 * Saves the pair as a user does after importing it: both get the credentials, the webhook one of its own.
 *
 * @param options of the node that deletes, besides those of the example
 */
export async function saveSpreadPair(
	n8n: N8nClient,
	credential: Saved,
	settings: SpreadSettings = {},
	options: Record<string, number> = {},
): Promise<SpreadPair> {
	const data = { name: 'X-Share-Key', value: 'only-for-this-test' };
	const header = await n8n.createCredential('Shares', HEADER_AUTH, data);
	const examples = await readExamples(credential);
	const webhookUrl = `${n8n.session.url}/webhook/${PATH}`;
	const save = async (file: string, change: (node: INode) => void): Promise<SavedWorkflow> => {
		const workflow = withHeader(examples[file], header);
		workflow.nodes.forEach(change);
		return await n8n.createWorkflow(workflow);
	};
	const share = await save('delete-share.json', ({ name, parameters }) => {
		if (name === 'Delete Tasks') Object.assign(parameters.options as object, options);
	});
	const spread = await save('spread-deletion.json', (node) => {
		if (node.name === 'Settings') set(node, { ...settings, webhookUrl });
	});
	await n8n.activate(share);
	// Without the header there is nothing but a refusal.
	await postOnceKnown(webhookUrl, {});
	return { spread, share, webhookUrl };
}

function withHeader(workflow: WorkflowJson, { id, name }: Saved): WorkflowJson {
	const asks = ({ parameters }: INode) =>
		parameters.authentication === 'headerAuth' || parameters.genericAuthType === HEADER_AUTH;
	const nodes = workflow.nodes.map((node) =>
		asks(node) ? { ...node, credentials: { [HEADER_AUTH]: { id, name } } } : node,
	);
	return { ...workflow, nodes };
}

function set({ parameters }: INode, values: SpreadSettings & { webhookUrl: string }): void {
	const { assignments } = parameters.assignments as unknown as {
		assignments: Array<{ name: string; value: unknown }>;
	};
	for (const [name, value] of Object.entries(values)) {
		assignments.find((one) => one.name === name)!.value = value;
	}
}

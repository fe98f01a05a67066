import { PollContext } from 'n8n-core';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { deepCopy, UserError, Workflow } from 'n8n-workflow';
import { createAdditionalData } from './additionalData';
import { CredentialStore } from './credentialStore';
import { withLog } from './runtime';
import type { EngineTypes } from './types';
import { withIsolate } from './versions';

export interface PollOptions {
	types: EngineTypes;
	node: Pick<INode, 'type' | 'parameters' | 'credentials'> & Partial<INode>;
	credentials?: CredentialStore;
	/** What the polls before left behind; this one's changes are made in it, as in n8n's memory. */
	state?: IDataObject;
	/** 'manual' is the editor's button. Default: 'trigger'. */
	mode?: 'trigger' | 'manual';
	/** How long n8n lets the poll take, in milliseconds. Default: n8n's five minutes. */
	budgetMs?: number;
}

export interface PollResult {
	/** What the workflow would be started with; null for nothing. */
	items: INodeExecutionData[] | null;
	error?: Error;
	/** See `withLog`. */
	log: string;
}

/**
 * Runs one poll of a trigger with n8n's own context, as n8n does at each of its poll times (n8n-core
 * execution-engine/triggers-and-pollers.js).
 */
export async function pollNode(options: PollOptions): Promise<PollResult> {
	const { types, credentials = new CredentialStore(), state = {}, mode = 'trigger' } = options;
	const { nodeTypes } = types;
	const node: INode = {
		id: '1',
		name: 'Trigger',
		typeVersion: 1,
		position: [0, 0],
		...deepCopy(options.node),
	};
	const { poll } = nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	if (!poll) throw new UserError(`Node type "${node.type}" does not poll`);
	const id = 'test-workflow';
	const staticData = { [`node:${node.name}`]: state };
	const settings = { id, nodes: [node], connections: {}, active: true, nodeTypes, staticData };
	const workflow = new Workflow(settings);
	const additionalData = createAdditionalData(types, credentials);
	const { budgetMs = 300_000 } = options;
	// n8n 2.20 and older take fewer arguments and keep the state in the workflow.
	const context = new PollContext(
		workflow,
		workflow.getNode(node.name)!,
		additionalData,
		mode,
		'activate',
		undefined,
		undefined,
		undefined,
		undefined,
		() => state,
		() => budgetMs,
	);
	const run = async () => await poll.call(context);
	const { value, log } = await withLog(async () => {
		try {
			return { items: (await withIsolate(workflow, run))?.[0] ?? null, error: undefined };
		} catch (error) {
			return { items: null, error: error as Error };
		}
	});
	return { ...value, log };
}

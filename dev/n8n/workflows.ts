/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IConnections, INode, INodeParameters, IWorkflowSettings } from 'n8n-workflow';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { PROJECT } from './install';

export const NODE_TYPE = 'n8n-nodes-koosearch.kooSearch';
export const TRIGGER_TYPE = 'n8n-nodes-koosearch.kooSearchTrigger';
export const TOOL_TYPE = 'n8n-nodes-koosearch.kooSearchTool';
export const RETRIEVER_TYPE = 'n8n-nodes-koosearch.retrieverKooSearch';
export const CREDENTIAL_TYPE = 'kooSearchApi';

const OURS = [NODE_TYPE, TOOL_TYPE, TRIGGER_TYPE, RETRIEVER_TYPE];

export interface Saved {
	id: string;
	name: string;
}

/** A workflow as the editor exports it. */
export interface WorkflowJson {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	pinData?: Record<string, unknown>;
}

/** Saved credentials by their type. */
export type Credentials = Record<string, Saved>;

/** The workflows of `examples/` by their file names, their KooSearch nodes with this credential. */
export async function readExamples(
	credential: Saved,
	others: Credentials = {},
): Promise<Record<string, WorkflowJson>> {
	const folder = join(PROJECT, 'examples');
	const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
	const entries = files.map(async (name) => {
		const workflow = JSON.parse(await readFile(join(folder, name), 'utf8')) as WorkflowJson;
		return [name, withCredential(workflow, credential, others)] as const;
	});
	return Object.fromEntries(await Promise.all(entries));
}

/** @param others for nodes of other packages; those that have none of these types keep theirs */
export function withCredential(
	workflow: WorkflowJson,
	credential: Saved,
	others: Credentials = {},
): WorkflowJson {
	const nodes = workflow.nodes.map((node): INode => {
		const [type = ''] = OURS.includes(node.type)
			? [CREDENTIAL_TYPE]
			: Object.keys(node.credentials ?? {});
		const saved = { ...others, [CREDENTIAL_TYPE]: credential }[type];
		if (!saved) return node;
		return { ...node, credentials: { [type]: { id: saved.id, name: saved.name } } };
	});
	return { ...workflow, nodes };
}

/** A node, with what a run doesn't look at filled in. */
export function node(
	name: string,
	type: string,
	parameters: INodeParameters,
	more: Partial<INode> = {},
): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters, ...more };
}

/** A workflow whose nodes stand one after another. */
export function chain(name: string, ...nodes: INode[]): WorkflowJson {
	const placed = nodes.map((one, n): INode => ({ ...one, position: [n * 220, 0] }));
	const connections: IConnections = {};
	placed.slice(1).forEach((next, n) => {
		connections[placed[n].name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	});
	return { name, nodes: placed, connections, settings: { executionOrder: 'v1' } };
}

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IDataObject, INode, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { jsonParse, NodeConnectionTypes } from 'n8n-workflow';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import type { WorkflowJson } from '../../../dev/engine';
import { LocalServer } from '../../../dev/localServer';

export const PACKAGE = 'n8n-nodes-probe';

/** A programmatic node type that does what `execute` says. */
export function nodeType(
	execute: INodeType['execute'],
	description: Partial<INodeTypeDescription> = {},
): INodeType {
	return {
		execute,
		description: {
			displayName: 'Probe',
			name: 'probe',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Probe' },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
			...description,
		},
	};
}

/** Trigger → Probe → Success, with the Probe's second output going to Failure. */
export function workflowWith(probe: Partial<INode> = {}): WorkflowJson {
	const node = (name: string, type: string, x: number): INode => ({
		...{ id: name, name, type, typeVersion: 1, position: [x, 0], parameters: {} },
	});
	const to = (name: string) => [{ node: name, type: NodeConnectionTypes.Main, index: 0 }];
	return {
		nodes: [
			node('Trigger', 'n8n-nodes-base.manualTrigger', 0),
			{ ...node('Probe', `${PACKAGE}.probe`, 200), ...probe },
			node('Success', 'n8n-nodes-base.noOp', 400),
			node('Failure', 'n8n-nodes-base.noOp', 600),
		],
		connections: {
			Trigger: { main: [to('Probe')] },
			Probe: { main: [to('Success'), to('Failure')] },
		},
		settings: { executionOrder: 'v1' },
	};
}

export interface SeenRequest {
	method: string;
	url: string;
	headers: IncomingHttpHeaders;
	/** The parsed JSON body, or undefined without a body. */
	body: unknown;
}

export interface Answer {
	status?: number;
	body?: IDataObject;
}

export interface TestServer {
	url: string;
	requests: SeenRequest[];
	close(): Promise<void>;
}

/** A server on this machine that keeps what it is asked; an answer that never comes leaves the client waiting. */
export async function startServer(
	answer: (request: SeenRequest) => Answer | Promise<Answer>,
): Promise<TestServer> {
	const requests: SeenRequest[] = [];
	const server = await LocalServer.start(async (incoming, outgoing) => {
		const { method = '', url = '', headers } = incoming;
		const request = { method, url, headers, body: await readJson(incoming) };
		requests.push(request);
		const { status = 200, body = {} } = await answer(request);
		outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	});
	return { url: server.url, requests, close: async () => await server.close() };
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
	let text = '';
	for await (const chunk of incoming) text += String(chunk);
	return text === '' ? undefined : jsonParse(text);
}

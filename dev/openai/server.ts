/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IDataObject } from 'n8n-workflow';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

import { LocalServer } from '../localServer';

/** A request to `POST /v1/chat/completions`, as far as it is looked at here. */
export interface ChatRequest {
	stream?: boolean;
	messages: ChatMessage[];
	tools?: Array<{ type: 'function'; function: OfferedTool }>;
}

export interface ChatMessage {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | null;
	tool_calls?: ToolCall[];
}

/** A tool as the model is told of it. */
export interface OfferedTool {
	name: string;
	description: string;
	/** A JSON schema. */
	parameters: IDataObject;
}

interface ToolCall {
	id: string;
	type: 'function';
	function: { name: string; arguments: string };
}

/** What the model does: it says something, or calls a tool with arguments. */
export type Reply = { text: string } | { tool: string; args: IDataObject };

/** The next thing that the model does, whatever it is asked, or what it makes of the request. */
export type Turn = Reply | ((request: ChatRequest) => Reply);

/** Starts a language model at a free port that follows a script, and speaks OpenAI's Chat Completions. */
export async function startModel(): Promise<ScriptedModel> {
	const model = new ScriptedModel();
	await model.listen();
	return model;
}

export class ScriptedModel {
	/** In the order of arrival. */
	readonly requests: ChatRequest[] = [];
	private readonly turns: Turn[] = [];
	private server!: LocalServer;

	/** For the field Base URL of n8n's OpenAI credential. */
	get url(): string {
		return `${this.server.url}/v1`;
	}

	/** Values of n8n's credential `openAiApi`. */
	get credential() {
		return { apiKey: 'not-a-key', url: this.url, header: false };
	}

	/** How many turns of the script are left. */
	get turnsLeft(): number {
		return this.turns.length;
	}

	/** Begins a new script. */
	follow(...turns: Turn[]): void {
		this.requests.length = 0;
		this.turns.splice(0, Infinity, ...turns);
	}

	async listen(): Promise<void> {
		this.server = await LocalServer.start(
			(request, response) => void this.handle(request, response),
		);
	}

	async close(): Promise<void> {
		await this.server.close();
	}

	private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const request = (await json(incoming)) as ChatRequest;
		this.requests.push(request);
		const turn = this.turns.shift();
		if (incoming.url !== '/v1/chat/completions' || turn === undefined) {
			// 400 is not tried again by OpenAI's client.
			const message = turn ? `There is no ${incoming.url}` : 'The script has no further turn';
			respond(response, 400, { error: { message, type: 'invalid_request_error' } });
			return;
		}
		const message = toMessage(typeof turn === 'function' ? turn(request) : turn);
		if (request.stream) stream(response, message);
		else respond(response, 200, completion('chat.completion', { message }, message));
	}
}

/** What the last tool that was called gave back. @throws Error if the model was told of none */
export function toolResult<T>({ messages }: ChatRequest): T {
	const last = messages.at(-1);
	if (last?.role !== 'tool') throw new Error(`The last message is one of ${last?.role}`);
	return JSON.parse(last.content ?? '') as T;
}

let calls = 0;

function toMessage(reply: Reply): ChatMessage {
	if ('text' in reply) return { role: 'assistant', content: reply.text };
	calls += 1;
	const { tool: name, args } = reply;
	const call = { name, arguments: JSON.stringify(args) };
	const tool_calls = [{ id: `call_${calls}`, type: 'function' as const, function: call }];
	return { role: 'assistant', content: null, tool_calls };
}

/** The object around a message, or around a part of one. */
function completion(object: string, content: object, { tool_calls }: ChatMessage) {
	const finish_reason = tool_calls ? 'tool_calls' : 'stop';
	return {
		id: 'chatcmpl-1',
		object,
		created: 0,
		model: 'scripted',
		choices: [{ index: 0, ...content, finish_reason }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}

/** The whole message as a single event. */
function stream(response: ServerResponse, message: ChatMessage): void {
	const tool_calls = message.tool_calls?.map((call, index) => ({ ...call, index }));
	const delta = tool_calls ? { ...message, tool_calls } : message;
	const event = completion('chat.completion.chunk', { delta }, message);
	response.writeHead(200, { 'Content-Type': 'text/event-stream' });
	response.end(`data: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n`);
}

function respond(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'Content-Type': 'application/json' });
	response.end(JSON.stringify(body));
}

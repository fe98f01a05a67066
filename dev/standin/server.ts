/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { answerRequest, findViolation, loadApi } from './api';
import { idsOf, ownAnswer } from './exchange';
import type { Delivery, RecordedRequest } from './exchange';
import { Faults } from './faults';
import { serviceRefusal } from './refusals';
import { State } from './state';
import { readForm } from './uploads';

export interface StandinOptions {
	/** 0, a free one, unless said otherwise. */
	port?: number;
	/** 127.0.0.1 unless said otherwise. */
	host?: string;
	/** PEM texts; makes it https. */
	tls?: { key: string; cert: string };
	/** Under which KooSearch is published, such as `/koosearch`; IAM stays at the root. */
	basePath?: string;
	state?: State;
}

/** In milliseconds. */
const DRIP_INTERVAL = 10;

const SIGN_IN_PATH = '/v3/auth/tokens';

/** Starts a KooSearch API and an IAM sign-in that keep all in memory. */
export async function startStandin(options: StandinOptions = {}): Promise<Standin> {
	await loadApi();
	const standin = new Standin(options);
	await standin.listen();
	return standin;
}

export class Standin {
	readonly state: State;
	readonly faults = new Faults();
	/** In the order of arrival; the ones under way too. */
	readonly requests: RecordedRequest[] = [];
	/** The stand-in's own mistakes: answers that don't fit the document, and exceptions. */
	readonly violations: string[] = [];
	/** The highest number of requests under way at once. */
	maxConcurrent = 0;
	/** How long each request waits before anything is done with it. */
	latencyMs = 0;
	/** Called when a request has been answered or its connection ended. */
	onRequest?: (request: RecordedRequest) => void;

	private readonly server: Server;
	private readonly closing = new AbortController();
	private readonly basePath: string;
	private underWay = 0;

	constructor(private readonly options: StandinOptions) {
		this.state = options.state ?? new State();
		this.basePath = options.basePath ?? '';
		// Every request that waits listens to it.
		setMaxListeners(0, this.closing.signal);
		const listener: RequestListener = (request, response) => void this.handle(request, response);
		this.server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
	}

	/** Where IAM is, such as `http://127.0.0.1:41234`. */
	get iamUrl(): string {
		const { address, port, family } = this.server.address() as AddressInfo;
		const host = family === 'IPv6' ? `[${address}]` : address;
		return `${this.options.tls ? 'https' : 'http'}://${host}:${port}`;
	}

	/** Where KooSearch is published: as above, with the base path. */
	get url(): string {
		return this.iamUrl + this.basePath;
	}

	async listen(): Promise<void> {
		const { port = 0, host = '127.0.0.1' } = this.options;
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject).listen(port, host, resolve);
		});
	}

	/** The sign-ins that IAM was asked for. */
	get signIns(): number {
		return this.requests.filter(({ path }) => path === SIGN_IN_PATH).length;
	}

	/** Ends at once, cutting what is under way. */
	async close(): Promise<void> {
		this.closing.abort();
		await new Promise((resolve) => {
			this.server.close(resolve);
			this.server.closeAllConnections();
		});
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const record = this.open(request);
		response.once('close', () => this.end(record));
		try {
			const body = await this.read(request, record);
			record.body = typeof body === 'string' ? parseJson(body) : body;
			record.ids = idsOf(record.body);
			await this.wait(this.latencyMs);
			const delivery = await this.answer(record, body);
			await this.wait(delivery.delayMs);
			this.send(response, delivery, record);
		} catch (error) {
			// The client has gone, or close() was called: there is nobody to answer.
			if (!request.destroyed && !this.closing.signal.aborted) this.violations.push(String(error));
			response.destroy();
		}
	}

	/** The text, or the form when it is one. @throws Error when the connection ends before the body does */
	private async read(request: IncomingMessage, record: RecordedRequest): Promise<string | object> {
		const limit = this.faults.bytesUntilCut(record);
		const chunks: Buffer[] = [];
		let length = 0;
		for await (const chunk of request as AsyncIterable<Buffer>) {
			length += chunk.length;
			if (length >= limit) request.destroy();
			chunks.push(chunk);
		}
		const type = request.headers['content-type'] ?? '';
		const body = Buffer.concat(chunks);
		return type.startsWith('multipart/') ? await readForm(body, type) : body.toString();
	}

	private open({ method = '', url = '', headers }: IncomingMessage): RecordedRequest {
		const [path, search] = url.split(/\?(.*)/s);
		const record = { method, path, query: readQuery(search), headers, body: undefined, ids: [] };
		this.requests.push({ ...record, startedAt: Date.now() });
		this.underWay += 1;
		this.maxConcurrent = Math.max(this.maxConcurrent, this.underWay);
		return this.requests[this.requests.length - 1];
	}

	private end(record: RecordedRequest): void {
		if (record.endedAt !== undefined) return;
		record.endedAt = Date.now();
		this.underWay -= 1;
		this.onRequest?.(record);
	}

	private async wait(ms = 0): Promise<void> {
		if (ms > 0) await sleep(ms, undefined, { signal: this.closing.signal });
	}

	private async drip(response: ServerResponse): Promise<void> {
		while (!response.destroyed && !this.closing.signal.aborted) {
			response.write(' ');
			await sleep(DRIP_INTERVAL);
		}
	}

	/** Never lets an answer of its own out that doesn't fit the document. */
	private async answer(record: RecordedRequest, body: string | object): Promise<Delivery> {
		const { state, faults } = this;
		try {
			const exchange = { request: record, state, faults };
			const delivery = await answerRequest(this.apiPath(record.path), body, exchange);
			const violation = delivery.own ? await findViolation(delivery.answer, record) : undefined;
			if (violation === undefined) return delivery;
			this.violations.push(violation);
		} catch (error) {
			this.violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
		}
		return ownAnswer(serviceRefusal('STANDIN.0500', 'The stand-in has a fault', 500).answer);
	}

	/** The path as the document has it; undefined when it lies outside of where the API is published. */
	private apiPath(path: string): string | undefined {
		if (path === SIGN_IN_PATH) return path;
		return path.startsWith(`${this.basePath}/v1/`) ? path.slice(this.basePath.length) : undefined;
	}

	private send(response: ServerResponse, delivery: Delivery, record: RecordedRequest): void {
		const { answer, how } = delivery;
		if (how === 'never' || response.destroyed) return;
		if (how === 'cut') {
			response.destroy();
			return;
		}
		if (how === 'switchingProtocols') {
			response.socket?.write(
				'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: none\r\n\r\n',
			);
			return;
		}
		const { status, headers, body = '' } = answer;
		const type = { 'Content-Type': 'application/json' };
		if (how === 'drip') {
			void this.drip(response.writeHead(status, { ...type, ...headers }));
			return;
		}
		const bytes = toBytes(body);
		const length = how === 'halfChunked' ? {} : { 'Content-Length': bytes.length };
		response.writeHead(status, { ...type, ...length, ...headers });
		if (how === 'half' || how === 'halfChunked') {
			response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
			return;
		}
		record.status = status;
		response.end(bytes);
		this.end(record);
	}
}

function toBytes(body: unknown): Uint8Array {
	if (body instanceof Uint8Array) return body;
	return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A name that stands there several times gets an array. */
function readQuery(search = ''): RecordedRequest['query'] {
	const parameters = new URLSearchParams(search);
	const entries = [...new Set(parameters.keys())].map((name) => {
		const values = parameters.getAll(name);
		return [name, values.length > 1 ? values : values[0]] as const;
	});
	return Object.fromEntries(entries);
}

/** The text itself when it isn't JSON. */
function parseJson(body: string): unknown {
	if (body === '') return undefined;
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { LocalServer } from '../localServer';
import type { Service } from './operations';
import { serve } from './processes';

/** Forgets what came in, and answers this late from now on, or tells what came in since. */
export type SinkMessage =
	| { kind: 'describe' }
	| { kind: 'reset'; latencyMs: number }
	| { kind: 'count' };

export interface Received {
	files: number;
	/** Of the bodies of all uploads. */
	bytes: number;
	/** The most uploads under way at once. */
	maxConcurrent: number;
	/** Whose length was announced, and was so. */
	measured: number;
}

/** Takes files for KooSearch and keeps nothing of them, so that no server's memory gets in the way. */
class Sink {
	latencyMs = 0;

	received: Received = { files: 0, bytes: 0, maxConcurrent: 0, measured: 0 };

	private underWay = 0;

	async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const isUpload = request.method === 'POST';
		const { received } = this;
		if (isUpload) received.maxConcurrent = Math.max(received.maxConcurrent, ++this.underWay);
		let bytes = 0;
		for await (const chunk of request as AsyncIterable<Buffer>) bytes += chunk.length;
		await sleep(this.latencyMs);
		response.setHeader('Content-Type', 'application/json');
		if (!isUpload) {
			response.end(JSON.stringify({ total: 0, page_num: 1, page_size: 10, files: [] }));
			return;
		}
		this.underWay--;
		received.files++;
		received.bytes += bytes;
		if (Number(request.headers['content-length']) === bytes) received.measured++;
		response.writeHead(201).end(JSON.stringify({ file_id: `file-${received.files}` }));
	}
}

serve(async () => {
	const sink = new Sink();
	const { url: baseUrl } = await LocalServer.start((request, response) => {
		// A client that goes away in the middle shows in what it measures.
		sink.answer(request, response).catch(() => response.destroy());
	});
	const service: Service = {
		baseUrl,
		projectId: 'project',
		applicationId: 'application',
		token: 'token',
	};
	return async (message: SinkMessage) => {
		if (message.kind === 'describe') return service;
		if (message.kind === 'count') return sink.received;
		sink.latencyMs = message.latencyMs;
		sink.received = { files: 0, bytes: 0, maxConcurrent: 0, measured: 0 };
		return undefined;
	};
});

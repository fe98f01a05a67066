/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

import { LocalServer } from '../localServer';
import type { Gateway, Limit } from '../throttle/gateways';
import { createGateway } from '../throttle/gateways';
import { serve } from './processes';

export interface GatewaySetup {
	limit?: Limit;
	/** In milliseconds. */
	latency: number;
	retryAfter: boolean;
	/** How many calls at once before answers get slower. */
	capacity?: number;
}

export interface Traffic {
	/** When calls were answered or refused, in milliseconds since the first. */
	through: number[];
	refused: number[];
	mostUnderWay: number;
}

/** What is asked of it. */
export type GatewayMessage = { kind: 'describe' } | { kind: 'traffic' };

/** Lets as many deletions through as its limit allows, and confirms each ID. */
class LimitedService {
	traffic: Traffic = { through: [], refused: [], mostUnderWay: 0 };

	private readonly gateway?: Gateway;

	private underWay = 0;

	constructor(private readonly setup: GatewaySetup) {
		this.gateway = setup.limit && createGateway(setup.limit, Math.random() * setup.limit.period);
	}

	async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const now = performance.now();
		const wait = this.gateway?.take(now) ?? 0;
		const { latency, retryAfter, capacity = Infinity } = this.setup;
		if (wait > 0) {
			this.traffic.refused.push(now);
			const headers = retryAfter ? { 'retry-after': String(Math.ceil(wait / 1000)) } : {};
			request.resume();
			response.writeHead(429, { 'content-type': 'application/json', ...headers });
			response.end(
				'{"error_code":"APIG.0308","error_msg":"The throttling threshold has been reached"}',
			);
			return;
		}
		this.traffic.through.push(now);
		this.underWay++;
		this.traffic.mostUnderWay = Math.max(this.traffic.mostUnderWay, this.underWay);
		const takes = latency * Math.max(1, this.underWay / capacity);
		const { task_ids } = (await json(request)) as { task_ids: string[] };
		const count = task_ids.length;
		setTimeout(() => {
			this.underWay--;
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ total_count: count, deleted_count: count }));
		}, takes);
	}
}

serve(async (setup: GatewaySetup) => {
	const service = new LimitedService(setup);
	const { url } = await LocalServer.start(
		(request, response) => void service.handle(request, response),
	);
	return async ({ kind }: GatewayMessage) =>
		kind === 'traffic'
			? service.traffic
			: {
					baseUrl: url,
					projectId: 'p1',
					applicationId: 'a1',
					token: 'bench-token',
				};
});

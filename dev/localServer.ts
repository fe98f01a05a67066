/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server at a free port of this machine. */
export class LocalServer {
	private constructor(private readonly server: Server) {}

	static async start(listener: RequestListener): Promise<LocalServer> {
		const server = createServer(listener).listen(0, '127.0.0.1');
		await once(server, 'listening');
		return new LocalServer(server);
	}

	/** No slash at the end. */
	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** Ends at once, with the connections that are open. */
	async close(): Promise<void> {
		await new Promise((resolve) => {
			this.server.close(resolve);
			this.server.closeAllConnections();
		});
	}
}

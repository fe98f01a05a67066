/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** The number that an option such as `--port` names. @throws Error for anything else */
export function readPort(option: string, value: string): number {
	const port = Number(value);
	if (/^\d+$/.test(value) && port > 0 && port < 65_536) return port;
	throw new Error(`${option} takes a number from 1 to 65535, not '${value}'.`);
}

/** @throws Error with another port to choose, where somebody listens on this one of this machine already */
export async function requireFreePort(option: string, port: number): Promise<void> {
	const server = createServer().listen(port, '127.0.0.1');
	try {
		await once(server, 'listening');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
		const other = port === 65_535 ? port - 1 : port + 1;
		throw new Error(
			`port ${port} is taken. End what listens there, or choose another one: npm run n8n -- ${option} ${other}`,
		);
	}
	server.close();
	await once(server, 'close');
}

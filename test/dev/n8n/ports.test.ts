/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { readPort, requireFreePort } from '../../../dev/n8n/ports';

it('a port that is taken is named, with another one to choose', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	await expect(requireFreePort('--standin-port', port)).rejects.toThrow(
		`port ${port} is taken. End what listens there, or choose another one: npm run n8n -- --standin-port ${port + 1}`,
	);
	server.close();
	await once(server, 'close');
	await requireFreePort('--standin-port', port);
});

it.each(['', '0', '65536', '80.5', 'http', '-1'])('%p is no port', (value) => {
	expect(() => readPort('--port', value)).toThrow(
		`--port takes a number from 1 to 65535, not '${value}'.`,
	);
});

it('a port is a number', () => {
	expect(readPort('--port', '5679')).toBe(5679);
});

/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import { standin } from '../dev/standin/eachTest';
import type { What } from '../../dev/standin/faults';
import { deleteParameters, errorText, iamUser, runNode } from './runNode';

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a', 'b'] });
});

const timeout = 300;

function run(fields: Partial<Parameters<typeof runNode>[0]> = {}, options = {}) {
	return runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: { ...deleteParameters, options: { maxRetries: 0, timeout, ...options } },
		...fields,
	});
}

/** Runs it, and says how long that took. */
async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
	const start = performance.now();
	return { value: await work, ms: performance.now() - start };
}

const silent: What[] = [{ kind: 'drip' }, { kind: 'switchingProtocols' }, { kind: 'hang' }];

describe.each(silent)('A server that answers with %p', (what) => {
	it('is waited for as long as a try may take, and its connection is closed', async () => {
		standin.faults.add({ what, times: Infinity });
		const { value, ms } = await timed(run());
		expect(value.error?.message).toContain('did not answer within 300 ms');
		expect(ms).toBeLessThan(5_000);
		expect(standin.requests).toHaveLength(1);
		while (standin.requests[0].endedAt === undefined) await new Promise(setImmediate);
	});

	it('is not waited for once the run is canceled', async () => {
		standin.faults.add({ what, times: Infinity });
		const { value, ms } = await timed(run({ timeoutMs: 200 }, { timeout: 60_000 }));
		expect(value.status).toBe('canceled');
		expect(ms).toBeLessThan(5_000);
	});
});

it('A server that accepts a connection and never reads from it is given up in time', async () => {
	const sockets: Socket[] = [];
	const server = createServer({ pauseOnConnect: true }, (socket) => sockets.push(socket));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const credential = { baseUrl: `http://127.0.0.1:${port}` };
	const { value, ms } = await timed(run({ credential }));
	expect(value.error?.message).toContain('did not answer within 300 ms');
	expect([ms < 5_000, sockets.length]).toEqual([true, 1]);
	for (const socket of sockets) socket.destroy();
	server.close();
});

describe('An answer that breaks off', () => {
	it.each<What>([{ kind: 'halfJson' }, { kind: 'halfChunked' }])(
		'as %p is asked for again',
		async (what) => {
			standin.faults.add({ what, when: { method: 'GET' } });
			const parameters = { resource: 'knowledgeBase', operation: 'getMany', returnAll: true };
			const result = await run({ parameters });
			expect([result.error?.message, result.json.map(({ id }) => id)]).toEqual([undefined, ['kb']]);
			expect(standin.requests).toHaveLength(2);
		},
	);
});

it.each([408, 425])('HTTP %i is tried again', async (status) => {
	standin.faults.add({ what: { kind: 'status', status } });
	const result = await run({}, { maxRetries: 1 });
	expect(result.status).toBe('success');
	expect(standin.requests).toHaveLength(2);
});

it('An answer that would fill the memory is not read to its end', async () => {
	const size = 200 * 1024 * 1024;
	const body = gzipSync(Buffer.alloc(size, ' '));
	expect(body.length).toBeLessThan(1024 * 1024);
	standin.faults.add({
		what: { kind: 'body', body, headers: { 'content-encoding': 'gzip' } },
		times: Infinity,
	});
	const before = process.memoryUsage().rss;
	const result = await run({}, { timeout: 20_000, maxRetries: 3 });
	expect(result.error?.message).toContain("KooSearch's answer is larger than 64 MB");
	expect(standin.requests).toHaveLength(1);
	expect(process.memoryUsage().rss - before).toBeLessThan(2 * size);
}, 30_000);

describe('A sign-in', () => {
	it.each(silent)(
		'answered with %p ends in time, and another run is not kept waiting',
		async (what) => {
			standin.faults.add({ what, when: { method: 'POST' }, times: Infinity });
			const { value, ms } = await timed(run({ credential: iamUser(standin) }));
			expect(errorText(value)).toContain('Huawei Cloud IAM did not answer');
			expect(ms).toBeLessThan(16_000);
			expect(standin.signIns).toBeLessThanOrEqual(2);
			expect(standin.requests).toHaveLength(standin.signIns);
			standin.faults.clear();
			expect((await run({ credential: iamUser(standin) })).status).toBe('success');
		},
		60_000,
	);
});

/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import type { IDataObject } from 'n8n-workflow';

import { LocalServer } from '../../dev/localServer';
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
	it('is waited for as long as an attempt may take, and its connection is closed', async () => {
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

describe('An answer that is cut short, though its frame is whole', () => {
	const whole = JSON.stringify({ total: 1, data_list: [{ id: 'kb', name: 'x'.repeat(10_000) }] });
	const zipped = gzipSync(whole);
	const gzip = { 'content-encoding': 'gzip' };

	it.each<[string, What]>([
		['as text', { kind: 'body', body: whole.slice(0, 5_000) }],
		['in gzip', { kind: 'body', body: zipped.subarray(0, zipped.length / 2), headers: gzip }],
	])('is asked for again: %s', async (_, what) => {
		standin.faults.add({ what, when: { method: 'GET' } });
		const parameters = { resource: 'knowledgeBase', operation: 'getMany', returnAll: true };
		const result = await run({ parameters });
		expect([result.error?.message, result.json.map(({ id }) => id)]).toEqual([undefined, ['kb']]);
		expect(standin.requests).toHaveLength(2);
	});
});

it.each([408, 425])('HTTP %i is tried again', async (status) => {
	standin.faults.add({ what: { kind: 'status', status } });
	const result = await run({}, { maxRetries: 1 });
	expect(result.status).toBe('success');
	expect(standin.requests).toHaveLength(2);
});

describe('An answer that would fill the memory is not read to its end:', () => {
	const size = 200 * 1024 * 1024;
	const body = gzipSync(Buffer.alloc(size, ' '));
	const headers = { 'content-encoding': 'gzip' };
	let before: number;

	beforeEach(() => (before = process.memoryUsage().rss));
	afterEach(() => expect(process.memoryUsage().rss - before).toBeLessThan(2 * size));

	it('of a call', async () => {
		expect(body.length).toBeLessThan(1024 * 1024);
		standin.faults.add({ what: { kind: 'body', body, headers }, times: Infinity });
		const result = await run({}, { timeout: 20_000, maxRetries: 3 });
		expect(result.error?.message).toContain("KooSearch's answer is larger than 64 MB");
		expect(standin.requests).toHaveLength(1);
	}, 30_000);

	it('of IAM', async () => {
		const token = { ...headers, 'x-subject-token': standin.state.access.issueToken() };
		const what: What = { kind: 'body', status: 201, body, headers: token };
		standin.faults.add({ what, when: { method: 'POST' }, times: Infinity });
		const result = await run({ credential: iamUser(standin) }, { timeout: 20_000 });
		expect(result.error?.message).toContain('its answer is larger than 64 MB');
		expect(standin.signIns).toBe(1);
	}, 30_000);

	it.each([200, 403])(
		'of the small call that renews a token, HTTP %i',
		async (status) => {
			const sessionToken = standin.state.access.issueToken();
			standin.state.access.expireTokens();
			const what: What = { kind: 'body', status, body, headers };
			standin.faults.add({ what, when: { method: 'GET' }, times: Infinity });
			const result = await run(
				{ credential: iamUser(standin, { sessionToken }) },
				{ timeout: 20_000 },
			);
			// The token is there, whatever the small call comes to.
			expect([result.status, standin.signIns]).toEqual(['success', 1]);
		},
		30_000,
	);
});

/** Never ends, and never pauses for long either. */
async function endless(): Promise<LocalServer & AsyncDisposable> {
	const server = await LocalServer.start((_, response) => {
		response.writeHead(201, { 'x-subject-token': 'x'.repeat(100) });
		const piece = Buffer.alloc(1024 * 1024, ' ');
		const write = () => void response.write(piece);
		response.on('drain', write);
		write();
	});
	return Object.assign(server, { [Symbol.asyncDispose]: async () => await server.close() });
}

it.each<[string, (url: string) => IDataObject, string]>([
	['of IAM', (url) => ({ iamEndpoint: url }), 'its answer is larger than 64 MB'],
	['of the small call', (url) => ({ baseUrl: url }), 'answer is larger than 64 MB'],
])(
	'An endless answer %s ends the run soon, and does not fill the memory',
	async (_, at, said) => {
		await using server = await endless();
		const before = process.memoryUsage().rss;
		const start = performance.now();
		const result = await run({ credential: iamUser(standin, at(server.url)) }, { timeout: 20_000 });
		expect(result.error?.message).toContain(said);
		expect(performance.now() - start).toBeLessThan(15_000);
		expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
	},
	30_000,
);

it('The small call that renews a token says why it was refused', async () => {
	const sessionToken = standin.state.access.issueToken();
	const credential = iamUser(standin, { sessionToken });
	const refuse = (status: number, code: string, method: string) =>
		standin.faults.add({ what: { kind: 'status', status, code }, when: { method } });
	refuse(401, 'APIG.0307', 'DELETE');
	refuse(403, 'APIG.0310', 'GET');
	const result = await run({ credential }, { timeout: 20_000 });
	expect(result.error?.message).toContain('APIG.0310, HTTP 403');
	expect(result.error?.message).toContain("Check 'Project ID' of the credential");
});

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

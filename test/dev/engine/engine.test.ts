/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import type { IExecuteFunctions, INodeType } from 'n8n-workflow';
import { NodeOperationError, sleep } from 'n8n-workflow';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as waitFor } from 'node:timers/promises';
import { loadFromSource, loadPackage, runWorkflow } from '../../../dev/engine/index';
import type { RunOptions } from '../../../dev/engine/index';
import { nodeType, PACKAGE, startServer, workflowWith } from './fixtures';
import type { TestServer } from './fixtures';

const typesOf = (probe: INodeType) => loadFromSource({ packageName: PACKAGE, nodes: [probe] });

/** Runs Trigger → Probe → Success/Failure, with the Probe doing what `execute` says. */
const run = async (execute: INodeType['execute'], options: Partial<RunOptions> = {}) =>
	await runWorkflow({ workflow: workflowWith(), types: typesOf(nodeType(execute)), ...options });

async function passOn(this: IExecuteFunctions) {
	return [this.getInputData()];
}

async function refuse(this: IExecuteFunctions): Promise<never> {
	throw new NodeOperationError(this.getNode(), 'Refused', { itemIndex: 0 });
}

describe('items', () => {
	const input = [{ n: 1 }, { n: 2 }];

	it('flow through the workflow and stay paired with the items they came from', async () => {
		const probe: INodeType['execute'] = async function () {
			const items = this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }));
			return [items.reverse()];
		};
		const { status, error, items, outputs } = await run(probe, { input });

		expect({ status, error }).toEqual({ status: 'success', error: undefined });
		expect(items('Probe')).toEqual([
			{ json: { n: 2 }, pairedItem: { item: 1 } },
			{ json: { n: 1 }, pairedItem: { item: 0 } },
		]);
		expect(items('Success').map(({ json }) => json.n)).toEqual([2, 1]);
		expect(outputs('Failure')).toEqual([]);
		expect(() => items('Probee')).toThrow('The workflow has no node "Probee"');
	});

	it('give expressions their own value each', async () => {
		const probe = nodeType(
			async function () {
				const read = (item: number) => this.getNodeParameter('text', item) as string;
				return [this.getInputData().map((_, item) => ({ json: { text: read(item) } }))];
			},
			{ properties: [{ displayName: 'Text', name: 'text', type: 'string', default: '' }] },
		);
		const workflow = workflowWith({
			parameters: { text: '={{ $json.n * 10 }} of {{ $("Trigger").all().length }}' },
		});
		const { items } = await runWorkflow({ workflow, types: typesOf(probe), input });

		expect(items('Success').map(({ json }) => json.text)).toEqual(['10 of 2', '20 of 2']);
	});

	it('come from the trigger itself if nothing is pinned, once', async () => {
		const { items } = await run(passOn);
		expect(items('Success').map(({ json }) => json)).toEqual([{}]);
	});

	it('are those pinned on a node, which then does not run', async () => {
		const workflow = { ...workflowWith(), pinData: { Probe: [{ json: { from: 'export' } }] } };
		const exported = await run(refuse, { workflow });
		expect(exported.items('Success')).toMatchObject([{ json: { from: 'export' } }]);

		const overridden = await run(refuse, { workflow, pinData: { Probe: [{ from: 'test' }] } });
		expect(overridden.items('Success')).toMatchObject([{ json: { from: 'test' } }]);
	});

	it('are the event of the trigger in a production run, which ignores pinned data', async () => {
		const workflow = { ...workflowWith(), pinData: { Probe: [{ json: { pinned: true } }] } };
		const { items } = await run(passOn, { workflow, input, mode: 'trigger' });
		expect(items('Success').map(({ json }) => json)).toEqual(input);
	});

	it('and the workflow itself are left as they were', async () => {
		const workflow = workflowWith();
		const before = JSON.stringify([workflow, input]);
		const properties = [
			{ displayName: 'Text', name: 'text', type: 'string', default: 'x' } as const,
		];
		const mark = async function (this: IExecuteFunctions) {
			for (const { json } of this.getInputData()) json.marked = this.getNodeParameter('text', 0);
			return [this.getInputData()];
		};
		const types = typesOf(nodeType(mark, { properties }));
		const { items } = await runWorkflow({ workflow, types, input });

		expect(items('Success')).toMatchObject([{ json: { marked: 'x' } }, { json: { marked: 'x' } }]);
		expect(JSON.stringify([workflow, input])).toBe(before);
	});
});

describe('a failing node', () => {
	const input = [{ n: 1 }, { n: 2 }];

	it('stops the workflow by default', async () => {
		const { status, error, nodeError, runData } = await run(refuse, { input });

		expect(status).toBe('error');
		expect(error).toMatchObject({ message: 'Refused', name: 'NodeOperationError' });
		expect(nodeError('Probe')).toMatchObject({ message: 'Refused', context: { itemIndex: 0 } });
		expect(Object.keys(runData)).toEqual(['Trigger', 'Probe']);
	});

	it('hands its input on under "Continue", whatever it threw', async () => {
		const workflow = workflowWith({ onError: 'continueRegularOutput' });
		const { status, nodeError, items } = await run(refuse, { workflow, input });

		expect(status).toBe('success');
		expect(nodeError('Probe')?.message).toBe('Refused');
		expect(items('Success').map(({ json }) => json)).toEqual(input);
	});

	it('sends its error items to the error output, joined with the items they came from', async () => {
		const workflow = workflowWith({ onError: 'continueErrorOutput' });
		const probe: INodeType['execute'] = async function () {
			const failed = { json: { error: 'Too big' }, pairedItem: { item: 1 } };
			const failedWithMore = { json: { error: 'Too big', size: 9 }, pairedItem: { item: 1 } };
			return [
				[
					{ json: { fine: this.continueOnFail() }, pairedItem: { item: 0 } },
					failed,
					failedWithMore,
				],
			];
		};
		const { items } = await run(probe, { workflow, input });

		expect(items('Probe', 1)).toEqual([
			{ json: { n: 2, error: 'Too big' }, pairedItem: { item: 1 } },
		]);
		expect(items('Failure').map(({ json }) => json)).toEqual([{ n: 2, error: 'Too big' }]);
		expect(items('Success').map(({ json }) => json)).toEqual([
			{ fine: true },
			{ error: 'Too big', size: 9 },
		]);
	});

	it('is tried again as a whole with Retry On Fail', async () => {
		let calls = 0;
		const probe: INodeType['execute'] = async function () {
			calls += 1;
			return calls < 3 ? await refuse.call(this) : [[{ json: { calls } }]];
		};
		const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
		const { status, items } = await run(probe, { workflow: workflowWith(retry) });

		expect(status).toBe('success');
		expect(items('Success')).toMatchObject([{ json: { calls: 3 } }]);
	});

	it('is never started with a required parameter missing', async () => {
		const property = { displayName: 'Text', name: 'text', type: 'string', default: '' } as const;
		const types = typesOf(nodeType(passOn, { properties: [{ ...property, required: true }] }));
		const { status, error, runData } = await runWorkflow({ workflow: workflowWith(), types });

		expect(status).toBe('error');
		expect(error?.message).toContain('Parameter "Text" is required');
		expect(runData).toEqual({});
	});

	it('fails the run too if the engine breaks on what it gives', async () => {
		const { status, error } = await run(async () => [[{ json: {} }], null as never]);
		expect(status).toBe('error');
		expect(error?.message).toContain('not iterable');
	});

	it('of an unknown type, or without a trigger, is a mistake of the test', async () => {
		const unknown = workflowWith({ type: `${PACKAGE}.other` });
		await expect(run(passOn, { workflow: unknown })).rejects.toThrow(
			`Unrecognized node type: ${PACKAGE}.other`,
		);
		const nodes = workflowWith().nodes.slice(1);
		const workflow = { nodes, connections: {} };
		await expect(run(passOn, { workflow })).rejects.toThrow('The workflow has no trigger');
	});
});

describe('an execution', () => {
	/** Waits until the run is cancelled, for at most ten seconds. */
	const wait: INodeType['execute'] = async function () {
		const signal = this.getExecutionCancelSignal();
		await waitFor(10_000, undefined, { signal });
		return [this.getInputData()];
	};

	it('is cancelled in the middle of a node', async () => {
		const started = Date.now();
		const { status, runData } = await run(wait, {
			onStarted: (cancel) => void sleep(30).then(cancel),
		});
		expect(status).toBe('canceled');
		expect(Date.now() - started).toBeLessThan(5_000);
		expect(runData).not.toHaveProperty('Success');
	});

	it('stays cancelled if its node breaks the engine afterwards', async () => {
		const breakLater: INodeType['execute'] = async function () {
			const signal = this.getExecutionCancelSignal();
			await waitFor(10_000, undefined, { signal }).catch(() => {});
			return [[{ json: {} }], null as never];
		};
		const { status, error } = await run(breakLater, {
			onStarted: (cancel) => void sleep(30).then(cancel),
		});
		expect(status).toBe('canceled');
		expect(error?.message).toContain('not iterable');
	});

	it('is cancelled at its time limit', async () => {
		const started = Date.now();
		const { status, runData } = await run(wait, { timeoutMs: 500 });

		expect(status).toBe('canceled');
		expect(Date.now() - started).toBeLessThan(5_000);
		expect(runData).not.toHaveProperty('Success');
	});

	it('is cancelled between two nodes if it is past the time limit of its settings', async () => {
		const slow: INodeType['execute'] = async function () {
			await sleep(1500);
			return [this.getInputData()];
		};
		const settings = { executionOrder: 'v1', executionTimeout: 1 } as const;
		const { status, error, runData } = await run(slow, {
			workflow: { ...workflowWith(), settings },
		});

		expect(status).toBe('canceled');
		expect(error?.name).toBe('TimeoutExecutionCancelledError');
		expect(Object.keys(runData)).toEqual(['Trigger', 'Probe']);
	});

	it('is not cancelled within its time limit', async () => {
		const { status } = await run(passOn, { timeoutMs: 5_000 });
		expect(status).toBe('success');
	});

	it("shows a node's hints", async () => {
		const probe: INodeType['execute'] = async function () {
			this.addExecutionHints({ message: 'Two were gone already', location: 'outputPane' });
			return [this.getInputData()];
		};
		const { hints } = await run(probe);

		expect(hints('Probe')).toEqual([{ message: 'Two were gone already', location: 'outputPane' }]);
		expect(hints('Success')).toEqual([]);
	});

	it('has a log of its own, with the errors that n8n reports', async () => {
		const say = (text: string): INodeType['execute'] =>
			async function () {
				await sleep(5);
				const cause = new Error(`${text}?`);
				cause.cause = cause;
				this.logger.info(text, { cause });
				return await refuse.call(this);
			};
		const [first, second] = await Promise.all([run(say('one')), run(say('two'))]);

		expect(first.log).toMatch(/^info: one .*"cause":"\[Circular\]".*"message":"one\?"/m);
		expect(first.log).toMatch(/^error: Refused/m);
		expect(first.log).toMatch(/^debug: Running node "Probe" started/m);
		expect(first.log).not.toContain('two');
		expect(second.log).toContain('two');
	});

	it('writes into a temporary folder', async () => {
		await run(passOn);
		const folder = process.env.N8N_USER_FOLDER!;
		expect(folder.startsWith(tmpdir())).toBe(true);
		expect(existsSync(join(folder, '.n8n', 'config'))).toBe(true);
	});
});

describe('a request', () => {
	let server: TestServer;
	afterEach(async () => await server.close());

	/** Sends DELETE with the first item as its body. */
	const remove: INodeType['execute'] = async function () {
		const [{ json: body }] = this.getInputData();
		const json = await this.helpers.httpRequest({
			...{ url: server.url, method: 'DELETE', body, json: true },
			abortSignal: this.getExecutionCancelSignal(),
		});
		return [[{ json }]];
	};

	it('DELETE reaches the server with its body', async () => {
		server = await startServer(() => ({ body: { done: true } }));
		const { items } = await run(remove, { input: [{ ids: ['a'], parent: null }] });

		expect(server.requests).toMatchObject([
			{
				method: 'DELETE',
				body: { ids: ['a'], parent: null },
				headers: { 'content-type': 'application/json', 'content-length': '27' },
			},
		]);
		expect(items('Success')).toMatchObject([{ json: { done: true } }]);
	});

	it('under way is given up when the run is cancelled', async () => {
		let stop: () => void = () => {};
		server = await startServer(async () => {
			stop();
			return await new Promise<never>(() => {});
		});
		const { status, nodeError } = await run(remove, { onStarted: (cancel) => (stop = cancel) });

		expect(status).toBe('canceled');
		expect(nodeError('Probe')?.message).toContain('canceled');
		expect(server.requests).toHaveLength(1);
	});
});

describe('a built package', () => {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-tiny-'));
	afterAll(() => rmSync(folder, { recursive: true }));

	const node = 'dist/nodes/Tiny/Tiny.node.js';
	const credential = 'dist/credentials/TinyApi.credentials.js';
	const n8n = { n8nNodesApiVersion: 1, nodes: [node], credentials: [credential] };
	const files = {
		'package.json': JSON.stringify({ name: 'n8n-nodes-tiny', version: '1.2.3', n8n }),
		[node]: `exports.Tiny = class {
			description = {
				displayName: 'Tiny', name: 'tiny', group: ['transform'], version: 1, description: '',
				defaults: {}, inputs: ['main'], outputs: ['main'], properties: [],
				credentials: [{ name: 'tinyApi' }],
			};
			async execute() {
				return [this.getInputData().map(({ json }) => ({ json: { tiny: json.n } }))];
			}
		};`,
		[credential]: `exports.TinyApi = class {
			name = 'tinyApi'; displayName = 'Tiny'; properties = [];
		};`,
	};

	/** @returns the folder of a package with these files */
	const write = (name: string, contents: Record<string, string>) => {
		for (const [path, text] of Object.entries(contents)) {
			const file = join(folder, name, path);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, text);
		}
		return join(folder, name);
	};

	it('is loaded by the n8n block of its package.json', async () => {
		const types = await loadPackage(write('whole', files));
		const workflow = workflowWith({ type: 'n8n-nodes-tiny.tiny' });
		const { items } = await runWorkflow({ workflow, types, input: [{ n: 1 }, { n: 2 }] });

		expect(items('Success')).toMatchObject([{ json: { tiny: 1 } }, { json: { tiny: 2 } }]);
		expect(types.credentialTypes.getByName('tinyApi').displayName).toBe('Tiny');
		expect(types.credentialTypes.getSupportedNodes('tinyApi')).toEqual(['n8n-nodes-tiny.tiny']);
	});

	it('is refused with a file or a class missing', async () => {
		const incomplete = write('incomplete', files);
		rmSync(join(incomplete, credential));
		await expect(loadPackage(incomplete)).rejects.toThrow('TinyApi.credentials.js');

		const misnamed = write('misnamed', { ...files, [node]: 'exports.tiny = class {}' });
		await expect(loadPackage(misnamed)).rejects.toThrow('Class could not be found');
	});
});

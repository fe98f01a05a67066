/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import type { IExecuteFunctions, INodeType } from 'n8n-workflow';
import { NodeOperationError, sleep } from 'n8n-workflow';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as waitFor } from 'node:timers/promises';
import { loadFromSource, runWorkflow } from '../../../dev/engine';
import type { RunOptions } from '../../../dev/engine';
import { nodeType, PACKAGE, workflowWith } from './fixtures';

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

	it('is never started with a required parameter missing', async () => {
		const property = { displayName: 'Text', name: 'text', type: 'string', default: '' } as const;
		const types = typesOf(nodeType(passOn, { properties: [{ ...property, required: true }] }));
		const { status, error, runData } = await runWorkflow({ workflow: workflowWith(), types });

		expect(status).toBe('error');
		expect(error?.message).toContain('Parameter "Text" is required');
		expect(runData).toEqual({});
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

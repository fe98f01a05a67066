/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { setImmediate } from 'node:timers/promises';
import { Bench } from 'tinybench';

type Output = INodeExecutionData[][];

/** Called in place of a node's `execute`, which is the second argument. */
export type Around = (
	context: IExecuteFunctions,
	execute: () => Promise<Output>,
) => Promise<Output>;

/** Times in milliseconds; `cpuMs` is that of the whole process, with the engine's own threads. */
export interface Cost {
	wallMs: number;
	cpuMs: number;
}

export async function timed(
	execute: () => Promise<Output>,
): Promise<{ cost: Cost; output: Output }> {
	const cpu = cpuNow();
	const wall = performance.now();
	const output = await execute();
	return { cost: { wallMs: performance.now() - wall, cpuMs: cpuNow() - cpu }, output };
}

/** CPU time of this process since its start, in milliseconds. */
function cpuNow(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

/** CPU time of one pass over all input items, in milliseconds. */
export interface ReadingCosts {
	/** n8n's `getNodeParameter` of the field with the IDs, for each item. */
	evaluating: number;
	/** The node itself. */
	executing: number;
}

/** Has a node execute again and again within one execution, with the processor's clock in place of the wall's. */
export async function readingCosts(
	context: IExecuteFunctions,
	execute: () => Promise<Output>,
	field: string,
): Promise<ReadingCosts> {
	const { length } = context.getInputData();
	const bench = new Bench({
		now: cpuNow,
		...{ iterations: 7, time: 500, warmupIterations: 3, warmupTime: 200, throws: true },
	});
	bench.add('evaluating', () => {
		for (let item = 0; item < length; item++) context.getNodeParameter(field, item);
	});
	bench.add('executing', execute, { async: true });
	await bench.run();
	return { evaluating: medianOf(bench, 'evaluating'), executing: medianOf(bench, 'executing') };
}

function medianOf(bench: Bench, name: string): number {
	const result = bench.getTask(name)?.result;
	if (result?.state !== 'completed') throw new Error(`'${name}' was not measured`);
	return result.latency.p50;
}

/** What the heap holds beyond what it held when the node began, in bytes. */
export interface RetainedBytes {
	/** When the last call is about to be sent: all that the node works with. There is no output yet. */
	atLastCall: number;
	/** After the node has ended and its output is given up. */
	afterwards: number;
}

/** @param calls how many calls the node is going to make */
export async function retainedBytes(
	{ helpers }: IExecuteFunctions,
	execute: () => Promise<Output>,
	calls: number,
): Promise<RetainedBytes> {
	const send = helpers.httpRequestWithAuthentication;
	let sent = 0;
	let atLastCall = NaN;
	helpers.httpRequestWithAuthentication = async function (...request) {
		sent += 1;
		if (sent === calls) atLastCall = heapInUse();
		return await send.apply(this, request);
	};
	const before = heapInUse();
	await execute();
	// Only once the event loop has turned, nobody holds the output any more.
	await setImmediate();
	return { atLastCall: atLastCall - before, afterwards: heapInUse() - before };
}

function heapInUse(): number {
	collect();
	return process.memoryUsage().heapUsed;
}

/** Twice, because what has a finalizer only goes the second time. */
export function collect(): void {
	if (!globalThis.gc) throw new Error('Start node with --expose-gc');
	globalThis.gc();
	globalThis.gc();
}

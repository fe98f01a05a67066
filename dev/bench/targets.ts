import type { EngineMessage, Load } from './engine';
import type { Lab, Row } from './lab';
import { median } from './median';
import type { Cost, ReadingCosts, RetainedBytes } from './measures';
import { OPERATIONS } from './operations';
import type { OperationName, Variant } from './operations';
import type { Child } from './processes';

/** What is aimed at, and what was measured. Nothing fails on it. */
export interface Target {
	name: string;
	measured: number;
	limit: number;
	/** Whether `limit` is the most or the least that meets the target. */
	limitIs: 'most' | 'least';
	unit: string;
	/** The numbers behind `measured`. */
	detail: string;
}

/** What the rows of the whole runs say, for the largest comparison there is of each kind. */
export function targetsOfRows(rows: Row[], operation: OperationName): Target[] {
	const row = (variant: Variant, count: number, latencyMs: number) =>
		rows.find(
			(one) =>
				one.operation === operation &&
				one.variant === variant &&
				one.count === count &&
				one.latencyMs === latencyMs,
		)!;
	const singles = rows.filter((one) => one.operation === operation && one.variant === 'single');
	const most = Math.max(...singles.map(({ count }) => count));
	return [
		toFloor(row('each', 10_000, 20), row('floor', 10_000, 20)),
		...[0, 20].flatMap((latencyMs) =>
			toSingle(row('each', most, latencyMs), row('single', most, latencyMs)),
		),
	];
}

function toFloor(own: Row, floor: Row): Target {
	return {
		name: `${place(own)}: wall time against the floor`,
		measured: own.wallMs / floor.wallMs,
		...{ limit: 1.1, limitIs: 'most', unit: '×' },
		detail: `${own.wallMs.toFixed(0)} ms, ${floor.wallMs.toFixed(0)} ms`,
	};
}

function toSingle(own: Row, single: Row): Target[] {
	return [
		{
			name: `${place(own)}: fewer requests than one call per item`,
			measured: single.requests / own.requests,
			...{ limit: 50, limitIs: 'least', unit: '×' },
			detail: `${own.requests}, ${single.requests}`,
		},
		{
			name: `${place(own)}: faster than one call per item`,
			measured: single.wallMs / own.wallMs,
			...{ limit: 20, limitIs: 'least', unit: '×' },
			detail: `${own.wallMs.toFixed(0)} ms, ${single.wallMs.toFixed(0)} ms`,
		},
	];
}

function place({ operation, count, latencyMs }: Row): string {
	return `${OPERATIONS[operation].title}, ${count.toLocaleString('en')} IDs, ${latencyMs} ms`;
}

/** What a search costs beyond n8n's request helper. */
export async function targetsOfSearch(lab: Lab, rounds: number): Promise<Target[]> {
	const { own, floor } = await lab.search(rounds);
	const beyondFloor = (what: string, key: keyof Cost): Target => ({
		name: `Search, 10 passages, 0 ms: ${what} beyond the request helper alone`,
		measured: own[key] - floor[key],
		...{ limit: 3, limitIs: 'most', unit: ' ms' },
		detail: `${own[key].toFixed(2)} ms, ${floor[key].toFixed(2)} ms`,
	});
	return [beyondFloor('wall time', 'wallMs'), beyondFloor('CPU', 'cpuMs')];
}

/** The measurements that need no whole runs beside each other. */
export async function targetsOfOperation(
	lab: Lab,
	operation: OperationName,
	rounds: number,
): Promise<Target[]> {
	const { title } = OPERATIONS[operation];
	const targets: Target[] = [];
	for (const measure of [evaluations, linearity, memory]) {
		const found = await lab.withEngine(operation, async (engine) => {
			return await measure(lab, engine, rounds);
		});
		targets.push(...found.map((target) => ({ ...target, name: `${title}: ${target.name}` })));
	}
	return targets;
}

/**
 * What a mapping costs: the CPU time of a dry run over items that name one ID each, less that of a dry run over one
 * item that names all of them. A dry run reads, checks and plans, and sends nothing, so the difference is what the
 * items cost. The same expression is evaluated by n8n for each item in the same process.
 */
async function evaluations(_: Lab, engine: Child): Promise<Target[]> {
	const count = 10_000;
	const costsOf = async (variant: Variant) => {
		const message: EngineMessage = { kind: 'reading', variant, count, dryRun: true };
		return await engine.ask<ReadingCosts>(message);
	};
	const [each, list] = [await costsOf('each'), await costsOf('list')];
	const own = (each.executing - list.executing) / count;
	const evaluating = each.evaluating / count;
	return [
		{
			name: 'CPU to read a mapped ID against evaluating it',
			measured: own / evaluating,
			...{ limit: 1 / 5, limitIs: 'most', unit: '×' },
			detail: `${micro(own)}, ${micro(evaluating)} per ID`,
		},
	];
}

/**
 * CPU time per ID of 1 × 100,000 IDs against that of 100 × 1,000 IDs: as many IDs and calls on either side, taking
 * turns in one process that is warm. What a run costs in any case (that of a dry run with one ID) is taken off each run,
 * or the hundred runs would look dearer than their IDs are. Garbage is collected before either side only, so that each
 * pays for its own.
 */
async function linearity(lab: Lab, engine: Child, rounds: number): Promise<Target[]> {
	const cpuPerRun = async (load: Omit<Load, 'variant'>, repeat: number) => {
		await engine.ask({ kind: 'collect' } satisfies EngineMessage);
		return (await lab.measure(engine, { variant: 'each', ...load }, 0, repeat)).cpuMs;
	};
	const samples = { fixed: [] as number[], small: [] as number[], large: [] as number[] };
	for (let round = -1; round < rounds; round++) {
		const fixed = await cpuPerRun({ count: 1, dryRun: true }, 100);
		const small = await cpuPerRun({ count: 1000 }, 100);
		const large = await cpuPerRun({ count: 100_000 }, 1);
		if (round < 0) continue;
		samples.fixed.push(fixed);
		samples.small.push((small - fixed) / 1000);
		samples.large.push((large - fixed) / 100_000);
	}
	const [small, large] = [median(samples.small), median(samples.large)];
	return [
		{
			name: 'CPU per ID at 100,000 against 1,000',
			measured: large / small,
			...{ limit: 1.3, limitIs: 'most', unit: '×' },
			detail: `${micro(large)}, ${micro(small)}; ${median(samples.fixed).toFixed(2)} ms per run taken off`,
		},
	];
}

/**
 * What the node holds on the heap beyond the input items: while it works, when the last call is about to be sent and
 * there is no output yet, and for good, after its end and without the output. A run before loads and compiles what
 * would be counted too.
 */
async function memory(_: Lab, engine: Child): Promise<Target[]> {
	const retainedBy = async (count: number) => {
		const message: EngineMessage = { kind: 'retained', variant: 'each', count };
		return await engine.ask<RetainedBytes>(message);
	};
	await retainedBy(10_000);
	const { atLastCall, afterwards } = await retainedBy(100_000);
	const toTarget = (when: string, bytes: number): Target => ({
		name: `heap beyond input and output, per ID, ${when}`,
		measured: bytes / 100_000,
		...{ limit: 200, limitIs: 'most', unit: ' B' },
		detail: `${(bytes / 1e6).toFixed(1)} MB for 100,000 IDs`,
	});
	return [toTarget('at the last call', atLastCall), toTarget('after the end', afterwards)];
}

function micro(milliseconds: number): string {
	return `${(milliseconds * 1000).toFixed(2)} µs`;
}

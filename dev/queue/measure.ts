/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/**
 * `npx tsx dev/queue/measure.ts`: the figures of docs/scaling.md, on this machine. The stand-in runs in this process,
 * beside PostgreSQL, Redis and all of n8n. With `--million`: a million tasks instead, run after run until none is left.
 */
import { log, toMarkdown } from '../n8n/terminal';
import { Cluster } from './cluster';
import { Lab } from './lab';
import type { LabOptions } from './lab';

const TASKS = 100_000;
const THROTTLED_TASKS = 20_000;
const CALLS_PER_SECOND = 25;

/** How long an answer takes, in milliseconds, and how many shares are under way at once. */
const SPEEDS = [
	[20, 4],
	[100, 4],
	[100, 10],
];

/** Shares at once, and how many calls each of them has under way; with the pause between two calls of a share. */
const PACES: Array<[shares: number, concurrency: number, batchInterval: number]> = [
	[1, 1, 0],
	[1, 4, 0],
	[2, 4, 0],
	[4, 4, 0],
	[8, 4, 0],
	[8, 10, 0],
	[2, 4, 80],
	[4, 4, 160],
];

async function main(): Promise<void> {
	if (process.argv.includes('--million')) return await measureMillion();
	const speed: string[][] = [];
	const throttling: string[][] = [];
	let parts: string[] = [];
	for (const workers of [0, 1, 2]) {
		const cluster = await Cluster.start(workers);
		({ parts } = cluster);
		try {
			for (const setting of SPEEDS) speed.push(await measureSpeed(cluster, setting));
			if (workers < 2) continue;
			for (const pace of PACES) throttling.push(await measureThrottling(cluster, pace));
		} finally {
			await cluster.stop();
		}
	}
	log(`\n${parts.join(', ')}\n`);
	const memory = ['CPU, main', 'CPU, workers', 'Memory, main', 'Memory, workers'];
	const rates = ['Whole run', 'Deleting', 'IDs per second'];
	log(`${toMarkdown([['Workers', 'Latency', 'Shares at once', ...rates, ...memory], ...speed])}\n`);
	const outcome = ['Deleting', 'IDs per second', 'Calls throttled', 'IDs not done'];
	const pace = ['Shares at once', 'Concurrent Batches', 'Batch Interval'];
	log(`${toMarkdown([[...pace, ...outcome], ...throttling])}\n`);
}

async function measureSpeed(
	cluster: Cluster,
	[latencyMs, sharesAtOnce]: number[],
): Promise<string[]> {
	const members = [cluster.main, ...cluster.workers];
	const { seconds, deleting, left, cpu, peaks } = await run(cluster, {
		tasks: TASKS,
		latencyMs,
		settings: { sharesAtOnce },
	});
	if (left > 0) throw new Error(`${left} tasks are left`);
	const busy = cpu.map((time) => `${time.toFixed(0)} s`);
	const memory = peaks.map((peak) => `${peak.toFixed(0)} MB`);
	const count = members.length - 1;
	return [
		count === 0 ? 'none, one process' : String(count),
		`${latencyMs} ms`,
		String(sharesAtOnce),
		`${seconds.toFixed(0)} s`,
		`${deleting.toFixed(1)} s`,
		(TASKS / deleting).toFixed(0),
		...[busy, memory].flatMap(([main, ...workers]) => [main, workers.join(', ') || '–']),
	];
}

/** As somebody does who runs the workflow again until it finds nothing. */
async function measureMillion(): Promise<void> {
	const cluster = await Cluster.start(2);
	try {
		const members = [cluster.main, ...cluster.workers];
		const settings = { sharesAtOnce: 10 };
		const lab = await Lab.open(cluster, { tasks: 1_000_000, latencyMs: 20, settings });
		const sums = { requested: 0, confirmed: 0, notConfirmed: 0 };
		const started = Date.now();
		for (let runs = 1; lab.left.length > 0 && runs <= 20; runs++) {
			const { sum } = await lab.run();
			sums.requested += sum.requested;
			sums.confirmed += sum.confirmed;
			sums.notConfirmed += sum.notConfirmed.length;
			const seconds = Math.round((Date.now() - started) / 1000);
			log(`  ${JSON.stringify({ runs, seconds, ...sums, left: lab.left.length })}`);
		}
		const { deletions, standin, left, lost } = lab;
		log(`${cluster.parts.join(', ')}`);
		const calls = { calls: standin.requests.length, deletions: deletions.length };
		const found = { left: left.length, lost: lost.length, signIns: standin.signIns };
		const cpu = members.map(({ cpuTime }) => Math.round(cpuTime));
		const peaksInMb = members.map(({ peakMemory }) => Math.round(peakMemory));
		log(`${JSON.stringify({ ...calls, ...found, cpu, peaksInMb })}`);
		await lab.close();
	} finally {
		await cluster.stop();
	}
}

async function measureThrottling(
	cluster: Cluster,
	[sharesAtOnce, concurrency, batchInterval]: (typeof PACES)[number],
): Promise<string[]> {
	const { deleting, left, throttled } = await run(cluster, {
		tasks: THROTTLED_TASKS,
		latencyMs: 20,
		settings: { sharesAtOnce, shareSize: 2500 },
		options: { concurrency, batchInterval },
		callsPerSecond: CALLS_PER_SECOND,
	});
	return [
		String(sharesAtOnce),
		String(concurrency),
		`${batchInterval} ms`,
		`${deleting.toFixed(1)} s`,
		((THROTTLED_TASKS - left) / deleting).toFixed(0),
		String(throttled),
		String(left),
	];
}

interface Measured {
	/** The whole run, in seconds. */
	seconds: number;
	/** From the first deletion to the end of the last. */
	deleting: number;
	left: number;
	throttled: number;
	/** How long each process kept a processor busy, in seconds. */
	cpu: number[];
	/** The highest memory of each process, in MB. */
	peaks: number[];
}

async function run(
	cluster: Cluster,
	options: LabOptions & { callsPerSecond?: number },
): Promise<Measured> {
	const members = [cluster.main, ...cluster.workers];
	const lab = await Lab.open(cluster, options);
	const { callsPerSecond } = options;
	const limit = callsPerSecond === undefined ? undefined : lab.limit(callsPerSecond);
	try {
		for (const member of members) member.forgetPeak();
		const cpuBefore = members.map(({ cpuTime }) => cpuTime);
		const started = Date.now();
		const status = await lab.untilEnded(await lab.start());
		const seconds = (Date.now() - started) / 1000;
		const cpu = members.map(({ cpuTime }, n) => cpuTime - cpuBefore[n]);
		const peaks = members.map(({ peakMemory }) => peakMemory);
		if (status !== 'success') throw new Error(`It ended with ${status}`);
		const { deletions } = lab;
		const first = Math.min(...deletions.map(({ startedAt }) => startedAt));
		const last = Math.max(...deletions.map(({ endedAt = 0 }) => endedAt));
		const throttled = limit?.hits ?? 0;
		const deleting = (last - first) / 1000;
		const measured = { seconds, deleting, left: lab.left.length, throttled, cpu, peaks };
		log(`  ${JSON.stringify({ workers: members.length - 1, ...options })}`);
		log(`  ${JSON.stringify(measured)}`);
		return measured;
	} finally {
		await lab.close();
	}
}

main().catch((error: Error) => {
	log(`It could not be measured: ${error.message}`);
	process.exitCode = 1;
});

/* eslint-disable no-console, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { join } from 'node:path';

import type { Course } from './courses';
import { allCourses, leastTime, nameOf, someCourses } from './courses';
import type { EngineMessage, EngineSetup, RunReply } from './engine';
import type { GatewayMessage, Traffic } from './gateway';
import type { Service } from './operations';
import { BATCH_SIZE } from './operations';
import { writePicture } from './picture';
import { Child } from './processes';
import { describeMachine, toPlainTable } from './report';

interface Outcome {
	seconds: number;
	traffic: Traffic;
	/** Runs that did not end with every ID deleted. */
	failedRuns: number;
}

const IMAGES = join(__dirname, '../../docs/images');

/** Rows whose traffic is drawn. */
const PICTURES: Record<string, string> = {
	'sliding window, 25/s': 'rate-sliding.svg',
	'fixed window, 100/s': 'rate-fixed.svg',
	'even, 25/s': 'rate-even.svg',
};

/** Runs this node with On Error = Stop: a run fails when a single ID is not reported as deleted. */
async function run(course: Course): Promise<Outcome> {
	const gateway = await Child.start('gateway.ts', course);
	const ask = async <T>(message: GatewayMessage) => await gateway.ask<T>(message);
	const service = await ask<Service>({ kind: 'describe' });
	const { processes, calls, ceiling } = course;
	const setup: EngineSetup = { operation: 'delete', service };
	const starting = Array.from({ length: processes }, () => Child.start('engine.ts', setup));
	const engines = await Promise.all(starting);
	try {
		const count = Math.ceil(calls / processes) * BATCH_SIZE;
		const load: EngineMessage = { kind: 'run', variant: 'list', count, concurrency: ceiling };
		const runs = await Promise.allSettled(engines.map((one) => one.ask<RunReply>(load)));
		const done = runs.flatMap((one) => (one.status === 'fulfilled' ? [one.value.wallMs] : []));
		const traffic = await ask<Traffic>({ kind: 'traffic' });
		return { seconds: Math.max(...done) / 1000, traffic, failedRuns: processes - done.length };
	} finally {
		await Promise.all([...engines, gateway].map((one) => one.stop()));
	}
}

/** Time ÷ the least there can be, refusals and lost IDs, with each kind of gateway. */
export async function benchThrottle({ all, only }: { all: boolean; only: string }): Promise<void> {
	console.log(`\n${describeMachine()}\n`);
	const rows: string[][] = [];
	for (const course of all ? allCourses() : someCourses()) {
		const name = nameOf(course);
		if (!name.includes(only)) continue;
		const { seconds, traffic, failedRuns } = await run(course);
		const { through, refused, mostUnderWay } = traffic;
		const ratio = seconds / leastTime(course);
		const share = (refused.length / (refused.length + through.length)) * 100;
		const { latency, ceiling, processes, limit } = course;
		const row = [
			...[name, `${latency} ms`, String(ceiling), String(processes), `${seconds.toFixed(1)} s`],
			...[ratio.toFixed(2), `${share.toFixed(0)} %`, String(mostUnderWay), String(failedRuns)],
		];
		console.log(row.join(' · '));
		rows.push(row);
		const isPlain = processes === 1 && latency === 20 && ceiling === 20;
		if (limit && isPlain && PICTURES[name]) {
			writePicture(join(IMAGES, PICTURES[name]), name, limit, traffic);
		}
	}
	const head = ['Gateway', 'Answers', 'Ceiling', 'Processes', 'Time', '÷ minimum', 'Refused'];
	console.log(toPlainTable([...head, 'At once', 'Failed runs'], rows));
}

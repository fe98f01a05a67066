/* eslint-disable no-console, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import Table from 'cli-table3';

import type { Counting } from '../throttle/gateways';
import type { EngineSetup, RunReply } from './engine';
import type { GatewaySetup, Traffic } from './gateway';
import { BATCH_SIZE } from './operations';
import type { Service } from './operations';
import { Child } from './processes';

interface Course extends GatewaySetup {
	calls: number;
	processes: number;
	ceiling: number;
}

/** Runs this node against a limited gateway in a process of its own, with real sockets and On Error = Stop. */
async function run(course: Course): Promise<{ seconds: number; traffic: Traffic; lost: string }> {
	const gateway = await Child.start('gateway.ts', course);
	const service = await gateway.ask<Service>({ kind: 'describe' });
	const { processes, calls, ceiling } = course;
	const setup: EngineSetup = { operation: 'delete', service };
	const starting = Array.from({ length: processes }, () => Child.start('engine.ts', setup));
	const engines = await Promise.all(starting);
	try {
		const count = Math.ceil(calls / processes) * BATCH_SIZE;
		const load = { kind: 'run', variant: 'list', count, concurrency: ceiling };
		// An engine fails when a single ID is not reported as deleted.
		const runs = await Promise.allSettled(engines.map((one) => one.ask<RunReply>(load)));
		const failed = runs.filter(({ status }) => status === 'rejected').length;
		const traffic = await gateway.ask<Traffic>({ kind: 'traffic' });
		const wall = runs.map((one) => (one.status === 'fulfilled' ? one.value.wallMs : NaN));
		const lost = failed === 0 ? '0' : `${failed} of ${processes} runs ended`;
		return { seconds: Math.max(...wall) / 1000, traffic, lost };
	} finally {
		await Promise.all([...engines, gateway].map((one) => one.stop()));
	}
}

function* courses(isQuick: boolean): Generator<Course> {
	const countings: Counting[] = ['sliding', 'fixed', 'bucket', 'even'];
	const rates = isQuick ? [5, 100] : [1, 5, 25, 100, 200];
	for (const counting of countings) {
		for (const calls of rates) {
			for (const latency of isQuick ? [20] : [20, 200]) {
				for (const retryAfter of isQuick ? [false] : [false, true]) {
					for (const ceiling of isQuick ? [20] : [4, 20, 100]) {
						for (const processes of isQuick ? [1, 3] : [1, 2, 3]) {
							const enough = (ceiling / latency) * 1000 * processes > calls * 1.2;
							const limit = { counting, calls, period: 1000 };
							const course = { limit, latency, retryAfter, ceiling, processes };
							if (enough) yield { ...course, calls: Math.max(30, calls * 10) };
						}
					}
				}
			}
		}
		const limit = { counting, calls: 100, period: 60_000 };
		const course = { limit, latency: 20, ceiling: 20, processes: 1, calls: 200 };
		if (!isQuick) yield { ...course, retryAfter: false };
	}
	const busy = { latency: 100, retryAfter: false, processes: 1, calls: 400 };
	yield { ...busy, ceiling: 100, capacity: 8 };
}

/** Time ÷ (calls ÷ limit), refusals and lost IDs for each kind of gateway. */
export async function benchThrottle(isQuick: boolean): Promise<void> {
	const table = new Table({
		head: ['Gateway', 'Answers', 'Ceiling', 'Processes', 'Time', '÷ minimum', 'Refused', 'Lost'],
	});
	for (const course of courses(isQuick)) {
		const { limit, latency, retryAfter, ceiling, processes, calls, capacity } = course;
		const { seconds, traffic, lost } = await run(course);
		const least = limit
			? ((calls / limit.calls) * limit.period) / 1000
			: (calls * latency) / (capacity ?? ceiling) / 1000;
		const refused = traffic.refused.length / (traffic.refused.length + traffic.through.length);
		const name = limit
			? `${limit.counting} ${limit.calls} in ${limit.period / 1000} s${retryAfter ? ', Retry-After' : ''}`
			: `slower from ${capacity} at once (${traffic.mostUnderWay} were)`;
		const row = [name, `${latency} ms`, ceiling, processes, `${seconds.toFixed(1)} s`];
		table.push([...row, (seconds / least).toFixed(2), `${(refused * 100).toFixed(1)} %`, lost]);
		console.log(String(table.at(-1)));
	}
	console.log(table.toString());
}

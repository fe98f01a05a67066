/* eslint-disable no-console, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
/**
 * Measures this node in n8n's engine against the least that the same batches can cost, and against one call per item.
 * Times are those of the node's own `execute`; each figure is the median of the runs it names. `--quick` takes about
 * two minutes and is good for a first look only.
 *
 * `throttle` measures it against gateways with a limit instead, which takes ten minutes; `--all` adds every combination
 * there is (hours), and `--only` picks rows by what they say, such as `--only even`.
 */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';

import { Lab } from './lab';
import type { Row } from './lab';
import { describeMachine, toTable, toTargetTable, writeResults } from './report';
import { quickBench, wholeBench } from './scenarios';
import { targetsOfSearch, targetsOfOperation, targetsOfRows } from './targets';
import type { Target } from './targets';
import { benchThrottle } from './throttle';
import { targetsOfUploads } from './uploads';

/** For each round of the others. */
const SEARCHES = 40;

async function main(): Promise<void> {
	const flag = { type: 'boolean', default: false } as const;
	const { values, positionals } = parseArgs({
		options: { quick: flag, uploads: flag, all: flag, only: { type: 'string', default: '' } },
		allowPositionals: true,
	});
	if (positionals[0] === 'throttle') return await benchThrottle(values);
	const { scenarios, rounds } = values.quick ? quickBench() : wholeBench();
	if (values.uploads) scenarios.length = 0;
	console.log(`\n${describeMachine()}\n`);
	const lab = await Lab.open();
	try {
		const rows: Row[] = [];
		for (const scenario of scenarios) {
			const found = await lab.compare(scenario);
			console.log(toTable(found));
			rows.push(...found);
		}
		const targets: Target[] = [];
		for (const operation of new Set(scenarios.map((scenario) => scenario.operation))) {
			targets.push(...targetsOfRows(rows, operation));
			targets.push(...(await targetsOfOperation(lab, operation, rounds)));
		}
		if (!values.uploads) targets.push(...(await targetsOfSearch(lab, rounds * SEARCHES)));
		targets.push(...(await targetsOfUploads(rounds)));
		console.log(toTargetTable(targets));
		console.log(`All numbers: ${relative(process.cwd(), writeResults(rows, targets))}`);
	} finally {
		await lab.close();
	}
}

main().catch((error: Error) => {
	console.error(`It could not be measured: ${error.message}`);
	process.exitCode = 1;
});

/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import Table from 'cli-table3';
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';

import { version as coreVersion } from 'n8n-core/package.json';

import type { Row } from './lab';
import { OPERATIONS, VARIANTS } from './operations';
import type { Target } from './targets';

const RESULTS = join(__dirname, 'results');
const PLAIN = {
	style: { head: [], border: [] },
	chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

/** What was measured on what. */
export function describeMachine(): string {
	const [cpu] = cpus();
	return `Node.js ${process.version}, n8n-core ${coreVersion}, ${platform()} ${arch()}, ${cpus().length} × ${cpu.model}`;
}

/** The variants of one scenario, with their ratios to the floor. */
export function toTable(rows: Row[]): string {
	const [{ operation, count, latencyMs }] = rows;
	const floor = rows.find(({ variant }) => variant === 'floor')!;
	const title = `${OPERATIONS[operation].title}, ${count.toLocaleString('en')} IDs, ${latencyMs} ms`;
	const table = new Table({
		head: [title, 'Runs', 'Wall ms', '× floor', 'CPU ms', '× floor', 'Requests', 'Peak MB'],
		colAligns: ['left', ...Array<'right'>(7).fill('right')],
		colWidths: [48],
		...PLAIN,
	});
	for (const { variant, runs, wallMs, cpuMs, requests, peakMb } of rows) {
		table.push([
			...[VARIANTS[variant], runs],
			...[wallMs.toFixed(0), (wallMs / floor.wallMs).toFixed(2)],
			...[cpuMs.toFixed(0), (cpuMs / floor.cpuMs).toFixed(2)],
			...[requests, peakMb.toFixed(0)],
		]);
	}
	return table.toString();
}

export function toPlainTable(head: string[], rows: string[][]): string {
	const colAligns = head.map((_, n) => (n === 0 ? 'left' : 'right'));
	const table = new Table({ head, colAligns, ...PLAIN });
	table.push(...rows);
	return table.toString();
}

export function toTargetTable(targets: Target[]): string {
	const table = new Table({
		head: ['', 'Target', 'Measured', '', 'From'],
		colAligns: ['left', 'right', 'right', 'left', 'left'],
		...PLAIN,
	});
	for (const { name, measured, limit, limitIs, unit, detail } of targets) {
		const met = limitIs === 'most' ? measured <= limit : measured >= limit;
		const sign = limitIs === 'most' ? '≤' : '≥';
		table.push([
			name,
			`${sign} ${limit}${unit}`,
			short(measured) + unit,
			met ? 'met' : 'missed',
			detail,
		]);
	}
	return table.toString();
}

function short(value: number): string {
	return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

/** @returns where it was written */
export function writeResults(rows: Row[], targets: Target[]): string {
	mkdirSync(RESULTS, { recursive: true });
	const date = new Date().toISOString();
	const file = join(RESULTS, `${date.replaceAll(':', '-')}.json`);
	const results = { date, machine: describeMachine(), rows, targets };
	writeFileSync(file, `${JSON.stringify(results, undefined, '\t')}\n`);
	return file;
}

/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * Runs the examples that need no more than a Manual Trigger and KooSearch, with the built package in n8n's engine:
 * against the stand-in, or against a real service that KOOSEARCH_BASE_URL, KOOSEARCH_PROJECT_ID,
 * KOOSEARCH_APPLICATION_ID and KOOSEARCH_TOKEN name. `--dry-run` only shows the calls.
 */
import Table from 'cli-table3';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import diagnostics from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

import { pluralize } from '../nodes/KooSearch/parameters/values';
import type { EngineTypes, WorkflowJson } from './engine';
import { CredentialStore, loadPackage, runWorkflow } from './engine';
import { DEMO_TOKEN, demoState } from './standin/demoState';
import { startStandin } from './standin/server';

const ROOT = join(__dirname, '..');
const EXAMPLES = join(ROOT, 'examples');
const NODE_TYPES = new Set(['n8n-nodes-base.manualTrigger', 'n8n-nodes-koosearch.kooSearch']);
const CREDENTIAL_ID = 'koosearch';

interface Row {
	name: string;
	items: number;
	calls: number;
	results: Map<string, number>;
	milliseconds: number;
}

async function main(): Promise<void> {
	const dryRun = isDryRun();
	const real = realService();
	const standin = real ? undefined : await startStandin({ state: demoState() });
	const data = real ?? {
		baseUrl: standin!.url,
		projectId: standin!.state.projectId,
		applicationId: standin!.state.applicationId,
		token: DEMO_TOKEN,
	};
	console.log(
		`\nKooSearch ${real ? '' : 'stand-in '}at ${data.baseUrl}${dryRun ? ', dry run' : ''}`,
	);
	try {
		const types = await loadPackage(ROOT);
		const rows: Row[] = [];
		for (const [file, workflow] of demoWorkflows()) {
			console.log(`\n${workflow.name}  (${relative(ROOT, file)})`);
			rows.push(await run(workflow, types, data, dryRun));
		}
		printTable(rows);
	} finally {
		await standin?.close();
	}
}

/** A mistyped argument must not let it delete anything. npm keeps `--dry-run` to itself when no `--` stands before it. */
function isDryRun(): boolean {
	const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' } } });
	return values['dry-run'] === true || process.env.npm_config_dry_run === 'true';
}

/** The credential for a real service, when the environment names one. @throws Error when it does so in part */
function realService(): IDataObject | undefined {
	const names = ['BASE_URL', 'PROJECT_ID', 'APPLICATION_ID', 'TOKEN'];
	const given = names.filter((name) => process.env[`KOOSEARCH_${name}`]);
	if (given.length === 0) return undefined;
	const missing = names.filter((name) => !given.includes(name));
	if (missing.length > 0) {
		const list = missing.map((name) => `KOOSEARCH_${name}`).join(', ');
		throw new Error(`To run against a real service, set ${list} as well.`);
	}
	const [baseUrl, projectId, applicationId, token] = names.map(
		(name) => process.env[`KOOSEARCH_${name}`],
	);
	return { baseUrl, projectId, applicationId, token };
}

function demoWorkflows(): Array<[file: string, workflow: WorkflowJson]> {
	return readdirSync(EXAMPLES)
		.filter((name) => name.endsWith('.json'))
		.map((name) => join(EXAMPLES, name))
		.map((file): [string, WorkflowJson] => [file, JSON.parse(readFileSync(file, 'utf8'))])
		.filter(([, { nodes }]) => nodes.every(({ type }) => NODE_TYPES.has(type)));
}

async function run(
	workflow: WorkflowJson,
	types: EngineTypes,
	data: IDataObject,
	dryRun: boolean,
): Promise<Row> {
	const kooSearch = workflow.nodes.find(({ type }) => type.endsWith('.kooSearch'))!;
	const options = { ...(kooSearch.parameters.options as IDataObject), dryRun };
	kooSearch.parameters = { ...kooSearch.parameters, options };
	const credential = {
		name: 'KooSearch account',
		type: 'kooSearchApi',
		data: { authentication: 'token', ...data } as Record<string, string>,
	};
	const watch = watchCalls();
	const startedAt = Date.now();
	const result = await runWorkflow({
		workflow,
		types,
		credentials: new CredentialStore({ [CREDENTIAL_ID]: credential }),
	});
	const milliseconds = Date.now() - startedAt;
	const calls = watch.stop();
	if (result.error) throw result.error;
	for (const { message } of result.hints(kooSearch.name)) console.log(`  hint: ${message}`);
	const output = result.items(kooSearch.name);
	if (dryRun) output.forEach(printPlanned);
	const [pinned] = Object.values(workflow.pinData ?? {});
	return {
		name: workflow.name ?? '',
		items: pinned.length,
		calls,
		results: countResults(output),
		milliseconds,
	};
}

/** Prints each HTTP call of this process as its answer comes, and counts them. */
function watchCalls(): { stop: () => number } {
	let calls = 0;
	const onAnswer = (message: unknown) => {
		const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
		calls += 1;
		const path = request.path.replace(/^.*\/uni-search/, '…');
		console.log(`  ${request.method.padEnd(6)} ${path}  →  ${response.statusCode}`);
	};
	diagnostics.subscribe('http.client.response.finish', onAnswer);
	return {
		stop: () => {
			diagnostics.unsubscribe('http.client.response.finish', onAnswer);
			return calls;
		},
	};
}

function printPlanned({ json }: INodeExecutionData): void {
	const path = String(json.path).replace(/^.*\/uni-search/, '…');
	console.log(
		`  would send ${json.method} ${path} with ${pluralize(Number(json.count), { one: 'ID', many: 'IDs' })}`,
	);
}

function countResults(items: INodeExecutionData[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { json } of items) {
		const result = String(json.status ?? (json.dryRun ? 'planned' : 'error'));
		counts.set(result, (counts.get(result) ?? 0) + 1);
	}
	return counts;
}

function printTable(rows: Row[]): void {
	const table = new Table({
		head: ['Workflow', 'Items in', 'Calls', 'Results', 'Time'],
		colAligns: ['left', 'right', 'right', 'left', 'right'],
		style: { head: [], border: [] },
	});
	for (const { name, items, calls, results, milliseconds } of rows) {
		const told = [...results].map(([result, count]) => `${count} ${result}`).join('\n');
		table.push([name, items, calls, told, `${milliseconds} ms`]);
	}
	console.log(`\n${table.toString()}\n`);
}

main().catch((error: Error & { description?: string }) => {
	console.error(`\n${error.message}\n${error.description ?? ''}`);
	process.exitCode = 1;
});

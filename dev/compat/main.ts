/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions */
import Table from 'cli-table3';
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { EXCLUDED } from './excluded';
import { PROJECT } from '../n8n/install';
import { run, log, step, toMarkdown } from '../n8n/terminal';

/** A version of n8n, and the packages of it that run a node. */
interface Version {
	n8n: string;
	core: string;
	/** What that n8n-core depends on. */
	workflow: string;
}

/** The newest is the one in the project's own node_modules. */
const VERSIONS: Version[] = [
	{ n8n: '2.41', core: '2.41.1', workflow: '2.41.0' },
	{ n8n: '2.20', core: '2.20.0', workflow: '2.20.0' },
	{ n8n: '2.0', core: '2.0.0', workflow: '2.0.0' },
	{ n8n: '1.123', core: '1.122.48', workflow: '1.120.31' },
];
const [INSTALLED] = VERSIONS;

const TESTS = [
	'test/dev/engine',
	'test/workflows',
	'test/nodes/parameters/readField.test.ts',
	'test/package/packed.test.ts',
];

const COMPAT_FOLDER = join(PROJECT, '.compat');
const JEST = join(PROJECT, 'node_modules', '.bin', 'jest');

interface Result {
	version: Version;
	passed: number;
	failed: number;
	excluded: number;
}

/** What jest writes with `--json`, as far as it is looked at here. */
interface Report {
	numPassedTests: number;
	numFailedTests: number;
	numRuntimeErrorTestSuites: number;
	numPendingTests: number;
	testResults: Array<{ assertionResults: Array<{ fullName: string; status: string }> }>;
}

/** `npm run test:compat`: the engine's tests with n8n's packages of several versions, one after the other. */
async function main(): Promise<void> {
	const asked = process.argv.slice(2);
	const versions = VERSIONS.filter(({ n8n }) => asked.length === 0 || asked.includes(n8n));
	if (versions.length === 0) {
		throw new Error(`The versions are ${VERSIONS.map(({ n8n }) => n8n).join(', ')}.`);
	}
	const results: Result[] = [];
	for (const version of versions) {
		const folder = await install(version);
		log(`\nn8n ${version.n8n}: n8n-core ${version.core}, n8n-workflow ${version.workflow}`);
		results.push(await test(version, folder));
	}
	log(`\n${tell(results)}`);
	if (results.some(({ failed }) => failed > 0)) process.exitCode = 1;
}

/**
 * Installs a version's packages from the npm registry unless they are there already: some 250 MB, about a minute.
 *
 * @returns the folder whose node_modules holds them
 */
async function install(version: Version): Promise<string> {
	if (version === INSTALLED) {
		const manifest = await readFile(join(PROJECT, 'node_modules/n8n-core/package.json'), 'utf8');
		const { version: installed } = JSON.parse(manifest) as { version: string };
		if (installed === version.core) return PROJECT;
		throw new Error(`The project has n8n-core ${installed}, not ${version.core}.`);
	}
	const folder = join(COMPAT_FOLDER, version.core);
	const manifest = `${JSON.stringify(manifestFor(version), null, '\t')}\n`;
	const stamp = join(folder, 'installed.json');
	if ((await readFile(stamp, 'utf8').catch(() => '')) === manifest) return folder;

	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, 'package.json'), manifest);
	await step(`Installing n8n-core ${version.core} in .compat (some 250 MB)`, async () => {
		const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
		await run('npm', ['install', ...flags], { cwd: folder });
	});
	await writeFile(stamp, manifest);
	return folder;
}

function manifestFor({ core, workflow }: Version) {
	return {
		name: `n8n-core-${core}-for-koosearch`,
		private: true,
		dependencies: { 'n8n-core': core, 'n8n-workflow': workflow },
	};
}

/** @throws if a test that is to be left out isn't there (any more), or jest ends without a report */
async function test(version: Version, folder: string): Promise<Result> {
	await mkdir(COMPAT_FOLDER, { recursive: true });
	const output = join(COMPAT_FOLDER, `${version.core}.json`);
	await rm(output, { force: true });
	const left = EXCLUDED.filter(({ versions }) => versions.includes(version.n8n));
	for (const reason of new Set(left.map((one) => one.reason))) {
		const tests = left.filter((one) => one.reason === reason).map((one) => `\n    ${one.test}`);
		log(`  Left out, since ${reason}:${tests.join('')}`);
	}
	const names = left.map(({ test }) => escape(test)).join('|');
	const pattern = left.length > 0 ? [`--testNamePattern=^(?!(?:${names})$)`] : [];
	await jest(folder, ['--json', `--outputFile=${output}`, ...pattern, ...TESTS]);

	const report = JSON.parse(await readFile(output, 'utf8')) as Report;
	const pending = report.testResults.flatMap(({ assertionResults }) =>
		assertionResults.filter(({ status }) => status === 'pending').map(({ fullName }) => fullName),
	);
	const stale = left.filter(({ test }) => !pending.includes(test));
	if (stale.length > 0) throw new Error(`There is no test "${stale[0].test}" to leave out.`);
	return {
		version,
		passed: report.numPassedTests,
		// A file that can't even be loaded has no tests to count.
		failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
		excluded: report.numPendingTests,
	};
}

/** Runs jest to its end and shows what it says; what came out of it stands in its report. */
async function jest(folder: string, args: string[]): Promise<void> {
	const config = join(PROJECT, 'test', 'compat', 'jest.config.js');
	await new Promise<void>((resolve, reject) => {
		const child = spawn(JEST, ['--config', config, ...args], {
			cwd: PROJECT,
			env: { ...process.env, COMPAT_FOLDER: folder },
			// With --json, the report goes to standard output as well.
			stdio: ['ignore', 'ignore', 'inherit'],
		});
		child.once('error', reject);
		child.once('close', () => resolve());
	});
}

function tell(results: Result[]): string {
	const head = ['n8n', 'n8n-core', 'n8n-workflow', 'Passed', 'Failed', 'Left out'];
	const rows = results.map(({ version: { n8n, core, workflow }, passed, failed, excluded }) =>
		[n8n, core, workflow, passed, failed, excluded].map(String),
	);
	const table = new Table({ head, style: { head: [], border: [] } });
	table.push(...rows);
	return `${table.toString()}\n\n${toMarkdown([head, ...rows])}`;
}

function escape(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

main().catch((error: Error) => {
	log(`The tests did not run: ${error.message}`);
	process.exitCode = 1;
});

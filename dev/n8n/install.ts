/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { run, step } from './terminal';

export const PROJECT = resolve(__dirname, '../..');
/** Everything that n8n needs and writes; git ignores it. */
export const N8N_FOLDER = join(PROJECT, '.n8n');

const N8N_VERSION = '2.41.1';
/** n8n needs Node.js 24; where the machine's own is older, this one is installed beside it. */
const NODE_VERSION = '24.21.0';
const NODE_MAJOR = 24;

/** Newer versions of linkedom are not what this n8n was made with, and it doesn't start with them. */
const OVERRIDES = { linkedom: '0.18.12' };
/** The only packages whose install scripts are needed: one compiles the database, one fetches Node.js. */
const BUILT = ['sqlite3', 'node'];

/** Where the commands of the installed packages are, `node` among them where the machine's is too old. */
export const N8N_BIN = join(N8N_FOLDER, 'node_modules', '.bin');

/** Installs n8n from the npm registry unless it is there already: 2.9 GB, some five minutes. */
export async function installN8n(): Promise<void> {
	const manifest = `${JSON.stringify(manifestFor(ownNodeIsNewEnough()), null, '\t')}\n`;
	const stamp = join(N8N_FOLDER, 'installed.json');
	if ((await readFile(stamp, 'utf8').catch(() => '')) === manifest) return;

	await mkdir(N8N_FOLDER, { recursive: true });
	await writeFile(join(N8N_FOLDER, 'package.json'), manifest);
	await step(`Installing n8n ${N8N_VERSION} in .n8n (2.9 GB, some five minutes)`, async () => {
		await npm('install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
	});
	await step('Compiling its database driver (about a minute)', async () => {
		await npm('rebuild', ...BUILT, '--ignore-scripts=false');
	});
	await writeFile(stamp, manifest);
}

function manifestFor(nodeIsThere: boolean) {
	return {
		name: 'n8n-for-koosearch',
		private: true,
		dependencies: { n8n: N8N_VERSION, ...(nodeIsThere ? {} : { node: NODE_VERSION }) },
		overrides: OVERRIDES,
	};
}

function ownNodeIsNewEnough(): boolean {
	return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
}

async function npm(...args: string[]): Promise<string> {
	return await run('npm', args, { cwd: N8N_FOLDER });
}

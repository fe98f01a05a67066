/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { loadPackage } from '../../dev/engine';
import type { EngineTypes } from '../../dev/engine';
import { startStandin } from '../../dev/standin/server';
import { deleteParameters, iamUser, runNode } from '../workflows/runNode';

const ROOT = join(__dirname, '../..');

/** An empty folder with the unpacked tarball and n8n-workflow, and nothing else. */
let folder: string;
let installed: string;
let types: EngineTypes;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'koosearch-packed-'));
	installed = join(folder, 'node_modules/n8n-nodes-koosearch');
	mkdirSync(installed, { recursive: true });
	execFileSync('npx', ['gulp', '--silent', 'bundle'], { cwd: ROOT });
	const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
	const tarball = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }).trim();
	execFileSync('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components=1']);
	const workflowPackage = dirname(dirname(dirname(require.resolve('n8n-workflow'))));
	symlinkSync(workflowPackage, join(folder, 'node_modules/n8n-workflow'));
	types = await loadPackage(installed);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('loads and runs with nothing but n8n-workflow beside it', async () => {
	const standin = await startStandin();
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a'] });
	const { json } = await runNode({
		standin,
		types,
		items: [{ id: 'a' }],
		parameters: deleteParameters,
		credential: iamUser(standin),
	});
	expect(json).toEqual([
		{
			id: 'a',
			deleted: true,
			status: 'deleted',
			knowledgeBaseId: 'kb',
		},
	]);
	await standin.close();
});

it('has its icons, its codex and every file that package.json names', () => {
	const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
	for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
		expect(existsSync(join(installed, file))).toBe(true);
	}
	// n8n's loader turns `file:` icons into addresses below the package's name.
	const node = types.nodeTypes.getByNameAndVersion('n8n-nodes-koosearch.kooSearch').description;
	const credential = types.credentialTypes.getByName('kooSearchApi');
	for (const { iconUrl } of [node, credential]) {
		const { light, dark } = iconUrl as { light: string; dark: string };
		expect(light).not.toBe(dark);
		for (const url of [light, dark]) {
			const file = join(installed, url.replace('icons/n8n-nodes-koosearch/', ''));
			expect(readFileSync(file, 'utf8')).toContain('<svg');
		}
	}
	const nodeFolder = join(installed, dirname(manifest.n8n.nodes[0]));
	const codex = JSON.parse(readFileSync(join(nodeFolder, 'KooSearch.node.json'), 'utf8'));
	expect(codex.node).toBe('n8n-nodes-koosearch.kooSearch');
});

it('is in memory once per process: credential and nodes reach the same module instances', () => {
	const program = join(__dirname, 'loadModules.js');
	const env = { ...process.env, NODE_ENV: 'production' };
	const output = execFileSync(process.execPath, [program, installed], { encoding: 'utf8', env });
	const reached: Record<string, Record<string, number>> = JSON.parse(output);
	const { n8n } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
	for (const credential of n8n.credentials) {
		for (const node of n8n.nodes) {
			const shared = Object.keys(reached[credential]).filter((file) => file in reached[node]);
			expect(shared).not.toEqual([]);
		}
	}
	const instances = new Set(
		Object.values(reached).flatMap((files) =>
			Object.entries(files).map(([file, instance]) => `${file} ${instance}`),
		),
	);
	const loaded = [...instances].map((one) => one.split(' ')[0]).sort();
	const built = readdirSync(installed, { encoding: 'utf8', recursive: true });
	expect(loaded).toEqual(built.filter((file) => file.endsWith('.js')).sort());
});

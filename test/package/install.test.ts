/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { n8n } from '../../package.json';

const ROOT = join(__dirname, '../..');
const INSTALLED = '.n8n/nodes/node_modules/n8n-nodes-koosearch';
/** Starts a container's shell, and hands it what follows. */
const DOCKER = /^docker exec --interactive n8n (?=sh -c )/;

/** The commands of a page that unpack the package, as they stand there. */
function commandsOf(page: string): string[] {
	const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
	const code = lines.filter((line) => line.startsWith('    ')).map((line) => line.trim());
	return code.filter((line) => /\btar\b|^mkdir/.test(line));
}

let folder: string;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'koosearch-install-'));
	execFileSync('npx', ['gulp', '--silent', 'bundle'], { cwd: ROOT });
	const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
	execFileSync('npm', args, { cwd: ROOT });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pages = ['README.md', 'README.zh-CN.md', 'docs/install.md', 'docs/zh-CN/install.md'];

/** Types commands in the directory of the tarball, with a home of one's own. @returns that home */
function type(commands: string[]): string {
	const home = mkdtempSync(join(folder, 'home-'));
	execFileSync('sh', ['-ec', commands.join('\n')], {
		cwd: folder,
		env: { PATH: process.env.PATH, HOME: home },
	});
	return home;
}

function missingIn(home: string): string[] {
	const needed = ['package.json', ...n8n.nodes, ...n8n.credentials];
	return needed.filter((file) => !existsSync(join(home, INSTALLED, file)));
}

it.each(pages)('the commands of %s put the package where n8n looks for it', (page) => {
	const commands = commandsOf(page).filter((line) => !DOCKER.test(line));
	expect(commands).toHaveLength(2);
	expect(missingIn(type(commands))).toEqual([]);
});

it.each(pages.slice(2))('the Docker line of %s does so inside of the container', (page) => {
	const commands = commandsOf(page).filter((line) => DOCKER.test(line));
	expect(commands).toHaveLength(1);
	expect(missingIn(type([commands[0].replace(DOCKER, '')]))).toEqual([]);
});

it('compose.yaml takes the same file', () => {
	const text = readFileSync(join(ROOT, 'compose.yaml'), 'utf8');
	const [, file, version] = /COPY (\S+)\$\{KOOSEARCH_VERSION:-([\d.]+)\}\.tgz/.exec(text) ?? [];
	expect(existsSync(join(folder, `${file}${version}.tgz`))).toBe(true);
});

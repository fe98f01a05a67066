/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions, no-console */
/**
 * Looks at the package as npm would publish it: which files are in it and how large they are, whether its code can be
 * read and holds zod once, and what n8n's community scan says of its source and of what is packed. (The scan's own
 * command always exits with 0, and works on published packages only.)
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { n8n } from '../package.json';
import { hardToRead } from './readability';

const ROOT = join(__dirname, '..');
/** Of the code, in bytes; the rest of the package is its documents, icons and licences. */
const SIZE_LIMIT = 400_000;
const VENDOR = 'dist/nodes/vendor.js';
const ENTRY_POINTS = [...n8n.credentials, ...n8n.nodes];
const ALWAYS = [
	'LICENSE',
	'README.md',
	'README.zh-CN.md',
	'dist/THIRD-PARTY-LICENSES.txt',
	'package.json',
];

interface Packed {
	filename: string;
	unpackedSize: number;
	files: Array<{ path: string; size: number }>;
}

interface ScanResult {
	passed: boolean;
	message?: string;
	details?: string;
}

/** The scan's functions; the package has no types and is an ES module. */
interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage(directory: string, patterns?: string[]): Promise<ScanResult>;
}

async function main(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'koosearch-pack-'));
	try {
		const packed = pack(folder);
		execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', folder]);
		const directory = join(folder, 'package');
		const modules = reachedModules(directory);
		checkFiles(packed, [...ALWAYS, ...modules, ...iconsAndCodex()]);
		checkZod(directory, packed);
		for (const file of modules) if (file !== VENDOR) checkReadable(directory, file);
		checkManifest(directory);
		const scanner: Scanner = await import(
			'@n8n/scan-community-package/scanner/scanner.mjs' as string
		);
		report('source', await scanner.analyzePackage(ROOT, scanner.SOURCE_FILE_PATTERNS));
		report('package', await scanner.analyzePackage(directory));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function pack(folder: string): Packed {
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
	const [packed] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }));
	return packed as Packed;
}

/** The files that n8n's entry points lead to, where own files are required by relative paths only. */
function reachedModules(directory: string): string[] {
	const reached = new Set<string>(ENTRY_POINTS.map((file) => join(directory, file)));
	for (const file of reached) {
		const required = [...readFileSync(file, 'utf8').matchAll(/\brequire\("(\.[^"]*)"\)/g)];
		for (const [, path] of required) reached.add(require.resolve(join(file, '..', path)));
	}
	return [...reached].map((file) => relative(directory, file));
}

function iconsAndCodex(): string[] {
	const files = readdirSync(join(ROOT, 'nodes'), { encoding: 'utf8', recursive: true });
	return files
		.filter((file) => /\.(svg|png|node\.json)$/.test(file))
		.map((file) => `dist/nodes/${file}`);
}

function checkFiles({ files, unpackedSize }: Packed, expected: string[]): void {
	for (const { path, size } of files) console.log(`  ${String(size).padStart(8)}  ${path}`);
	const code = files.filter(({ path }) => path.endsWith('.js'));
	const size = code.reduce((sum, file) => sum + file.size, 0);
	console.log(`  ${String(unpackedSize).padStart(8)}  bytes unpacked`);
	console.log(`  ${String(size).padStart(8)}  of them code, ${SIZE_LIMIT} allowed`);
	const paths = files.map(({ path }) => path);
	for (const path of paths) {
		if (!expected.includes(path)) fail(`No entry point leads to ${path}, and it has no other use.`);
	}
	for (const path of expected) if (!paths.includes(path)) fail(`The package lacks ${path}.`);
	if (size > SIZE_LIMIT) fail('There is too much code.');
}

/** Each copy of zod would define this class. */
function checkZod(directory: string, { files }: Packed): void {
	const copies = files
		.filter(({ path }) => path.endsWith('.js'))
		.flatMap(({ path }) => {
			const code = readFileSync(join(directory, path), 'utf8');
			// A name that zod holds as text, so that it survives in minified code.
			return code.includes('ZodDiscriminatedUnion') ? [path] : [];
		});
	if (copies.join() !== VENDOR) fail(`zod should be in ${VENDOR} once, not in [${copies}].`);
}

function checkReadable(directory: string, file: string): void {
	const source = join(ROOT, file.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
	if (!existsSync(source)) return fail(`${file} has no source.`);
	const built = readFileSync(join(directory, file), 'utf8');
	const reasons = hardToRead(built, readFileSync(source, 'utf8'));
	if (reasons.length > 0) fail(`${file} is hard to read:\n  ${reasons.join('\n  ')}`);
}

function checkManifest(directory: string): void {
	const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
	if (manifest.dependencies) fail('A community node has no run-time dependencies.');
	const peers = JSON.stringify(manifest.peerDependencies);
	if (peers !== '{"n8n-workflow":"*"}') fail(`n8n-workflow is the only peer, not ${peers}.`);
}

function report(what: string, { passed, message, details }: ScanResult): void {
	console.log(
		`  n8n's community scan, ${what}: ${passed ? 'passed' : `failed\n${message}\n${details}`}`,
	);
	if (!passed) process.exitCode = 1;
}

function fail(message: string): void {
	console.error(message);
	process.exitCode = 1;
}

void main();

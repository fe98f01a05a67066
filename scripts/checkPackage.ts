/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions, no-console */
/**
 * Looks at the package as npm would publish it: which files are in it and how large they are, and what n8n's
 * community scan says of its source and of what is packed. (The scan's own command always exits with 0, and works on
 * published packages only.)
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const SIZE_LIMIT = 200_000;
const EXPECTED = [
	'LICENSE',
	'README.md',
	'dist/THIRD-PARTY-LICENSES.txt',
	'dist/credentials/KooSearchApi.credentials.js',
	'dist/nodes/KooSearch/KooSearch.node.js',
	'dist/nodes/KooSearch/KooSearch.node.json',
	'dist/nodes/KooSearch/koosearch.dark.svg',
	'dist/nodes/KooSearch/koosearch.svg',
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
		checkFiles(packed);
		execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', folder]);
		checkManifest(join(folder, 'package'));
		const scanner: Scanner = await import(
			'@n8n/scan-community-package/scanner/scanner.mjs' as string
		);
		report('source', await scanner.analyzePackage(ROOT, scanner.SOURCE_FILE_PATTERNS));
		report('package', await scanner.analyzePackage(join(folder, 'package')));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function pack(folder: string): Packed {
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
	const [packed] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }));
	return packed as Packed;
}

function checkFiles({ files, unpackedSize }: Packed): void {
	const paths = files.map(({ path }) => path).sort();
	for (const { path, size } of files) console.log(`  ${String(size).padStart(8)}  ${path}`);
	console.log(`  ${String(unpackedSize).padStart(8)}  bytes unpacked, ${SIZE_LIMIT} allowed`);
	if (JSON.stringify(paths) !== JSON.stringify([...EXPECTED].sort())) {
		fail(`The package should hold exactly:\n  ${EXPECTED.join('\n  ')}`);
	}
	if (unpackedSize > SIZE_LIMIT) fail('The package is too large.');
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

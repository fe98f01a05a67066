const { execFile } = require('node:child_process');
const { readdir, readFile, rm, writeFile } = require('node:fs/promises');
const { join } = require('node:path');
const { promisify } = require('node:util');

const { build: bundle } = require('esbuild');
const { dest, parallel, series, src } = require('gulp');

const run = promisify(execFile);
const { n8n } = require('./package.json');

/** The files n8n loads; each becomes one bundle of its own. */
const entryPoints = [...n8n.credentials, ...n8n.nodes].map((file) =>
	file.replace(/^dist\//, '').replace(/\.js$/, '.ts'),
);

async function clean() {
	await rm('dist', { recursive: true, force: true });
}

/** Types are checked for the whole project; esbuild, which writes the files, doesn't look at them. */
async function check() {
	await run('npx', ['tsc', '--project', '.']).catch(({ stdout }) => {
		throw new Error(`tsc:\n${stdout}`);
	});
}

/**
 * A community node may have no run-time dependencies, so zod and p-limit go into the bundle. n8n-workflow stays
 * outside: n8n recognizes its errors by their class.
 */
async function compile() {
	const { metafile } = await bundle({
		metafile: true,
		entryPoints,
		outdir: 'dist',
		outbase: '.',
		bundle: true,
		external: ['n8n-workflow'],
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		minifySyntax: true,
		minifyWhitespace: true,
		legalComments: 'none',
	});
	await writeFile('dist/THIRD-PARTY-LICENSES.txt', await licenses(metafile));
}

/** The licence texts of what went into the bundles, as those licences ask for. */
async function licenses({ inputs }) {
	const folders = Object.keys(inputs).map(
		(file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0],
	);
	const texts = [...new Set(folders)].filter(Boolean).map(async (folder) => {
		const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
		const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
		return `${name} ${version}\n\n${await readFile(join(folder, file), 'utf8')}`;
	});
	return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}

/** Icons, and the codex that tells n8n's node panel under which words the node is found. */
function assets() {
	return src(['nodes/**/*.{svg,png}', 'nodes/**/*.node.json'], {
		base: '.',
		encoding: false,
	}).pipe(dest('dist'));
}

exports.clean = clean;
/** Without looking at the types. */
exports.bundle = series(clean, parallel(compile, assets));
exports.build = series(clean, parallel(check, compile, assets));
exports.default = exports.build;

const { execFile } = require('node:child_process');
const { mkdir, readdir, readFile, rm, writeFile } = require('node:fs/promises');
const { dirname, join, relative, resolve } = require('node:path');
const { promisify } = require('node:util');

const { build: compileWith } = require('esbuild');
const { dest, parallel, series, src } = require('gulp');
const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');

const run = promisify(execFile);
const { n8n } = require('./package.json');

/** The files n8n loads. */
const entryPoints = [...n8n.credentials, ...n8n.nodes].map((file) =>
	file.replace(/^dist\//, '').replace(/\.js$/, '.ts'),
);

/** Exports what is brought along of other packages. */
const VENDOR = 'nodes/vendor.ts';
const VENDORED = /^(zod|p-limit)$/;

const common = {
	bundle: true,
	outdir: 'dist',
	outbase: '.',
	external: ['n8n-workflow'],
	platform: 'node',
	format: 'cjs',
	target: 'node20',
	legalComments: 'none',
	metafile: true,
};

/** Every import of zod or p-limit, but for the vendored file's own, leads to the vendored file. */
const vendored = {
	name: 'vendored',
	setup({ onResolve }) {
		const path = resolve(VENDOR);
		onResolve({ filter: VENDORED }, ({ importer }) => (importer === path ? undefined : { path }));
	},
};

/** Enough of TypeScript's own output to be read: tabs, no comments, no types. */
const compilerOptions = {
	module: ModuleKind.CommonJS,
	target: ScriptTarget.ES2022,
	esModuleInterop: true,
	removeComments: true,
};

/**
 * What TypeScript writes for cases that don't occur here: default exports of own files, exports that are read before
 * they are set, and functions that look at the `this` of a call.
 */
const MARK = 'Object.defineProperty(exports, "__esModule", { value: true });\n';
const UNSET_EXPORTS = /^(exports\.\w+ = )+void 0;\n/gm;
const CALL_WITHOUT_THIS = /\(0, (\w+\.\w+)\)\(/g;

async function clean() {
	await rm('dist', { recursive: true, force: true });
}

/** Types are checked for the whole project; what writes the files doesn't look at them. */
async function check() {
	await run('npx', ['tsc', '--project', '.']).catch(({ stdout }) => {
		throw new Error(`tsc:\n${stdout}`);
	});
}

/**
 * Every own file becomes a file of its own, so what is in memory once per process is so for all nodes and the
 * credential, and who reviews the package reads what was written. A community node may have no run-time dependencies:
 * zod and p-limit come along in one file. n8n-workflow stays outside: n8n recognizes its errors by their class.
 */
async function compile() {
	const inputs = await reached();
	const own = inputs.filter((file) => /^(nodes|credentials)\//.test(file) && file !== VENDOR);
	await Promise.all([
		...own.map(compileOne),
		compileWith({ ...common, entryPoints: [VENDOR], minify: true }),
	]);
	await writeFile('dist/THIRD-PARTY-LICENSES.txt', await licenses(inputs));
}

/** An import of zod or p-limit leads to the vendored file, any other stays as it is. */
async function compileOne(file) {
	const { outputText } = transpileModule(await readFile(file, 'utf8'), { compilerOptions });
	const vendor = relative(dirname(file), VENDOR.replace(/\.ts$/, ''));
	const text = outputText
		.replace(/require\("(zod|p-limit)"\)/g, `require("${vendor}")`)
		.replace(MARK, '')
		.replace(UNSET_EXPORTS, '')
		.replace(CALL_WITHOUT_THIS, '$1(')
		.replace(/^( {4})+/gm, (indent) => '\t'.repeat(indent.length / 4));
	const target = join('dist', file.replace(/\.ts$/, '.js'));
	await mkdir(dirname(target), { recursive: true });
	await writeFile(target, text);
}

/**
 * The files that n8n's entry points lead to: files that hold only types are none of them. Fails where an import has
 * no counterpart in the file it leads to; compiled one by one, the files don't show that.
 */
async function reached() {
	const { metafile } = await compileWith({
		...common,
		write: false,
		entryPoints,
		plugins: [vendored],
		logOverride: { 'import-is-undefined': 'error' },
	});
	return Object.keys(metafile.inputs);
}

/** The licence texts of what is brought along, as those licences ask for. */
async function licenses(inputs) {
	const folders = inputs.map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]);
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

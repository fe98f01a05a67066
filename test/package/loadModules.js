/**
 * Loads the package in the folder that is its argument as an n8n process does, and writes which modules each entry
 * point led to, as numbers that stand for module instances. It is a program of its own because in a test n8n-core and
 * jest keep modules apart in ways of theirs.
 */
require('reflect-metadata');
const { PackageDirectoryLoader } = require('n8n-core');
const { realpathSync } = require('node:fs');
const { join, relative } = require('node:path');

const directory = realpathSync(process.argv[2]);
const instances = [];

/** Where each module of the package stands, and which instance it is. */
function reachedFrom(module, found = {}) {
	const file = relative(directory, module.filename);
	if (file.startsWith('..') || file in found) return found;
	if (!instances.includes(module)) instances.push(module);
	found[file] = instances.indexOf(module);
	for (const child of module.children) reachedFrom(child, found);
	return found;
}

async function main() {
	await new PackageDirectoryLoader(directory).loadAll();
	const { n8n } = require(join(directory, 'package.json'));
	const reached = [...n8n.credentials, ...n8n.nodes].map((file) => [
		file,
		reachedFrom(require.cache[join(directory, file)]),
	]);
	process.stdout.write(JSON.stringify(Object.fromEntries(reached)));
}

void main();

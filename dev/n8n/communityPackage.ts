/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { PROJECT } from './install';
import { run } from './terminal';

interface Manifest {
	name: string;
	version: string;
	[key: string]: unknown;
}

/** Builds the project and packs it as it would be published. @returns the tarball */
export async function packProject(folder: string): Promise<string> {
	await run('npm', ['run', '--silent', 'build'], { cwd: PROJECT });
	await mkdir(folder, { recursive: true });
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
	const [{ filename }] = JSON.parse(await run('npm', args, { cwd: PROJECT })) as [
		{ filename: string },
	];
	return join(folder, filename);
}

/**
 * Installs a tarball the way n8n's own installer does with what it gets from the registry (packages/cli
 * community-packages.service.ts downloadPackage, 2.41.1), with the same commands and the same options.
 *
 * @returns where the package is now
 */
export async function installPackage(tarball: string, userFolder: string): Promise<string> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	const { name } = await readManifest(tarball);
	const folder = join(nodes, 'node_modules', name);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	const { version } = await keepOnlyDependencies(join(folder, 'package.json'));
	await run(
		'npm',
		[
			'install',
			'--audit=false',
			'--fund=false',
			'--bin-links=false',
			'--install-strategy=shallow',
			'--ignore-scripts=true',
			'--package-lock=false',
		],
		{ cwd: folder },
	);
	const installed = { name: 'installed-nodes', private: true, dependencies: { [name]: version } };
	await writeFile(join(nodes, 'package.json'), JSON.stringify(installed, null, 2));
	return folder;
}

async function readManifest(tarball: string): Promise<Manifest> {
	return JSON.parse(await run('tar', ['-xzOf', tarball, 'package/package.json'])) as Manifest;
}

async function keepOnlyDependencies(file: string): Promise<Manifest> {
	const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
	for (const key of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		delete manifest[key];
	}
	await writeFile(file, JSON.stringify(manifest, null, 2));
	return manifest;
}

/* eslint-disable @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../n8n/server';
import { run } from '../n8n/terminal';

/** A database or a queue that n8n's processes share. */
export interface Service {
	port: number;
	/** What it is, with its version. */
	name: string;
	stop(): Promise<void>;
}

/** Makes the kernel end a process as soon as the one that started it is gone, however that ended. */
export const DIES_WITH_US = ['setpriv', '--pdeathsig', 'KILL'];
/** PostgreSQL refuses to run as root. */
const POSTGRES_USER = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
const DEBIAN_POSTGRES = '/usr/lib/postgresql';
const READY_LIMIT = 30_000;

/** @throws Error that says what to install */
export function checkServices(): void {
	const missing = [
		...(findPostgres() ? [] : ['postgresql']),
		...(findCommand('redis-server') ? [] : ['redis-server']),
		...(findCommand('setpriv') ? [] : ['util-linux']),
	];
	if (missing.length === 0) return;
	throw new Error(
		`The queue tests need PostgreSQL and Redis. Install them with: apt-get install ${missing.join(' ')}`,
	);
}

/** An empty PostgreSQL of our own in a new folder. */
export async function startPostgres(folder: string): Promise<Service> {
	const bin = findPostgres()!;
	const asUser = process.getuid?.() === 0 ? POSTGRES_USER : [];
	await mkdir(folder);
	if (asUser.length > 0) await run('chown', ['postgres:postgres', folder]);
	const data = join(folder, 'data');
	const initdb = [join(bin, 'initdb'), '-D', data, '-U', 'n8n', '--auth=trust', '-E', 'UTF8'];
	await run('setpriv', [...asUser, ...initdb]);
	const port = await freePort();
	const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', ''];
	return await serve('PostgreSQL', [...asUser, join(bin, 'postgres'), ...args], {
		port,
		folder,
		version: await run(join(bin, 'postgres'), ['--version']),
		// "Fast": ends the connections instead of waiting for them.
		stopSignal: 'SIGINT',
		isReady: async () => {
			const question = ['-h', '127.0.0.1', '-p', String(port), '-U', 'n8n', '-d', 'postgres'];
			await run(join(bin, 'pg_isready'), question);
		},
	});
}

/** A Redis of our own that writes nothing to disk. */
export async function startRedis(folder: string): Promise<Service> {
	await mkdir(folder);
	const port = await freePort();
	const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
	return await serve('Redis', ['redis-server', ...place, '--save', '', '--appendonly', 'no'], {
		port,
		folder,
		version: await run('redis-server', ['--version']),
		stopSignal: 'SIGTERM',
		isReady: async () => {
			await run('redis-cli', ['-p', String(port), 'ping']);
		},
	});
}

interface ServiceOptions {
	port: number;
	folder: string;
	/** What the program says of itself. */
	version: string;
	stopSignal: NodeJS.Signals;
	/** Rejects as long as it doesn't answer. */
	isReady(): Promise<void>;
}

async function serve(title: string, command: string[], options: ServiceOptions): Promise<Service> {
	const [launcher, ...args] = [...DIES_WITH_US, ...command];
	const child = spawn(launcher, args, {
		cwd: options.folder,
		// A group of its own: Ctrl-C in the terminal is for us, who end it in its turn.
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const ended = once(child, 'exit').then(() => undefined);
	const output = Promise.all([text(child.stdout), text(child.stderr)]);
	const stop = async () => {
		child.kill(options.stopSignal);
		await ended;
	};
	try {
		await untilReady(child, options.isReady);
	} catch (error) {
		child.kill('SIGKILL');
		throw new Error(`${title} did not start: ${String(error)}\n${(await output).join('')}`);
	}
	const [version] = /\d+(\.\d+)+/.exec(options.version) ?? [''];
	return { port: options.port, name: `${title} ${version}`, stop };
}

async function untilReady(child: ChildProcess, isReady: () => Promise<void>): Promise<void> {
	const deadline = Date.now() + READY_LIMIT;
	for (;;) {
		if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
		try {
			return await isReady();
		} catch (error) {
			if (Date.now() > deadline) throw error;
			await sleep(100);
		}
	}
}

/** The folder of PostgreSQL's programs: Debian has one for each version, outside of the PATH. */
function findPostgres(): string | undefined {
	const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
	const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
	const folders = newestFirst.map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
	return [...folders, ...searchPath()].find((folder) => existsSync(join(folder, 'initdb')));
}

function findCommand(name: string): boolean {
	return searchPath().some((folder) => existsSync(join(folder, name)));
}

function searchPath(): string[] {
	return (process.env.PATH ?? '').split(delimiter);
}

/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/require-node-api-error */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { N8N_BIN, N8N_FOLDER } from './install';

export interface N8nOptions {
	/** n8n keeps its database, its key and the community nodes in `.n8n` below it. */
	userFolder: string;
	port: number;
	/** Further settings of n8n. */
	env?: Record<string, string>;
	/** What n8n is started as: its main process, with the editor, unless said otherwise. */
	command?: 'start' | 'worker';
	/** A command that starts n8n in its place, under the same process ID, such as `setpriv`. */
	launcher?: string[];
	/** Gets each line that n8n writes. */
	onLine?: (line: string) => void;
}

export interface N8nServer {
	url: string;
	/** Of n8n's process, and of the group of all that it started. */
	pid: number;
	/** Settles when n8n answers. Rejects with what n8n wrote, if it ends or isn't ready in time. */
	ready: Promise<void>;
	/** Settles when n8n has ended, whoever ended it. */
	ended: Promise<void>;
	/** Ends n8n and all processes that it started. */
	stop(): Promise<void>;
}

/** n8n with all that it would ask other machines for switched off. */
const SETTINGS = {
	// jest's 'test' makes n8n leave out its server.
	NODE_ENV: 'production',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: '127.0.0.1',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_SECURE_COOKIE: 'false',
	N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
	NO_COLOR: '1',
};
const READY = { start: 'Editor is now accessible', worker: 'n8n worker is now ready' };
const START_LIMIT = 180_000;
/** Longer than n8n's own limit for ending what is under way. */
const STOP_LIMIT = 10_000;

/** Starts the installed n8n. It has to be stopped, ready or not. */
export async function startN8n(options: N8nOptions): Promise<N8nServer> {
	const { userFolder, port, env, command = 'start', launcher = [], onLine } = options;
	const n8n = join(N8N_FOLDER, 'node_modules', 'n8n', 'bin', 'n8n');
	const [executable, ...args] = [...launcher, 'node', n8n, command];
	const child = spawn(executable, args, {
		// A group of its own, so that the processes n8n starts can be ended with it.
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			...process.env,
			PATH: [N8N_BIN, process.env.PATH].join(delimiter),
			...SETTINGS,
			N8N_USER_FOLDER: userFolder,
			N8N_PORT: String(port),
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			...env,
		},
	});
	const ended = once(child, 'exit').then(() => undefined);
	return {
		url: `http://127.0.0.1:${port}`,
		pid: child.pid!,
		ready: untilReady(child, ended, READY[command], onLine),
		ended,
		stop: async () => await stopGroup(child, ended),
	};
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

async function untilReady(
	child: ChildProcess,
	ended: Promise<void>,
	sign: string,
	onLine: (line: string) => void = () => {},
): Promise<void> {
	const written: string[] = [];
	const ready = new Promise<string>((resolve) => {
		for (const stream of [child.stdout!, child.stderr!]) {
			createInterface({ input: stream }).on('line', (line) => {
				written.push(line);
				onLine(line);
				if (line.includes(sign)) resolve('ready');
			});
		}
	});
	const giveUp = new AbortController();
	const outcome = await Promise.race([
		ready,
		ended.then(() => 'ended'),
		sleep(START_LIMIT, 'was not ready in time', { signal: giveUp.signal }),
	]);
	giveUp.abort();
	if (outcome !== 'ready') throw new Error(`n8n ${outcome}:\n${written.join('\n')}`);
}

async function stopGroup({ pid }: ChildProcess, ended: Promise<void>): Promise<void> {
	if (pid === undefined) return;
	signal(pid, 'SIGTERM');
	await Promise.race([ended, sleep(STOP_LIMIT, undefined, { ref: false })]);
	signal(-pid, 'SIGKILL');
	await ended;
}

/** @param pid a process, or, negative, its whole group */
function signal(pid: number, name: NodeJS.Signals): void {
	try {
		process.kill(pid, name);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}

/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

import { N8nClient } from '../n8n/client';
import { installPackage, packProject } from '../n8n/communityPackage';
import { installN8n } from '../n8n/install';
import { freePort, startN8n } from '../n8n/server';
import type { N8nServer } from '../n8n/server';
import { step } from '../n8n/terminal';
import type { Service } from './services';
import { checkServices, DIES_WITH_US, startPostgres, startRedis } from './services';

/** How soon n8n notices that a worker is gone, in milliseconds; its own defaults add up to a minute and a half. */
const NOTICE = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

/** What of compose.yaml also holds here. */
export interface Compose {
	services: {
		worker: { environment: Record<string, string>; healthcheck: { test: string[] } };
	};
}

export function compose(): Compose {
	const file = join(__dirname, '../../compose.yaml');
	return parse(readFileSync(file, 'utf8'), { merge: true }) as Compose;
}

/** What compose.yaml sets for all processes of n8n, but for what each user writes into `.env`. */
function composeSettings(): Record<string, string> {
	const settings = Object.entries(compose().services.worker.environment);
	return Object.fromEntries(settings.filter(([, value]) => !value.includes('${')));
}

/** A worker's own words when it takes an execution from the queue, and when that has ended. */
const TAKES = /Worker (started|finished|errored while running) execution (\d+)/;

/** One process of n8n. */
export class Member {
	/** The executions that it took from the queue, in that order. */
	readonly executions: string[] = [];
	/** Those that have not ended. */
	readonly running = new Set<string>();

	constructor(
		readonly name: string,
		readonly server: N8nServer,
	) {}

	/** Its highest memory since `forgetPeak`, in MB. */
	get peakMemory(): number {
		const status = readFileSync(`/proc/${this.server.pid}/status`, 'utf8');
		return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1024;
	}

	/** How long it has kept a processor busy, in seconds. */
	get cpuTime(): number {
		// In hundredths of a second; the name before them is in parentheses and may hold anything.
		const fields = readFileSync(`/proc/${this.server.pid}/stat`, 'utf8').replace(/.*\) /s, '');
		const [user, system] = fields.split(' ').slice(11, 13);
		return (Number(user) + Number(system)) / 100;
	}

	/** Takes note of a line that it wrote. */
	note(line: string): void {
		const [, what, execution] = TAKES.exec(line) ?? [];
		if (what === 'started') {
			this.executions.push(execution);
			this.running.add(execution);
		} else if (what) {
			this.running.delete(execution);
		}
	}

	forgetPeak(): void {
		writeFileSync(`/proc/${this.server.pid}/clear_refs`, '5');
	}

	/** As when its machine fails: with all that it started, and without a word to anybody. */
	async kill(): Promise<void> {
		process.kill(-this.server.pid, 'SIGKILL');
		await this.server.ended;
	}
}

/** n8n in queue mode: its main process and workers, with the packed node in each of them, on one database and queue. */
export class Cluster {
	readonly workers: Member[] = [];
	main!: Member;
	n8n!: N8nClient;

	private readonly services: Service[] = [];
	private readonly key = randomBytes(16).toString('hex');
	private nodes = '';
	private started = 0;

	private constructor(
		private readonly folder: string,
		private readonly mode: 'queue' | 'regular',
	) {}

	/**
	 * @param workers with none, n8n is one process that does everything itself
	 * @throws Error when something doesn't start, and then nothing is left running
	 */
	static async start(workers: number): Promise<Cluster> {
		checkServices();
		await installN8n();
		const folder = await mkdtemp(join(tmpdir(), 'koosearch-queue-'));
		const cluster = new Cluster(folder, workers > 0 ? 'queue' : 'regular');
		try {
			await cluster.open(workers);
			return cluster;
		} catch (error) {
			await cluster.stop();
			throw error;
		}
	}

	/** What it is made of, with versions. */
	get parts(): string[] {
		return this.services.map(({ name }) => name);
	}

	async addWorker(): Promise<Member> {
		const name = `worker ${++this.started}`;
		const worker = await this.startMember(name, 'worker', (line) => worker.note(line));
		this.workers.push(worker);
		await worker.server.ready;
		return worker;
	}

	/** Kills a worker; it isn't one of the workers any more. */
	async kill(worker: Member): Promise<void> {
		this.workers.splice(this.workers.indexOf(worker), 1);
		await worker.kill();
	}

	async stop(): Promise<void> {
		const members = [...this.workers, ...(this.main ? [this.main] : [])];
		await Promise.all(members.map(async ({ server }) => await server.stop()));
		await Promise.all(this.services.map(async (service) => await service.stop()));
		await rm(this.folder, { recursive: true, force: true });
	}

	private async open(workers: number): Promise<void> {
		// PostgreSQL's user has to get through.
		await chmod(this.folder, 0o755);
		await step('Starting PostgreSQL and Redis', async () => {
			this.services.push(await startPostgres(join(this.folder, 'postgres')));
			this.services.push(await startRedis(join(this.folder, 'redis')));
		});
		await step('Packing and installing the node', async () => {
			const folder = join(this.folder, 'main');
			await installPackage(await packProject(folder), folder);
			this.nodes = join(folder, '.n8n', 'nodes');
		});
		await step(`Starting n8n and ${workers} workers`, async () => {
			this.main = await this.startMember('main', 'start');
			// The first one makes the tables.
			await this.main.server.ready;
			this.n8n = await N8nClient.signIn(this.main.server.url);
			await Promise.all(Array.from({ length: workers }, async () => await this.addWorker()));
		});
	}

	private async startMember(
		name: string,
		command: 'start' | 'worker',
		onLine?: (line: string) => void,
	): Promise<Member> {
		const userFolder = join(this.folder, name.replace(' ', '-'));
		if (command === 'worker') {
			await mkdir(join(userFolder, '.n8n'), { recursive: true });
			await cp(this.nodes, join(userFolder, '.n8n', 'nodes'), { recursive: true });
		}
		const [postgres, redis] = this.services;
		const port = await freePort();
		const server = await startN8n({
			userFolder,
			port,
			command,
			launcher: DIES_WITH_US,
			onLine,
			env: {
				...composeSettings(),
				EXECUTIONS_MODE: this.mode,
				N8N_ENCRYPTION_KEY: this.key,
				N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
				DB_POSTGRESDB_HOST: '127.0.0.1',
				DB_POSTGRESDB_PORT: String(postgres.port),
				DB_POSTGRESDB_DATABASE: 'postgres',
				DB_POSTGRESDB_USER: 'n8n',
				QUEUE_BULL_REDIS_HOST: '127.0.0.1',
				QUEUE_BULL_REDIS_PORT: String(redis.port),
				QUEUE_HEALTH_CHECK_PORT: String(port),
				...NOTICE,
			},
		});
		return new Member(name, server);
	}
}

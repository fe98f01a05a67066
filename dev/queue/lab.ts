/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';

import { RunOfWorkflow } from '../n8n/client';
import type { Execution, N8nClient } from '../n8n/client';
import { credentialValues } from '../n8n/demoCredential';
import { saveSpreadPair, SPREAD_TRIGGER } from '../n8n/spreadPair';
import type { SpreadPair, SpreadSettings } from '../n8n/spreadPair';
import { CREDENTIAL_TYPE } from '../n8n/workflows';
import type { FaultHandle } from '../standin/faults';
import { addTask } from '../standin/knowledgeBase';
import type { KnowledgeBase, Task } from '../standin/knowledgeBase';
import { startStandin } from '../standin/server';
import type { Standin } from '../standin/server';
import { State } from '../standin/state';
import type { Cluster, Member } from './cluster';

export interface LabOptions {
	/** How many tasks there are to delete. */
	tasks: number;
	/** How long KooSearch takes for an answer. */
	latencyMs?: number;
	settings?: SpreadSettings;
	/** Of the node that deletes. */
	options?: Record<string, number>;
}

/** What the workflow says of a share. */
export interface Report {
	requested: number;
	done: boolean;
	confirmed: number;
	why: string;
	notConfirmed: string[];
}

/** What it says at its end. */
export interface Sum {
	shares: number;
	sharesDone: number;
	requested: number;
	confirmed: number;
	notConfirmed: string[];
}

/** What came of one run that went to its end. */
export interface Outcome {
	reports: Report[];
	sum: Sum;
	/** The IDs of each share, in the order of the reports. */
	shares: string[][];
	/** Whether the node was reached that is to tell somebody. */
	notified: boolean;
}

const KNOWLEDGE_BASE = 'kb-contracts';
const DAY = 86_400_000;
const RUN_LIMIT = 280_000;

/** A KooSearch with tasks to delete, and the pair of workflows that does it. */
export class Lab {
	/** The tasks that the workflow is to find. */
	readonly wanted: string[] = [];
	private readonly kept: string[];

	private constructor(
		readonly standin: Standin,
		readonly knowledgeBase: KnowledgeBase,
		readonly pair: SpreadPair,
		private readonly n8n: N8nClient,
	) {
		this.kept = [...knowledgeBase.tasks.keys()];
	}

	static async open({ n8n }: Cluster, options: LabOptions): Promise<Lab> {
		const state = new State();
		const knowledgeBase = state.addKnowledgeBase({ id: KNOWLEDGE_BASE, tasks: bystanders() });
		const standin = await startStandin({ state });
		standin.latencyMs = options.latencyMs ?? 0;
		const data = credentialValues(standin, 'iamUser');
		const credential = await n8n.createCredential('KooSearch', CREDENTIAL_TYPE, data);
		const { settings, options: nodeOptions } = options;
		const pair = await saveSpreadPair(n8n, credential, settings, nodeOptions);
		const lab = new Lab(standin, knowledgeBase, pair, n8n);
		lab.add(options.tasks);
		return lab;
	}

	/** More tasks to delete. */
	add(count: number): void {
		for (const id of idsOf(`wanted-${this.wanted.length}`, count)) {
			addTask(this.knowledgeBase, task(id, 'ERROR', 30));
			this.wanted.push(id);
		}
	}

	/**
	 * Has the gateway let so many calls through in each second, whoever sends them, and refuse the others.
	 *
	 * @returns how many it has refused so far
	 */
	limit(callsPerSecond: number): FaultHandle {
		let second = 0;
		let calls = 0;
		const isTooMany = () => {
			const now = Math.floor(Date.now() / 1000);
			calls = now === second ? calls + 1 : 1;
			second = now;
			return calls > callsPerSecond;
		};
		const when = { request: isTooMany };
		return this.standin.faults.add({ what: { kind: 'throttle' }, when, times: Infinity });
	}

	async close(): Promise<void> {
		await this.n8n.deactivate(this.pair.share);
		await this.standin.close();
	}

	/** The tasks that are still there although they were to be deleted. */
	get left(): string[] {
		return this.wanted.filter((id) => this.knowledgeBase.tasks.has(id));
	}

	/** The tasks that are gone although nobody wanted them to. */
	get lost(): string[] {
		return this.kept.filter((id) => !this.knowledgeBase.tasks.has(id));
	}

	/** Deletions that were carried out. */
	get deletions() {
		return this.standin.requests.filter(
			({ method, status }) => method === 'DELETE' && status === 200,
		);
	}

	/** @returns the ID of the execution */
	async start(): Promise<string> {
		return await this.n8n.start(this.pair.spread, SPREAD_TRIGGER);
	}

	async untilEnded(execution: string): Promise<string> {
		return await this.n8n.untilEnded(execution, RUN_LIMIT);
	}

	/** @throws Error when the execution didn't go to its end */
	async outcome(execution: string): Promise<Outcome> {
		const run = new RunOfWorkflow(await this.n8n.finished(execution));
		if (run.status !== 'success') throw new Error(`It ended with ${run.status}: ${run.error}`);
		return {
			reports: run.items('A Few at a Time').map(({ json }) => json as unknown as Report),
			sum: run.items('Sum Up')[0].json as unknown as Sum,
			shares: run.items('One Item per Share').map(({ json }) => json.ids as string[]),
			notified: 'Notify' in run.execution.data.resultData.runData,
		};
	}

	/** Runs the workflow to its end. */
	async run(): Promise<Outcome> {
		const execution = await this.start();
		await this.untilEnded(execution);
		return await this.outcome(execution);
	}

	/** The executions that shares had, without their data. */
	async shareExecutions(): Promise<Execution[]> {
		const query = `workflowId=${this.pair.share.id}&limit=250`;
		return (await this.n8n.api<{ data: Execution[] }>(`/executions?${query}`)).data;
	}

	/** Waits until this worker is in the middle of a share, and several of its calls have been answered. */
	async untilInTheMiddle({ running }: Member): Promise<void> {
		await until(() => running.size > 0);
		const before = this.deletions.length;
		await until(() => this.deletions.length > before + 10);
	}
}

/** Waits, as long as the test may last. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await sleep(20);
}

/** As long as the IDs of KooSearch. */
function idsOf(prefix: string, count: number): string[] {
	return Array.from(
		{ length: count },
		(_, n) => prefix + String(n).padStart(36 - prefix.length, '-0'),
	);
}

function task(id: string, status: Task['status'], ageInDays: number) {
	return { id, status, create_time: Date.now() - ageInDays * DAY };
}

/** Tasks that are of another status, or too young. */
function bystanders() {
	const kinds: Array<[Task['status'], number]> = [
		['SUCCESS', 30],
		['RUNNING', 30],
		['PENDING', 30],
		['ERROR', 1],
	];
	return kinds.flatMap(([status, age]) =>
		idsOf(`kept-${status}`.toLowerCase(), 100).map((id) => task(id, status, age)),
	);
}

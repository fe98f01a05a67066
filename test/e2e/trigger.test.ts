/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import type { INode } from 'n8n-workflow';
import { cp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { addFile } from '../../dev/standin/knowledgeBase';
import type { KnowledgeBase } from '../../dev/standin/knowledgeBase';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import { N8nClient, RunOfWorkflow } from '../../dev/n8n/client';
import type { Execution, SavedWorkflow } from '../../dev/n8n/client';
import { credentialValues } from '../../dev/n8n/demoCredential';
import { N8N_FOLDER } from '../../dev/n8n/install';
import { freePort, startN8n } from '../../dev/n8n/server';
import {
	chain,
	CREDENTIAL_TYPE,
	node,
	TRIGGER_TYPE,
	withCredential,
} from '../../dev/n8n/workflows';
import { runningN8n } from './runningN8n';

/** n8n polls once a minute at most. */
const LIMIT = 400_000;

const { n8n, packageFolder } = runningN8n();
let standin: Standin;
let knowledgeBase: KnowledgeBase;

beforeEach(async () => {
	standin = await startStandin();
	knowledgeBase = standin.state.addKnowledgeBase({
		id: 'kb',
		files: [{ id: 'old', status: 'ERROR' }],
	});
});

afterEach(async () => {
	await standin.close();
	expect(standin.violations).toEqual([]);
});

/** Polls in so many seconds, and then once a minute. */
async function activate(
	client: N8nClient,
	inSeconds: number,
	next = node('Done', 'n8n-nodes-base.noOp', {}),
): Promise<SavedWorkflow> {
	const data = credentialValues(standin, 'iamUser');
	const credential = await client.createCredential('KooSearch', CREDENTIAL_TYPE, data);
	const second = new Date(Date.now() + inSeconds * 1000).getSeconds();
	const pollTimes = { item: [{ mode: 'custom', cronExpression: `${second} * * * * *` }] };
	const parameters = {
		event: 'fileFailed',
		knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
		pollTimes,
	};
	const workflow = chain('Failed files', node('Trigger', TRIGGER_TYPE, parameters), next);
	const saved = await client.createWorkflow(withCredential(workflow, credential));
	await client.activate(saved);
	return saved;
}

function fail(id: string): void {
	addFile(knowledgeBase, { id, status: 'ERROR' });
}

function ids(execution: Execution): unknown[] {
	return new RunOfWorkflow(execution).items('Trigger').map(({ json }) => json.id);
}

function polls(): number {
	return standin.requests.filter(({ path }) => path.endsWith('/files/search')).length;
}

/** Waits until the trigger has polled so many times. */
async function polled(times: number): Promise<void> {
	while (polls() < times) await sleep(100);
}

async function endedTimes(client: N8nClient, workflow: SavedWorkflow, count: number) {
	for (;;) {
		const all = await client.executions(workflow);
		if (all.length >= count && all.every(({ status }) => status === 'success')) {
			return all.reverse();
		}
		await sleep(500);
	}
}

it(
	'reports what happens between its polls, also while it is switched off',
	async () => {
		const workflow = await activate(n8n, 10);
		await polled(1);
		fail('first');
		await endedTimes(n8n, workflow, 1);
		fail('second');
		await endedTimes(n8n, workflow, 2);
		await n8n.deactivate(workflow);
		fail('meanwhile');
		await n8n.activate(workflow);
		const executions = await endedTimes(n8n, workflow, 3).finally(() => n8n.deactivate(workflow));
		expect(executions.map(ids)).toEqual([['first'], ['second'], ['meanwhile']]);
		expect(standin.signIns).toBe(1);
	},
	LIMIT,
);

/** A file fails, n8n is killed at some moment of what follows, and started again. */
async function killAndStartAgain(
	next: INode,
	/** Resolves when it has killed. */
	killAtItsTime: (kill: () => void) => Promise<void>,
	look: (client: N8nClient, workflow: SavedWorkflow) => Promise<void>,
): Promise<void> {
	const userFolder = join(N8N_FOLDER, 'e2e-killed');
	await rm(userFolder, { recursive: true, force: true });
	const installed = resolve(dirname(packageFolder), '..');
	await cp(installed, join(userFolder, '.n8n', 'nodes'), { recursive: true });
	const start = async () => await startN8n({ userFolder, port: await freePort() });
	const first = await start();
	let second: typeof first | undefined;
	try {
		await first.ready;
		const client = await N8nClient.signIn(first.url);
		const workflow = await activate(client, 15, next);
		await polled(1);
		fail('new');
		await killAtItsTime(() => process.kill(-first.pid, 'SIGKILL'));
		await first.ended;
		second = await start();
		await second.ready;
		await look(await N8nClient.signIn(second.url), workflow);
	} finally {
		await first.stop();
		await second?.stop();
	}
}

it(
	'reports again what a killed n8n had not handed on',
	async () => {
		await killAndStartAgain(
			node('Done', 'n8n-nodes-base.noOp', {}),
			// The answer has left, and n8n gets no further.
			async (kill) => {
				await new Promise<void>((done) => {
					standin.onRequest = ({ path }) => {
						if (!path.endsWith('/files/search')) return;
						kill();
						done();
					};
				});
				standin.onRequest = undefined;
			},
			async (client, workflow) => {
				const executions = await endedTimes(client, workflow, 1);
				expect(executions.map(ids)).toEqual([['new']]);
				await polled(polls() + 1);
				expect(await client.executions(workflow)).toHaveLength(1);
			},
		);
	},
	LIMIT,
);

it(
	'does not report again what a killed n8n had begun to work on: that execution is marked as crashed',
	async () => {
		// It never answers.
		const slow = createServer().listen(0, '127.0.0.1');
		await once(slow, 'listening');
		const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
		try {
			await killAndStartAgain(
				node('Slow', 'n8n-nodes-base.httpRequest', { url, options: {} }, { typeVersion: 4.2 }),
				async (kill) => {
					await once(slow, 'request');
					kill();
				},
				async (client, workflow) => {
					await polled(polls() + 1);
					const [crashed, ...others] = await client.executions(workflow);
					expect([crashed.status, others]).toEqual(['crashed', []]);
					expect(JSON.stringify(crashed.data)).toContain('"new"');
				},
			);
		} finally {
			slow.closeAllConnections();
			slow.close();
		}
	},
	LIMIT,
);

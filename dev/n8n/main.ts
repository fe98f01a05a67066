/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import Table from 'cli-table3';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { N8nClient, OWNER } from './client';
import type { Saved } from './workflows';
import { installPackage, packProject } from './communityPackage';
import { credentialValues } from './demoCredential';
import { installN8n, N8N_FOLDER } from './install';
import { readPort, requireFreePort } from './ports';
import { startN8n } from './server';
import { log, step } from './terminal';
import { CREDENTIAL_TYPE, readExamples } from './workflows';
import { demoState } from '../standin/demoState';
import { startStandin } from '../standin/server';
import type { Standin } from '../standin/server';

const USER_FOLDER = join(N8N_FOLDER, 'demo');
const CREDENTIAL_NAME = 'KooSearch Stand-In';
const HEADER_AUTH = 'httpHeaderAuth';
/** So long that one can see a file waiting, in milliseconds. */
const PARSING = 10_000;
/** So that one can see what a failure looks like. */
const FAILING = 'broken';

/** `npm run n8n`: n8n's editor with this node in it, and a KooSearch behind it that needs no account. */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '5678' },
			'standin-port': { type: 'string', default: '8787' },
			fresh: { type: 'boolean', default: false },
		},
	});
	const ports = {
		n8n: readPort('--port', values.port),
		standin: readPort('--standin-port', values['standin-port']),
	};
	await requireFreePort('--port', ports.n8n);
	await requireFreePort('--standin-port', ports.standin);
	if (values.fresh) await rm(USER_FOLDER, { recursive: true, force: true });
	await installN8n();
	const state = demoState({
		ms: PARSING,
		failure: ({ name }) => (name.startsWith(FAILING) ? 'The file is encrypted' : undefined),
	});
	const standin = await startStandin({ port: ports.standin, state });
	try {
		await step('Packing and installing the node', async () => {
			await installPackage(await packProject(USER_FOLDER), USER_FOLDER);
		});
		await runEditor(standin, ports.n8n);
	} finally {
		await standin.close();
	}
}

/** Until Ctrl-C, or until n8n ends by itself. */
async function runEditor(standin: Standin, port: number): Promise<void> {
	const interrupted = untilInterrupted();
	const server = await startN8n({ userFolder: USER_FOLDER, port });
	const opened = step('Starting n8n', async () => {
		await server.ready;
		await fill(await N8nClient.signIn(server.url), standin);
	});
	try {
		await Promise.race([opened.then(() => log(guide(server.url, standin))), interrupted]);
		await Promise.race([interrupted, server.ended]);
	} finally {
		log('Ending n8n');
		await server.stop();
	}
}

/** Adds the credentials and the example workflows; workflows from an earlier run stay as they are. */
async function fill(client: N8nClient, standin: Standin): Promise<void> {
	const there = await client.credentials();
	const credential = async (name: string, type: string, data: ICredentialDataDecryptedObject) => {
		const known = byName(there, name);
		// The stand-in may be at another port than in the earlier run.
		if (known) return await client.updateCredential(known, type, data);
		return await client.createCredential(name, type, data);
	};
	const own = await credential(
		CREDENTIAL_NAME,
		CREDENTIAL_TYPE,
		credentialValues(standin, 'iamUser'),
	);
	// What the two examples that spread a deletion recognize each other by.
	const shares = { name: 'X-Share-Key', value: randomUUID() };
	const header = await credential('Shares', HEADER_AUTH, shares);
	const workflows = await client.workflows();
	for (const workflow of Object.values(await readExamples(own, { [HEADER_AUTH]: header }))) {
		if (!byName(workflows, workflow.name)) await client.createWorkflow(workflow);
	}
}

function byName(all: Saved[], name: string): Saved | undefined {
	return all.find((one) => one.name === name);
}

function guide(url: string, { url: standinUrl, state }: Standin): string {
	const table = new Table({ style: { head: [], border: [] } });
	table.push(
		['Open', `${url}/home/workflows`],
		['Email', OWNER.email],
		['Password', OWNER.password],
		['Credential', CREDENTIAL_NAME],
		['KooSearch stand-in', standinUrl],
		['Knowledge bases', [...state.knowledgeBases.keys()].join(', ')],
		['Not parsed', `files whose names begin with '${FAILING}'`],
	);
	return `${table.toString()}\nEnd with Ctrl-C. --fresh starts anew; --port and --standin-port choose other ports.`;
}

/** Settles at the first Ctrl-C; the second one ends this process at once. */
async function untilInterrupted(): Promise<void> {
	await new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
			process.once(signal, () => resolve());
	});
}

main().catch((error: Error) => {
	log(`n8n did not start: ${error.message}`);
	process.exitCode = 1;
});

/* eslint-disable no-console, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { writeFileSync } from 'node:fs';

import { DEMO_TOKEN, demoState } from '../standin/demoState';
import { startStandin } from '../standin/server';
import type { Standin } from '../standin/server';
import { RawClient } from './client';
import { compare } from './compare';
import { readArguments, readSettings, USAGE } from './settings';

const SCRATCH = 'scratch';

/** `npm run contract`: see USAGE. Exit code 0 when nothing differs and nothing is left behind, else 1. */
async function main(): Promise<void> {
	const args = process.argv.slice(2);
	const { help, standin: isDemo } = readArguments(args);
	if (help) return console.log(USAGE);
	const standin = isDemo ? await demoStandin() : undefined;
	try {
		await ask(args, standin ? variablesOf(standin) : process.env);
	} finally {
		await standin?.close();
	}
}

async function ask(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
	const settings = readSettings(args, env);
	const client = await RawClient.open(settings.credential);
	const { table, summary, report, left, differs } = await compare(client, settings);
	console.log(table);
	console.log(`\n${summary}`);
	for (const one of left) console.log(`Left behind in the scratch knowledge base: ${one}`);
	writeFileSync(settings.reportFile, report);
	console.log(`Report, without secrets and addresses: ${settings.reportFile}`);
	process.exitCode = differs || left.length > 0 ? 1 : 0;
}

async function demoStandin(): Promise<Standin> {
	const state = demoState();
	state.addKnowledgeBase({ id: SCRATCH });
	return await startStandin({ state });
}

function variablesOf({ url, state }: Standin): NodeJS.ProcessEnv {
	return {
		KOOSEARCH_BASE_URL: url,
		KOOSEARCH_PROJECT_ID: state.projectId,
		KOOSEARCH_APPLICATION_ID: state.applicationId,
		KOOSEARCH_TOKEN: DEMO_TOKEN,
		KOOSEARCH_SCRATCH_KNOWLEDGE_BASE: SCRATCH,
	};
}

main().catch((error: Error) => {
	console.error(`${error.message}\n\n${USAGE}`);
	process.exitCode = 1;
});

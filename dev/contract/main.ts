/* eslint-disable no-console, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { writeFileSync } from 'node:fs';

import { RawClient } from './client';
import { compare, PATIENCE } from './compare';
import { startDemoService, variablesOf } from './demoService';
import { readArguments, readSettings, USAGE } from './settings';

/** `npm run contract`: see USAGE. Exit code 0 when nothing differs and nothing is left behind, else 1. */
async function main(): Promise<void> {
	const args = process.argv.slice(2);
	const { help, standin: isDemo } = readArguments(args);
	if (help) return console.log(USAGE);
	const standin = isDemo ? await startDemoService() : undefined;
	try {
		await ask(args, standin ? variablesOf(standin) : process.env);
	} finally {
		await standin?.close();
	}
}

async function ask(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
	const settings = readSettings(args, env);
	const client = await RawClient.open(settings.credential);
	if (settings.scratch) {
		console.log(
			`Waits until the files that it uploads are parsed, ${PATIENCE / 60_000} minutes at most.`,
		);
	}
	const { table, summary, report, left, differs } = await compare(client, settings);
	console.log(table);
	console.log(`\n${summary}`);
	for (const one of left) console.log(`Left behind in the scratch knowledge base: ${one}`);
	writeFileSync(settings.reportFile, report);
	console.log(`Report, without secrets and addresses: ${settings.reportFile}`);
	process.exitCode = differs || left.length > 0 ? 1 : 0;
}

main().catch((error: Error) => {
	console.error(`${error.message}\n\n${USAGE}`);
	process.exitCode = 1;
});

/* eslint-disable no-console, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { parseArgs } from 'node:util';

import Table from 'cli-table3';

import { pluralize } from '../../nodes/KooSearch/parameters/values';
import { DEMO_TOKEN, demoState } from './demoState';
import type { RecordedRequest } from './exchange';
import { startStandin } from './server';
import type { Standin } from './server';

/** Without colors, which would be in the way in a file. */
const PLAIN = { head: [], border: [] };

/** `npm run standin -- --port 8787`: a KooSearch to try the node with, without an account. */
async function main(): Promise<void> {
	const standin = await startStandin({ port: readPort(), state: demoState() });
	standin.onRequest = (request) => console.log(toLine(request));
	console.log(credentialTable(standin));
	console.log(knowledgeBaseTable(standin));
	console.log(`To call it by hand:\n\n  ${curl(standin)}\n`);
	console.log('Requests (end with Ctrl-C):');
	for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void standin.close());
}

function readPort(): number {
	const { values } = parseArgs({ options: { port: { type: 'string', default: '8787' } } });
	const port = Number(values.port);
	if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
	throw new Error(`--port takes a number from 0 to 65535, not ${values.port}`);
}

function curl({ url, state }: Standin): string {
	const path = `/v1/${state.projectId}/applications/${state.applicationId}/uni-search/knowledge-repo`;
	return `curl -H 'X-Auth-Token: ${DEMO_TOKEN}' ${url}${path}`;
}

function credentialTable({ url, iamUrl, state }: Standin): string {
	const [account] = state.access.accounts;
	const [appCode] = state.access.appCodes;
	const table = new Table({ head: ['Credential field', 'Value'], style: PLAIN });
	table.push(
		['Base URL', url],
		['Project ID', state.projectId],
		['Application ID', state.applicationId],
		['Token', DEMO_TOKEN],
		['IAM Endpoint', iamUrl],
		['Account Name', account.domainName],
		['User Name', account.userName],
		['Password', account.password],
		['AppCode', appCode],
	);
	return table.toString();
}

function knowledgeBaseTable({ state }: Standin): string {
	const head = ['Knowledge base', 'ID', 'Tasks', 'Files', 'Directories'];
	const table = new Table({ head, style: PLAIN });
	for (const { name, id, tasks, files, directories } of state.knowledgeBases.values()) {
		table.push([name, id, span(tasks), span(files), [...directories.keys()].join('\n')]);
	}
	return table.toString();
}

function span(records: Map<string, unknown>): string {
	const ids = [...records.keys()];
	return `${ids[0]} to ${ids[ids.length - 1]}`;
}

/** One line without headers, which hold tokens. */
function toLine(request: RecordedRequest): string {
	const { method, path, query, ids, status, startedAt, endedAt } = request;
	const time = new Date(startedAt).toISOString().slice(11, 19);
	const count = ids.length > 0 ? ` ${pluralize(ids.length, { one: 'ID', many: 'IDs' })},` : '';
	const duration = (endedAt ?? startedAt) - startedAt;
	const search = new URLSearchParams(query as Record<string, string>).toString();
	const url = search ? `${path}?${search}` : path;
	return `${time} ${method} ${url}${count} ${status ?? 'cut'} in ${duration} ms`;
}

main().catch((error: NodeJS.ErrnoException) => {
	const cure = error.code === 'EADDRINUSE' ? '. Choose another port: --port 8788' : '';
	console.error(`The stand-in did not start: ${error.message}${cure}`);
	process.exitCode = 1;
});

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IDataObject, INode } from 'n8n-workflow';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { LocalServer } from '../../dev/localServer';
import type { SavedWorkflow } from '../../dev/n8n/client';
import { RunOfWorkflow } from '../../dev/n8n/client';
import { credentialValues } from '../../dev/n8n/demoCredential';
import { CREDENTIAL_TYPE, readExamples, TRIGGER_TYPE } from '../../dev/n8n/workflows';
import type { WorkflowJson } from '../../dev/n8n/workflows';
import { addFile, addTask } from '../../dev/standin/knowledgeBase';
import type { KnowledgeBase } from '../../dev/standin/knowledgeBase';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import { runningN8n } from './runningN8n';

/** n8n polls once a minute at most. */
const LIMIT = 400_000;
const FILES = [
	'alert-on-failures.json',
	'retry-once-then-notify.json',
	'stuck-file-notify.json',
	'tag-parsed-files.json',
];

const { n8n } = runningN8n();
let standin: Standin;
let contracts: KnowledgeBase;
/** What a chat's incoming webhook gets. */
let chat: LocalServer;
const messages: IDataObject[] = [];

beforeAll(async () => {
	standin = await startStandin();
	contracts = standin.state.addKnowledgeBase({
		id: 'kb-contracts',
		files: [
			{ id: 'old-failure', status: 'ERROR' },
			{ id: 'slow', status: 'RUNNING', create_time: Date.now() - 24 * 3_600_000 },
		],
		parsing: {
			ms: 500,
			failure: ({ id }) => (id === 'broken' ? 'The file is encrypted' : undefined),
		},
	});
	chat = await LocalServer.start(async (request, response) => {
		messages.push((await json(request)) as IDataObject);
		response.end('ok');
	});
});

afterAll(async () => {
	await chat.close();
	await standin.close();
	expect(standin.violations).toEqual([]);
});

/** As it is, but that it polls once a minute, that a minute is enough for a file to be stuck, and where the chat is. */
function quicker(workflow: WorkflowJson): WorkflowJson {
	const second = new Date(Date.now() + 10_000).getSeconds();
	const pollTimes = { item: [{ mode: 'custom', cronExpression: `${second} * * * * *` }] };
	const url = `${chat.url}/`;
	const change = (node: INode): INode => {
		const { stuckMinutes } = node.parameters;
		if (node.name === 'Send to Chat') return changed(node, { url });
		if (node.type !== TRIGGER_TYPE) return node;
		return changed(node, { pollTimes, ...(stuckMinutes ? { stuckMinutes: 1 } : {}) });
	};
	return { ...workflow, nodes: workflow.nodes.map(change) };
}

function changed(node: INode, parameters: INode['parameters']): INode {
	return { ...node, parameters: { ...node.parameters, ...parameters } };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await isSo())) await sleep(250);
}

function polls(list: 'files/search' | 'tasks'): number {
	return standin.requests.filter(({ path }) => path.endsWith(`/kb-contracts/${list}`)).length;
}

/** The IDs that came to a node, run by run. */
async function idsAt(workflow: SavedWorkflow, node: string): Promise<unknown[][]> {
	const executions = (await n8n.executions(workflow)).reverse();
	const runs = executions.map((execution) => new RunOfWorkflow(execution));
	return runs
		.filter(({ execution }) => node in execution.data.resultData.runData)
		.map((run) => run.items(node).map(({ json }) => json.id));
}

it(
	'run by themselves: alert, retry once and tell, tell of what is stuck, tag what is parsed',
	async () => {
		const data = credentialValues(standin, 'iamUser');
		const credential = await n8n.createCredential('KooSearch', CREDENTIAL_TYPE, data);
		const examples = await readExamples(credential);
		const saved = await Promise.all(
			FILES.map(async (file) => await n8n.createWorkflow(quicker(examples[file]))),
		);
		const [alert, retry, stuck, tag] = saved;
		try {
			for (const workflow of saved) await n8n.activate(workflow);
			await until(() => polls('files/search') >= 4 && polls('tasks') >= 1);
			addFile(contracts, { id: 'broken', status: 'ERROR', upload_desc: 'The file is encrypted' });
			addFile(contracts, { id: 'flaky', status: 'ERROR' });
			addFile(contracts, { id: 'good', status: 'SUCCESS', tags: ['finance'] });
			addTask(contracts, { id: 'task', status: 'ERROR', task_desc: 'No tables' });

			await until(async () => (await idsAt(retry, 'Tell the Team')).length > 0);
			await until(async () => (await idsAt(stuck, 'Tell the Team')).length > 0);
			await until(async () => (await idsAt(tag, 'Update Tags')).length > 1);
			await until(() => messages.length > 1);
		} finally {
			for (const workflow of saved) await n8n.deactivate(workflow);
		}

		expect(await idsAt(retry, 'Retry Files')).toEqual([['broken', 'flaky']]);
		expect(await idsAt(retry, 'Tell the Team')).toEqual([['broken']]);
		expect(await idsAt(stuck, 'Tell the Team')).toEqual([['slow']]);
		expect(await idsAt(tag, 'Update Tags')).toEqual([['good'], ['flaky']]);
		const tags = ['good', 'flaky', 'broken'].map((id) => contracts.files.get(id)!.tags);
		expect(tags).toEqual([['finance', 'ready'], ['ready'], []]);
		expect(messages.map(({ text }) => text).sort()).toEqual([
			'KooSearch: 1 failed\n- Task task: No tables',
			'KooSearch: 2 failed\n- broken.pdf: The file is encrypted\n- flaky.pdf: no reason given',
		]);
		expect((await n8n.executions(alert)).map(({ status }) => status)).toEqual([
			'success',
			'success',
		]);
	},
	LIMIT,
);

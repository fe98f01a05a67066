import { demoState } from '../../dev/standin/demoState';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import { RunOfWorkflow } from '../../dev/n8n/client';
import { credentialValues } from '../../dev/n8n/demoCredential';
import { chain, CREDENTIAL_TYPE, node, NODE_TYPE, withCredential } from '../../dev/n8n/workflows';
import { runningN8n } from './runningN8n';

const { n8n } = runningN8n();
let standin: Standin;

beforeAll(async () => {
	standin = await startStandin({ state: demoState() });
});

afterAll(async () => {
	await standin.close();
	expect(standin.violations).toEqual([]);
});

it('fires by itself, again and again', async () => {
	const data = credentialValues(standin, 'iamUser');
	const credential = await n8n.createCredential('KooSearch', CREDENTIAL_TYPE, data);
	const workflow = await n8n.createWorkflow(withCredential(everySecond(), credential));
	await n8n.activate(workflow);
	const executions = await n8n.ended(workflow, 2).finally(() => n8n.deactivate(workflow));

	for (const execution of executions) {
		expect(execution).toMatchObject({ status: 'success', mode: 'trigger' });
		const [{ json }] = new RunOfWorkflow(execution).items('KooSearch');
		expect(json).toMatchObject({ id: 'file-0001', directoryId: 'dir-archive' });
	}
	const { files } = standin.state.knowledgeBases.get('kb-contracts')!;
	expect(files.get('file-0001')?.directory_id).toBe('dir-archive');
});

function everySecond() {
	const rule = { interval: [{ field: 'seconds', secondsInterval: 1 }] };
	return chain(
		'Every second',
		node('Schedule', 'n8n-nodes-base.scheduleTrigger', { rule }, { typeVersion: 1.2 }),
		node('KooSearch', NODE_TYPE, {
			resource: 'file',
			operation: 'move',
			knowledgeBase: { __rl: true, mode: 'id', value: 'kb-contracts' },
			directory: { __rl: true, mode: 'id', value: 'dir-archive' },
			fileIds: 'file-0001',
		}),
	);
}

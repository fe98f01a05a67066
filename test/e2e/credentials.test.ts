import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { demoState } from '../../dev/standin/demoState';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import { credentialValues } from '../../dev/n8n/demoCredential';
import type { Saved } from '../../dev/n8n/workflows';
import { chain, CREDENTIAL_TYPE, node, NODE_TYPE, withCredential } from '../../dev/n8n/workflows';
import { runningN8n } from './runningN8n';

const { n8n } = runningN8n();
let standin: Standin;

beforeEach(async () => {
	standin = await startStandin({ state: demoState() });
});

afterEach(async () => {
	await standin.close();
	expect(standin.violations).toEqual([]);
});

/** Saves a credential, as the editor does before it tests one. */
async function save(data: ICredentialDataDecryptedObject): Promise<Saved> {
	return await n8n.createCredential('KooSearch', CREDENTIAL_TYPE, data);
}

async function saveAndTest(data: ICredentialDataDecryptedObject) {
	return await n8n.testCredential(await save(data), CREDENTIAL_TYPE, data);
}

const ways = ['iamUser', 'token', 'appCode'] as const;

describe('the test button', () => {
	it.each(ways)('finds a good credential of kind %s good', async (way) => {
		const result = await saveAndTest(credentialValues(standin, way));
		expect(result).toEqual({ status: 'OK', message: 'Connection successful!' });
		expect(standin.requests.at(-1)).toMatchObject({ method: 'GET', status: 200 });
	});

	it.each([
		['a wrong password', 'iamUser', { password: 'not-the-one' }, /'Password'/],
		['a token that IAM never gave', 'token', { token: 'never-given' }, /token/],
		['an unknown AppCode', 'appCode', { appCode: 'unknown' }, /gateway/],
		['another application', 'token', { applicationId: 'another-one' }, /'Application ID'/],
		['an address without https', 'token', { baseUrl: 'http://koosearch.example' }, /https/],
		['a port nobody listens on', 'token', { baseUrl: 'http://127.0.0.1:9' }, /ECONNREFUSED/],
	] as const)('says what is wrong with %s', async (_name, way, wrong, text) => {
		const result = await saveAndTest({ ...credentialValues(standin, way), ...wrong });
		expect(result).toEqual({ status: 'Error', message: expect.stringMatching(text) });
	});
});

it('the test button does not take another web server for KooSearch', async () => {
	const data = { ...credentialValues(standin, 'token'), baseUrl: n8n.session.url };
	expect(await saveAndTest(data)).toEqual({
		status: 'Error',
		message: expect.stringMatching(/'Base URL'/),
	});
});

describe('a stored credential', () => {
	const lastToken = () => standin.requests.at(-1)?.headers['x-auth-token'];

	it('signs in once, keeps the token, and replaces it once it has expired', async () => {
		const credential = await save(credentialValues(standin, 'iamUser'));
		const workflow = await n8n.createWorkflow(withCredential(deletingWorkflow(), credential));
		const run = async () => expect((await n8n.run(workflow, 'Start')).status).toBe('success');

		await run();
		await run();
		expect(standin.signIns).toBe(1);
		const first = lastToken();

		standin.state.access.expireTokens();
		await run();
		expect(standin.signIns).toBe(2);
		const second = lastToken();
		expect(second).not.toBe(first);

		await run();
		expect(standin.signIns).toBe(2);
		expect(lastToken()).toBe(second);
	});

	it('never leaves n8n with its secrets', async () => {
		const data = credentialValues(standin, 'iamUser');
		const { id } = await save(data);
		const shown = await n8n.readCredential(id);
		expect(shown.data).toMatchObject({ baseUrl: standin.url, username: data.username });
		expect(JSON.stringify(shown)).not.toContain(data.password);
	});
});

/** A task that isn't there is deleted again and again, so that it can run as often as one likes. */
function deletingWorkflow() {
	return chain(
		'Delete one task',
		node('Start', 'n8n-nodes-base.manualTrigger', {}),
		node('KooSearch', NODE_TYPE, {
			resource: 'task',
			operation: 'delete',
			knowledgeBase: { __rl: true, mode: 'id', value: 'kb-contracts' },
			taskIds: 'task-0001',
		}),
	);
}

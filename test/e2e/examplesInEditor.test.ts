import type { Browser } from 'playwright-core';

import { noBrowserReason, openBrowser } from '../../dev/browser/chromium';
import { Editor } from '../../dev/browser/editor';
import { log } from '../../dev/n8n/terminal';
import type { WorkflowJson } from '../../dev/n8n/workflows';
import { CREDENTIAL_TYPE, NODE_TYPE, readExamples } from '../../dev/n8n/workflows';
import { runningN8n } from './runningN8n';

if (noBrowserReason) log(noBrowserReason);
const inBrowser = noBrowserReason ? describe.skip : describe;

/** Nodes that need a credential of another service, which nobody has here. */
const WITHOUT_CREDENTIAL: Record<string, string[]> = {
	'google-drive-to-koosearch.json': ['Download File', 'Google Drive Trigger'],
	'mail-attachments.json': ['New Mail'],
};

inBrowser('the examples in the editor', () => {
	const { n8n } = runningN8n();
	let browser: Browser;
	let editor: Editor;

	beforeAll(async () => {
		browser = await openBrowser();
		editor = await Editor.open(browser, n8n.session.url);
	});

	afterAll(async () => {
		await browser?.close();
	});

	async function markedNodes(workflow: WorkflowJson): Promise<string[]> {
		const { id } = await n8n.createWorkflow(workflow);
		const nodes = workflow.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
		return await editor.markedNodes(
			id,
			nodes.map(({ name }) => name),
		);
	}

	it('have no red triangles, but where another service asks for a credential', async () => {
		const credential = await n8n.createCredential('KooSearch account', CREDENTIAL_TYPE, {});
		const shares = { name: 'X-Share-Key', value: 'only-for-this-test' };
		const header = await n8n.createCredential('Shares', 'httpHeaderAuth', shares);
		const examples = await readExamples(credential, { httpHeaderAuth: header });

		const marked: Record<string, string[]> = {};
		for (const [file, workflow] of Object.entries(examples)) {
			const names = await markedNodes(workflow);
			if (names.length > 0) marked[file] = names.sort();
		}
		expect(marked).toEqual(WITHOUT_CREDENTIAL);
	});

	it('would have one where a required field is empty', async () => {
		const credential = await n8n.createCredential('KooSearch account', CREDENTIAL_TYPE, {});
		const { 'delete-tasks.json': workflow } = await readExamples(credential);
		const nodes = workflow.nodes.map((one) =>
			one.type === NODE_TYPE ? { ...one, parameters: { ...one.parameters, taskIds: '' } } : one,
		);
		expect(await markedNodes({ ...workflow, nodes })).toEqual(['Delete Tasks']);
	});
});

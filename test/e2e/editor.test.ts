import type { Browser } from 'playwright-core';

import { demoState } from '../../dev/standin/demoState';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import { noBrowserReason, openBrowser } from '../../dev/browser/chromium';
import { Editor } from '../../dev/browser/editor';
import { credentialValues } from '../../dev/n8n/demoCredential';
import { log } from '../../dev/n8n/terminal';
import { CREDENTIAL_TYPE } from '../../dev/n8n/workflows';
import { runningN8n } from './runningN8n';

if (noBrowserReason) log(noBrowserReason);
const inBrowser = noBrowserReason ? describe.skip : describe;

inBrowser('a person in the editor', () => {
	const { n8n } = runningN8n();
	let standin: Standin;
	let browser: Browser;
	let editor: Editor;

	beforeAll(async () => {
		standin = await startStandin({ state: demoState() });
		// The newest credential of its type is the one that a new node gets.
		const data = credentialValues(standin, 'iamUser');
		await n8n.createCredential('KooSearch account', CREDENTIAL_TYPE, data);
		browser = await openBrowser();
		editor = await Editor.open(browser, n8n.session.url);
	});

	beforeEach(async () => {
		standin.faults.clear();
		await editor.newWorkflow();
	});

	afterAll(async () => {
		await browser?.close();
		await standin?.close();
	});

	it.each(['koosearch', 'huawei', 'knowledge base'])('finds the node by "%s"', async (words) => {
		await editor.searchNodes(words);
		await editor.foundNode('KooSearch').waitFor();
	});

	it('deletes tasks and sees one item per ID, and what is left', async () => {
		standin.faults.add({
			what: { kind: 'reject', ids: ['task-0003'] },
			when: { method: 'DELETE' },
		});
		await editor.addAction('KooSearch', 'Delete tasks permanently');
		await editor.pickFromList('knowledgeBase', 'Contracts');
		await editor.fill('taskIds', 'task-0001, task-0002, task-0003');
		await editor.picture('parameters');
		await editor.execute();

		expect((await editor.rows()).map((cells) => cells.slice(0, 3))).toEqual([
			['task-0001', 'true', 'deleted'],
			['task-0002', 'true', 'deleted'],
			['task-0003', 'false', 'notDeleted'],
		]);
		expect(await editor.hints.innerText()).toContain('1 of 3 tasks was not deleted');
		await editor.picture('result');
		const { tasks } = standin.state.knowledgeBases.get('kb-contracts')!;
		expect([...tasks.keys()].slice(0, 2)).toEqual(['task-0003', 'task-0004']);
	});

	it('moves files into a directory of the list', async () => {
		await editor.addAction('KooSearch', 'Move files to directory');
		await editor.pickFromList('knowledgeBase', 'Contracts');
		await editor.pickFromList('directory', 'Archive');
		await editor.fill('fileIds', 'file-0004\nfile-0005');
		await editor.execute();

		expect((await editor.rows()).map(([id, moved]) => [id, moved])).toEqual([
			['file-0004', 'true'],
			['file-0005', 'false'],
		]);
		const { files } = standin.state.knowledgeBases.get('kb-contracts')!;
		expect(files.get('file-0004')?.directory_id).toBe('dir-archive');
	});

	it('tests the credential and shows only the fields of its way to sign in', async () => {
		await editor.addAction('KooSearch', 'Delete tasks permanently');
		const form = await editor.openCredential();
		await editor.picture('credential');
		expect(await form.getByTestId('parameter-input-password').count()).toBe(1);
		expect(await form.getByTestId('parameter-input-token').count()).toBe(0);
		expect(await form.getByTestId('parameter-input-appCode').count()).toBe(0);
	});
});

/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

import { OWNER } from '../n8n/client';
import { N8N_FOLDER, PROJECT } from '../n8n/install';

/** The README's pictures are only written anew when asked for, since no two are the same to the byte. */
const IMAGES = process.env.UPDATE_PICTURES
	? join(PROJECT, 'docs', 'images')
	: join(N8N_FOLDER, 'e2e', 'pictures');
/** Fits a README's column when shown at half its size. */
const VIEWPORT = { width: 1560, height: 800 };
/** n8n's panels slide in; a picture is taken when they stand still. */
const STILL_AFTER = 800;

/** n8n's editor, as a person uses it. */
export class Editor {
	private constructor(
		private readonly page: Page,
		private readonly url: string,
	) {}

	/** In a window of its own, signed in. */
	static async open(
		browser: Browser,
		url: string,
		colorScheme: 'light' | 'dark' = 'light',
	): Promise<Editor> {
		const context = await browser.newContext({ viewport: VIEWPORT, colorScheme });
		const page = await context.newPage();
		page.setDefaultTimeout(60_000);
		await page.goto(url);
		await page.getByLabel('Email').fill(OWNER.email);
		await page.getByLabel('Password').fill(OWNER.password);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByTestId('universal-add').waitFor();
		return new Editor(page, url);
	}

	async close(): Promise<void> {
		await this.page.context().close();
	}

	/** A new workflow that begins with a click. */
	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-add-button').click();
		await this.search('manual trigger');
		await this.foundNode('Manual Trigger').click();
	}

	/**
	 * Opens a saved workflow, and waits until it is drawn.
	 *
	 * @param nodes its nodes' names, without those of sticky notes
	 * @returns the names of those that the canvas marks with a red triangle
	 */
	async markedNodes(workflowId: string, nodes: string[]): Promise<string[]> {
		await this.goTo(`/workflow/${workflowId}`);
		const drawn = this.page.getByTestId('canvas-node');
		for (const name of nodes) await drawn.and(this.page.locator(named(name))).waitFor();
		await this.page.waitForTimeout(STILL_AFTER);
		const marked = drawn.filter({ has: this.page.getByTestId('node-issues') });
		return await marked.evaluateAll((all) => all.map((one) => one.dataset.nodeName ?? ''));
	}

	/** Goes to another page as a link of n8n's does: loading all of the editor anew takes ten times as long. */
	private async goTo(path: string): Promise<void> {
		await this.page.evaluate(
			`history.pushState({}, '', ${JSON.stringify(path)});
			dispatchEvent(new PopStateEvent('popstate', { state: {} }));`,
		);
	}

	/** Opens the panel of nodes and types something into its search field. */
	async searchNodes(words: string): Promise<void> {
		const field = this.page.getByTestId('node-creator-search-bar');
		if (!(await field.isVisible())) await this.page.getByTestId('node-creator-plus-button').click();
		await this.search(words);
	}

	foundNode(name: string): Locator {
		const names = this.page.getByTestId('node-creator-item-name');
		return names.filter({ hasText: new RegExp(`^\\s*${name}\\s*$`) });
	}

	/** Adds one of a node's actions, which opens its parameters. */
	async addAction(node: string, action: string): Promise<void> {
		await this.searchNodes(node);
		await this.foundNode(node).click();
		await this.page.getByTestId('node-creator').getByText(action, { exact: true }).click();
		await this.page.getByTestId('node-parameters').waitFor();
	}

	/** The names that the parameters have on the screen, in their order. */
	async labels(): Promise<string[]> {
		const labels = this.page.getByTestId('node-parameters').getByTestId('input-label');
		return await labels.allInnerTexts();
	}

	async pickFromList(parameter: string, entry: string): Promise<void> {
		await this.page.getByTestId(`resource-locator-${parameter}`).getByTestId('rlc-input').click();
		await this.page.getByTestId('rlc-item').filter({ hasText: entry }).click();
	}

	async fill(parameter: string, text: string): Promise<void> {
		await this.parameter(parameter).getByRole('textbox').fill(text);
	}

	parameter(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	async execute(): Promise<void> {
		await this.page.getByTestId('node-execute-button').click();
	}

	/** The result, row by row, when it is there. */
	async rows(): Promise<string[][]> {
		const output = this.page.getByTestId('output-panel');
		await output.getByTestId('ndv-items-count').waitFor();
		await output.getByTestId('radio-button-table').click();
		const rows = await output.locator('tbody tr').all();
		return await Promise.all(rows.map((row) => row.locator('td').allInnerTexts()));
	}

	get hints(): Locator {
		return this.page.getByTestId('output-panel').getByTestId('run-data-hints');
	}

	/** Opens the form of the chosen credential. */
	async openCredential(): Promise<Locator> {
		await this.page.getByTestId('credential-edit-button').click();
		const form = this.page.getByTestId('credential-edit-dialog');
		await form.getByTestId('credentials-config-container-test-success').waitFor();
		return form;
	}

	/** Takes a picture of the window. */
	async picture(name: string): Promise<void> {
		await this.page.waitForTimeout(STILL_AFTER);
		await this.page.screenshot({ path: join(IMAGES, `${name}.jpg`), type: 'jpeg', quality: 80 });
	}

	private async search(words: string): Promise<void> {
		await this.page.getByTestId('node-creator-search-bar').fill(words);
	}
}

function named(node: string): string {
	return `[data-node-name=${JSON.stringify(node)}]`;
}

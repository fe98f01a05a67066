/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { existsSync } from 'node:fs';
import { chromium, selectors } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Where Debian's package of that name puts it. */
const CHROMIUM = '/usr/bin/chromium';

/** Why there can be no test in a browser here, or undefined where there can. */
export const noBrowserReason = existsSync(CHROMIUM)
	? undefined
	: `There is no Chromium at ${CHROMIUM}: the tests in the editor are left out. On Debian, 'apt-get install chromium' brings it.`;

/** Headless, and asking nobody but n8n. */
export async function openBrowser(): Promise<Browser> {
	selectors.setTestIdAttribute('data-test-id');
	return await chromium.launch({
		executablePath: CHROMIUM,
		args: [
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { N8nClient } from '../../dev/n8n/client';
import { installPackage, packProject } from '../../dev/n8n/communityPackage';
import { installN8n, N8N_FOLDER } from '../../dev/n8n/install';
import { freePort, startN8n } from '../../dev/n8n/server';
import { step } from '../../dev/n8n/terminal';
import { share } from './runningN8n';

/** A fresh n8n with the packed node in it, for all test files. */
export default async function globalSetup(): Promise<void> {
	await installN8n();
	const folder = join(N8N_FOLDER, 'e2e');
	await rm(folder, { recursive: true, force: true });
	const packageFolder = await step('Packing and installing the node', async () =>
		installPackage(await packProject(folder), folder),
	);
	await step('Starting n8n', async () => {
		const server = await startN8n({ userFolder: folder, port: await freePort() });
		globalThis.stopN8n = server.stop;
		await server.ready;
		const client = await N8nClient.signIn(server.url);
		share({ session: client.session, packageFolder });
	});
}

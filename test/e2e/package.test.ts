/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { ICredentialType, INodeTypeDescription } from 'n8n-workflow';
import { readdir } from 'node:fs/promises';

import { CREDENTIAL_TYPE, NODE_TYPE } from '../../dev/n8n/workflows';
import { runningN8n } from './runningN8n';

const { n8n, packageFolder } = runningN8n();

/** As n8n's server tells the editor: where the icons are. */
type Served<T> = T & { iconUrl: { light: string; dark: string } };

async function nodeType(): Promise<Served<INodeTypeDescription>> {
	const types = await n8n.types<Served<INodeTypeDescription>>('nodes');
	return types.find(({ name }) => name === NODE_TYPE)!;
}

async function credentialType(): Promise<Served<ICredentialType>> {
	const types = await n8n.types<Served<ICredentialType>>('credentials');
	return types.find(({ name }) => name === CREDENTIAL_TYPE)!;
}

it('brings no other package along and none of its sources', async () => {
	const files = await readdir(packageFolder, { recursive: true });
	expect(files).toContain('dist/nodes/KooSearch/KooSearch.node.js');
	expect(files.filter((file) => /node_modules|\.ts$|^(test|dev|docs)\b/.test(file))).toEqual([]);
});

it('is served as a node with its operations and its credential', async () => {
	const { credentials, properties, communityNodePackageVersion } = (await nodeType()) as Served<
		INodeTypeDescription & { communityNodePackageVersion: string }
	>;
	expect(communityNodePackageVersion).toMatch(/^\d+\.\d+\.\d+$/);
	expect(credentials).toEqual([expect.objectContaining({ name: CREDENTIAL_TYPE, required: true })]);
	expect(properties.map(({ name }) => name)).toEqual(
		expect.arrayContaining(['resource', 'operation', 'taskIds', 'fileIds', 'options']),
	);
});

it('is served as a tool for agents too', async () => {
	const types = await n8n.types<INodeTypeDescription>('nodes');
	expect(types.map(({ name }) => name)).toContain(`${NODE_TYPE}Tool`);
});

it('is served with the words and links of its codex', async () => {
	const { codex } = await nodeType();
	expect(codex).toMatchObject({
		alias: expect.arrayContaining(['Huawei', 'knowledge base']),
		categories: expect.arrayContaining(['Data & Storage']),
		resources: { primaryDocumentation: [{ url: expect.stringContaining('https://') }] },
	});
});

it('is served as a credential type that can be tested and knows its node', async () => {
	const { test, supportedNodes } = await credentialType();
	expect(test).toBeDefined();
	expect(supportedNodes).toContain(NODE_TYPE);
});

it('shows different icons on light and dark for node and credential', async () => {
	for (const { iconUrl } of [await nodeType(), await credentialType()]) {
		const [light, dark] = await Promise.all([icon(iconUrl.light), icon(iconUrl.dark)]);
		expect(light).toContain('<svg');
		expect(dark).toContain('<svg');
		expect(light).not.toBe(dark);
	}
});

async function icon(path: string): Promise<string> {
	const response = await fetch(`${n8n.session.url}/${path}`);
	expect(response.headers.get('content-type')).toContain('image/svg+xml');
	return await response.text();
}

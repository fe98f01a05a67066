import type { IExecuteFunctions, INodeType } from 'n8n-workflow';
import pLimit from 'p-limit';

import { MultipartForm } from '../../nodes/KooSearch/transport/multipart';
import { benchNode } from './benchNode';
import { CONCURRENCY, KNOWLEDGE_BASE, signedRoot } from './operations';
import type { Service } from './operations';

/** Sends the file of one item. */
type Send = (context: IExecuteFunctions, item: number, target: Target) => Promise<unknown>;

interface Target {
	url: string;
	headers: Record<string, string>;
}

/** Streams the form through n8n's helper, four at once, and does nothing else: what an upload costs at least. */
export function uploadFloor(service: Service): INodeType {
	const limit = pLimit(CONCURRENCY);
	return uploader('floor', service, async (context, item, target) => {
		return await limit(async () => {
			const { helpers } = context;
			const { id = '', fileName = '', mimeType } = helpers.assertBinaryData(item, 'data');
			const { fileSize: size } = await helpers.getBinaryMetadata(id);
			const open = async () => await helpers.getBinaryStream(id);
			const form = new MultipartForm([['file', { name: fileName, type: mimeType, size, open }]]);
			const request = { method: 'POST', body: form, json: true, ...target } as const;
			// Where it may follow redirects, n8n's helper keeps the whole body in memory.
			const options = { ...request, disableFollowRedirect: true };
			return await helpers.httpRequest(options).finally(() => form.close());
		});
	});
}

/**
 * Sends a form with a file as n8n's HTTP Request node does (n8n-nodes-base HttpRequest/V3/HttpRequestV3.node.js): the
 * older helper, with a stream in `formData`, all items at once.
 */
export function httpRequestNode(service: Service): INodeType {
	return uploader('httpRequest', service, async ({ helpers }, item, { url, headers }) => {
		const { id = '', fileName, mimeType } = helpers.assertBinaryData(item, 'data');
		const value = await helpers.getBinaryStream(id);
		const { fileSize: knownLength } = await helpers.getBinaryMetadata(id);
		const options = { filename: fileName, contentType: mimeType, knownLength };
		const formData = { file: { value, options } };
		return await helpers.request({
			...{ method: 'POST', uri: url, headers, formData, gzip: true, rejectUnauthorized: true },
			...{ followRedirect: true, resolveWithFullResponse: true, timeout: 300_000 },
			...{ encoding: null, json: false, useStream: true },
		});
	});
}

function uploader(name: string, service: Service, send: Send): INodeType {
	const { root, headers } = signedRoot(service);
	const target = { url: `${root}/${KNOWLEDGE_BASE}/files`, headers };
	return benchNode(name, async function (this: IExecuteFunctions) {
		const items = this.getInputData();
		await Promise.all(items.map(async (_, item) => await send(this, item, target)));
		return [items.map((_, item) => ({ json: { uploaded: true }, pairedItem: { item } }))];
	});
}

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { BinaryDataService } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';
import type { Readable } from 'node:stream';

import { service } from './runtime';

let started: Promise<void> | undefined;

/**
 * From now on binary data is kept on the disk, as n8n does by default. Before, it is kept in memory, whatever the mode
 * is. n8n itself awaits it when it starts.
 */
export async function keepOnDisk(): Promise<BinaryDataService> {
	const binaryData = service(BinaryDataService);
	await (started ??= binaryData.init());
	return binaryData;
}

/** Keeps a file as n8n does by default: on the disk, under an ID. */
export async function storeBinary(
	content: Buffer | Readable,
	{ fileName, mimeType = 'application/octet-stream' }: { fileName: string; mimeType?: string },
): Promise<IBinaryData> {
	const location = { type: 'execution', workflowId: 'test-workflow', executionId: '1' } as const;
	const fileExtension = fileName.split('.').pop();
	const data = { data: '', fileName, fileExtension, mimeType };
	return await (await keepOnDisk()).store(location, content, data);
}

/** The content of a file that n8n keeps under an ID. */
export async function storedBinary(id: string): Promise<Buffer> {
	return await (await keepOnDisk()).getAsBuffer({ id, data: '', mimeType: '' });
}

/** A file as n8n's in-memory mode keeps it. */
export function binaryInMemory(content: Buffer, fileName: string): IBinaryData {
	const fileExtension = fileName.split('.').pop();
	const mimeType = 'application/octet-stream';
	return { data: content.toString('base64'), fileName, fileExtension, mimeType };
}

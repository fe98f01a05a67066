import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

/** In bytes. Binary data without an ID is kept in memory. */
export async function binarySize(
	{ helpers }: Pick<IExecuteFunctions, 'helpers'>,
	{ id, data }: IBinaryData,
): Promise<number> {
	return id ? (await helpers.getBinaryMetadata(id)).fileSize : Buffer.byteLength(data, 'base64');
}

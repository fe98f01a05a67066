import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { formatValue, InvalidValueError, readText } from '../../../parameters/values';
import { binarySize } from '../../binarySize';
import type { FilePart, FileStream } from '../../../transport/multipart';

/** A file among the binary data of an item. */
export interface BinaryFile {
	/** As in its binary data; empty if there is none. */
	name: string;
	/** Without the dot, in lower case; empty if there is none. */
	extension: string;
	/** In bytes, looked up once. */
	size(): Promise<number>;
	/** To be sent under a name. */
	toPart(name: string): Promise<FilePart>;
}

/** @throws InvalidValueError if the item has no such binary data */
export function readBinaryFile(
	context: IExecuteFunctions,
	itemIndex: number,
	value: unknown,
): BinaryFile {
	const property = readText(value);
	const all = context.getInputData()[itemIndex].binary ?? {};
	const binary = Object.hasOwn(all, property) ? all[property] : undefined;
	if (binary) return toFile(context, itemIndex, property, binary);
	const names = Object.keys(all).map((name) => `"${name}"`);
	const has =
		names.length > 0
			? `Enter the name of a binary field that it has: ${names.join(', ')}.`
			: 'It has none: put a node that outputs a file before this one.';
	throw new InvalidValueError(
		`${formatValue(property)} is not a binary field of this item. ${has}`,
	);
}

function toFile(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string,
	binary: IBinaryData,
): BinaryFile {
	const { helpers } = context;
	const { id, fileName = '', fileExtension = '', mimeType } = binary;
	let known: Promise<number> | undefined;
	const size = async () => await (known ??= binarySize(context, binary));
	const open = async (): Promise<FileStream> =>
		id
			? await helpers.getBinaryStream(id)
			: inOnePiece(await helpers.getBinaryDataBuffer(itemIndex, property));
	return {
		name: fileName,
		extension: fileExtension.toLowerCase(),
		size,
		toPart: async (name) => ({ name, type: mimeType, size: await size(), open }),
	};
}

/** Binary data without an ID is kept in memory. */
async function* inOnePiece(bytes: Buffer): AsyncGenerator<Buffer> {
	yield bytes;
}

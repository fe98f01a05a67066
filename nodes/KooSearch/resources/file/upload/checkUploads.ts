import type { ItemRequest } from '../../../execution/item/runItems';
import type { InvalidItem } from '../../../parameters/parseItems';
import { invalidItem } from '../../../parameters/parseItems';
import type { DestinationReference } from '../../directory/locate';
import type { BinaryFile } from './binaryFile';
import { sizeViolation } from './fileRules';
import type { uploadOptions } from './uploadOptions';

/** What an item asks for. */
export interface UploadInput {
	knowledgeBaseId: string;
	file: BinaryFile;
	fileName: string;
	/** Null for no directory. */
	destination: DestinationReference | null;
}

export type UploadRequest = ItemRequest<UploadInput, typeof uploadOptions>;

/** Files of a size that KooSearch refuses, and files that would skip or replace one another. */
export async function checkUploads(requests: UploadRequest[]): Promise<InvalidItem[]> {
	const invalid: InvalidItem[] = [];
	const first = new Map<string, UploadRequest>();
	for (const request of requests) {
		const { itemIndex, input } = request;
		const key = JSON.stringify([input.knowledgeBaseId, input.destination, input.fileName]);
		const earlier = first.get(key);
		const violation =
			sizeViolation(input.fileName, await input.file.size()) ??
			(earlier && nameConflict(earlier, request));
		if (violation) invalid.push(invalidItem(itemIndex, `'File Name': ${violation}`));
		else if (!earlier) first.set(key, request);
	}
	return invalid;
}

function nameConflict(first: UploadRequest, second: UploadRequest): string | undefined {
	if ([first, second].every(({ options }) => options.ifExists === 'keepBoth')) return undefined;
	return `item ${first.itemIndex} already uploads "${second.input.fileName}" to the same directory in this run. Give one of them another name, or set 'If a File of That Name Exists' to 'Keep Both'.`;
}

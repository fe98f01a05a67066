import type { IDataObject } from 'n8n-workflow';

import type { ItemRun } from '../../../execution/item/itemOperation';
import type { Output } from '../../../execution/item/parts';
import { directoryIdOf } from '../../../execution/records';
import type { KooSearchClient } from '../../../transport/client';
import type { FormFields } from '../../../transport/multipart';
import { requireDirectory } from '../../directory/locate';
import { directoryTrees } from '../../directory/tree';
import type { UploadInput } from './checkUploads';
import type { uploadOptions } from './uploadOptions';
import { parsingRequest } from './uploadOptions';
import type { UploadRun } from './uploadRun';
import type { UploadResult } from './uploads';

/** Uploads the file of one item, and returns the outcome. @throws ApiFailure */
export async function uploadOne(
	input: UploadInput,
	{ client, shared: uploadsTo, options }: ItemRun<typeof uploadOptions, UploadRun>,
): Promise<Output[]> {
	const { knowledgeBaseId, fileName } = input;
	const directory = await directoryFor(client, input);
	const directoryId = directory?.id ?? null;
	const fields: FormFields = options.tags.map((tag) => ['tags', tag]);
	// Page UploadFiles: a directory is written as `leafName(directoryId)`.
	if (directory) fields.push(['category', `${directory.name}(${directory.id})`]);
	const parsing = parsingRequest(options);
	if (parsing !== undefined) fields.push(['file_extract_req', parsing]);
	const file = await input.file.toPart(fileName);
	const upload = { file, directoryId, fields, ifExists: options.ifExists };
	const result = await uploadsTo(knowledgeBaseId).upload(upload);
	const place = { knowledgeBaseId, directoryId };
	return [{ json: toJson(result, { name: fileName, size: file.size, ...place }) }];
}

/** Missing directories of a path are created if the item says so. @throws ApiFailure */
async function directoryFor(
	client: KooSearchClient,
	{ knowledgeBaseId, destination }: UploadInput,
): Promise<{ id: string; name: string } | undefined> {
	if (!destination) return undefined;
	if ('id' in destination || !destination.create) {
		return await requireDirectory(client, knowledgeBaseId, destination);
	}
	return await directoryTrees(client)(knowledgeBaseId).findOrCreate(destination.path);
}

function toJson(result: UploadResult, sent: IDataObject): IDataObject {
	const { status } = result;
	switch (status) {
		case 'uploaded':
			return { id: result.id, uploaded: true, status, ...sent };
		case 'skipped': {
			const { id, size } = result.existing;
			const directoryId = directoryIdOf(result.existing) ?? null;
			return { id: String(id), uploaded: false, status, ...sent, size: size ?? null, directoryId };
		}
		case 'unconfirmed':
			return { id: null, uploaded: null, status, ...sent, reason: result.failure.message };
	}
}

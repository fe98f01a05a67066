import type { IDataObject } from 'n8n-workflow';

import type { ItemRun } from '../../../execution/item/itemOperation';
import type { Output } from '../../../execution/item/runItems';
import { ApiFailure } from '../../../transport/errors/failure';
import type { FormFields } from '../../../transport/multipart';
import type { UploadInput } from './checkUploads';
import type { uploadOptions } from './uploadOptions';
import { parsingRequest } from './uploadOptions';
import type { UploadRun } from './uploadRun';
import type { UploadResult } from './uploads';
import { directoryIdIn } from './uploads';

/** Uploads the file of one item, and says what became of it. @throws ApiFailure */
export async function uploadOne(
	input: UploadInput,
	{ shared, options }: ItemRun<typeof uploadOptions, UploadRun>,
): Promise<Output[]> {
	const { knowledgeBaseId, fileName, directoryId } = input;
	const fields: FormFields = options.tags.map((tag) => ['tags', tag]);
	if (directoryId !== null) fields.push(['category', await categoryOf(input, shared)]);
	const parsing = parsingRequest(options);
	if (parsing !== undefined) fields.push(['file_extract_req', parsing]);
	const file = await input.file.toPart(fileName);
	const upload = { file, directoryId, fields, ifExists: options.ifExists };
	const result = await shared.uploadsTo(knowledgeBaseId).upload(upload);
	const place = { knowledgeBaseId, directoryId };
	return [{ json: toJson(result, { name: fileName, size: file.size, ...place }) }];
}

/** Page UploadFiles: a directory is written as `leafName(directoryId)`. */
async function categoryOf(
	{ knowledgeBaseId, directoryId }: UploadInput,
	{ directoriesOf }: UploadRun,
): Promise<string> {
	const directory = await directoriesOf(knowledgeBaseId).get(directoryId!);
	if (directory) return `${directory.name}(${directory.id})`;
	throw new ApiFailure({
		kind: 'http',
		scope: 'call',
		what: `'Directory': the knowledge base has no directory "${directoryId}". Nothing was uploaded.`,
		hint: 'Choose one from the list.',
		effect: 'none',
		mayHaveTakenEffect: false,
		isTransient: false,
	});
}

function toJson(result: UploadResult, sent: IDataObject): IDataObject {
	const { status } = result;
	switch (status) {
		case 'uploaded':
			return { id: result.id, uploaded: true, status, ...sent };
		case 'skipped': {
			const { id, size } = result.existing;
			const directoryId = directoryIdIn(result.existing);
			return { id: String(id), uploaded: false, status, ...sent, size: size ?? null, directoryId };
		}
		case 'unconfirmed':
			return { id: null, uploaded: null, status, ...sent, reason: result.failure.message };
	}
}

import type { INodeProperties } from 'n8n-workflow';

import {
	createDirectoriesField,
	directoryField,
	knowledgeBaseField,
	readKnowledgeBaseId,
} from '../../descriptions/fields';
import { itemOperation } from '../../execution/item/itemOperation';
import { readChoice } from '../../parameters/options';
import type { ReadField } from '../../parameters/readField';
import type { DestinationReference } from '../directory/locate';
import { readDestination } from '../directory/locate';
import { readBinaryFile } from './upload/binaryFile';
import { checkUploads } from './upload/checkUploads';
import { finishUploads } from './upload/finishUploads';
import { readFileName } from './upload/fileRules';
import { uploadOne } from './upload/uploadOne';
import { uploadOptions } from './upload/uploadOptions';
import { uploadRun } from './upload/uploadRun';

const binaryField: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the input field that holds the file',
};

const fileNameField: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. contract.pdf',
	description:
		'The name of the file in KooSearch, with the extension of its type. Leave it empty to keep the name of the binary data.',
};

const destinationField: INodeProperties = {
	displayName: 'Destination',
	name: 'destination',
	type: 'options',
	options: [
		{ name: 'Directory', value: 'directory', description: 'Put the file into a directory' },
		{ name: 'No Directory', value: 'none', description: 'Put the file into no directory' },
	],
	default: 'none',
	description: 'Where the file should be in the knowledge base',
};

const inDirectory = { show: { destination: ['directory'] } };

/** Page UploadFiles: `POST …/{repo_id}/files`, multipart with `file`, `category`, `tags`, `file_extract_req` → 201 `{file_id}`. */
export const uploadFile = itemOperation({
	resource: 'file',
	option: {
		name: 'Upload File',
		value: 'upload',
		action: 'Upload file',
		description: 'Add a file to a knowledge base, which then parses it',
	},
	fields: [
		knowledgeBaseField,
		binaryField,
		destinationField,
		{ ...directoryField, displayOptions: inDirectory },
		{ ...createDirectoriesField, displayOptions: inDirectory },
		fileNameField,
	],
	doneKey: 'uploaded',
	options: uploadOptions,
	effect: 'once',
	concurrency: 4,
	timeout: 600_000,
	read: (read, context, itemIndex) => {
		const file = read(binaryField.name, binaryField.displayName, (value) =>
			readBinaryFile(context, itemIndex, value),
		);
		const { name, displayName } = fileNameField;
		const fileName = read(name, displayName, (value) => readFileName(value, file));
		const knowledgeBaseId = readKnowledgeBaseId(read);
		return { knowledgeBaseId, file, fileName, destination: readPlace(read) };
	},
	check: checkUploads,
	share: uploadRun,
	run: uploadOne,
	finish: finishUploads,
	plan: async ({ knowledgeBaseId, fileName }) => [
		{ knowledgeBaseId, ids: [fileName], method: 'POST', path: `/${knowledgeBaseId}/files` },
	],
});

function readPlace(read: ReadField): DestinationReference | null {
	const { name, displayName } = destinationField;
	const destination = read(name, displayName, (value) => readChoice(value, ['directory', 'none']));
	return destination === 'none' ? null : readDestination(read);
}

import type { INodeProperties } from 'n8n-workflow';

import type { ReadField } from '../parameters/readField';
import { readId } from '../parameters/values';

/** What a field that takes IDs says of them. */
export const IDS_NOTATION =
	'one ID, several separated by commas, semicolons or line breaks, or a JSON array. An expression may also give a number or an array. The IDs of all input items are collected and sent in as few API calls as possible.';

export const knowledgeBaseField: INodeProperties = {
	displayName: 'Knowledge Base',
	name: 'knowledgeBase',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		'The knowledge base to work in. The KooSearch experience platform shows its ID under Knowledge Bases.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a knowledge base...',
			typeOptions: { searchListMethod: 'searchKnowledgeBases', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 0c3fae2d-428e-454c-ad80-2e5c5fa7b33a',
		},
	],
};

export const directoryField: INodeProperties = {
	displayName: 'Directory',
	name: 'directory',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	// A directory of another knowledge base must not stay: the editor empties the field.
	typeOptions: { loadOptionsDependsOn: ['knowledgeBase.value'] },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a directory...',
			typeOptions: { searchListMethod: 'searchDirectories', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 0b6a2f30-3f66-4e8b-bbeb-5dd8cb56b38e',
		},
		{
			displayName: 'By Path',
			name: 'path',
			type: 'string',
			placeholder: 'e.g. Contracts / 2025',
		},
	],
};

/** Stands beside the field 'Directory' of operations that put files somewhere. */
export const createDirectoriesField: INodeProperties = {
	displayName: 'Create Directories',
	name: 'createDirectories',
	type: 'boolean',
	default: false,
	description:
		'Whether to create missing directories of a path. If off, a path that does not exist is an error.',
};

/** @param use what for: "move" */
export function fileIdsField(use: string): INodeProperties {
	return {
		displayName: 'File IDs',
		name: 'fileIds',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		required: true,
		placeholder: 'e.g. 622f8e93ec50f5ce415afdd670a00527',
		description: `The files to ${use}: ${IDS_NOTATION}`,
	};
}

export const taskIdField: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 8eb90469-0488-4864-b901-5f93ac47212e',
	description: 'The ID of the task, as returned by Get Many',
};

export function readTaskId(read: ReadField): string {
	return read(taskIdField.name, taskIdField.displayName, readId);
}

export function readKnowledgeBaseId(read: ReadField): string {
	return read(knowledgeBaseField.name, knowledgeBaseField.displayName, readId);
}

import { directoryField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import type { KooSearchRecord } from '../../execution/list/endpoints';
import { fileList } from '../../execution/list/endpoints';
import type { FilterValue } from '../../execution/list/filters';
import { contains, equals, mustEqual } from '../../execution/list/filters';
import { getManyOperation } from '../../execution/list/getManyOperation';
import { readDirectoryId } from '../../parameters/values';

/** Page SearchFiles: `GET …/{repo_id}/files/search`. */
export const getManyFiles = getManyOperation({
	resource: 'file',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many files',
		description: 'List many files of a knowledge base, such as those of a directory',
	},
	noun: { one: 'file', many: 'files' },
	fields: [knowledgeBaseField],
	readEndpoint: (read) => fileList(readKnowledgeBaseId(read)),
	filters: [
		{
			field: {
				...directoryField,
				description: 'Only files in this directory',
				required: undefined,
			},
			parameter: 'category',
			parse: (value) => readDirectoryId(locatedId(value)),
			matches: isInDirectory,
		},
		{
			field: {
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: '',
				description: 'Only files whose name contains this text',
			},
			parameter: 'file_name',
			...contains('name'),
		},
		{
			field: {
				displayName: 'File Status',
				name: 'fileStatus',
				type: 'string',
				default: '',
				placeholder: 'e.g. SUCCESS',
				description:
					'Only files in this status: SUCCESS and ERROR can be moved; PENDING and RUNNING are still being parsed',
			},
			parameter: 'file_status',
			...mustEqual('status'),
		},
		{
			field: {
				displayName: 'File Type',
				name: 'fileType',
				type: 'string',
				default: '',
				placeholder: 'e.g. pdf',
				description: 'Only files of this type',
			},
			parameter: 'file_type',
			...equals('type'),
		},
	],
});

/** The ID that a resource locator in a collection holds, or the value an expression gives in its place. */
function locatedId(value: unknown): unknown {
	return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}

/** A file's `category` is written as the directory's ID, on an older page as `name(ID)`. */
function isInDirectory(record: KooSearchRecord, id: FilterValue): boolean | undefined {
	if (!('category' in record)) return undefined;
	const category = String(record.category ?? '');
	return category === id || category.endsWith(`(${id})`);
}

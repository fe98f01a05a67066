import { knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { directoryList, fileList } from '../../execution/list/endpoints';
import { contains, equals, olderThanDays, olderThanDaysField } from '../../execution/list/filters';
import { getManyOperation } from '../../execution/list/getManyOperation';
import { readPage } from '../../execution/list/paginate';
import { directoryIdOf, hasAllTags, toFileRecord } from '../../execution/records';
import { readBoolean, switchOption } from '../../parameters/options';
import { readIds, readTags } from '../../parameters/values';
import { directoryPaths } from '../directory/paths';
import { directoryFilter } from './directoryFilter';
import { fileStatusFilter } from './fileStatus';

const MAX_IDS_LENGTH = 16_000;

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
	describe: toFileRecord,
	filters: [
		directoryFilter,
		{
			field: {
				displayName: 'File IDs',
				name: 'ids',
				type: 'string',
				default: '',
				placeholder: 'e.g. 622f8e93ec50f5ce415afdd670a00527',
				description:
					'Only these files: one ID, several separated by commas, semicolons or line breaks, or a JSON array',
			},
			parameter: 'ids',
			parse: readIds,
			// The gateway takes addresses of up to 32 KB.
			toApi: (ids) => (String(ids).length <= MAX_IDS_LENGTH ? (ids as string[]) : undefined),
			matches: ({ id }, ids) => (ids as string[]).includes(String(id)),
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
		fileStatusFilter,
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
		{
			field: {
				displayName: 'No Directory',
				name: 'noDirectory',
				type: 'boolean',
				default: true,
				description: 'Whether to return only files that are in no directory',
			},
			parse: readBoolean,
			matches: (record) => {
				const directoryId = directoryIdOf(record);
				return directoryId === undefined ? undefined : directoryId === null;
			},
		},
		{ field: olderThanDaysField('files'), ...olderThanDays },
		{
			field: {
				displayName: 'Tags',
				name: 'tags',
				type: 'string',
				default: '',
				placeholder: 'e.g. finance, 2025',
				description:
					'Only files that have all of these tags: one, several separated by commas, semicolons or line breaks, or a JSON array',
			},
			parameter: 'tags',
			parse: readTags,
			matches: ({ tags }, wanted) => hasAllTags(tags, wanted as string[]),
		},
	],
	options: {
		directoryPath: switchOption(
			{
				displayName: 'Directory Path',
				description:
					'Whether to add the path of its directory to each file, such as Contracts / 2025. It takes one more API call.',
			},
			{ absent: false, shown: true },
		),
	},
	extend: async (files, { directoryPath }, { client, endpoint }) => {
		if (!directoryPath || files.length === 0) return files;
		const { records } = await readPage(client, directoryList(endpoint.knowledgeBaseId!), {});
		const paths = directoryPaths(records);
		return files.map((file) => ({
			...file,
			directoryPath: paths.get(String(file.directoryId)) ?? null,
		}));
	},
});

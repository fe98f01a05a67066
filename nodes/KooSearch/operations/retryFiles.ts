import { counts } from './counts';
import { fileIdsField, knowledgeBaseField, readKnowledgeBaseId } from './fields';
import { idOperation } from './idOperation';

/** Page BatchRetryFiles: `PUT …/{repo_id}/files/retry`, `{file_ids, parser}` → `{total_count, retried_count}`. */
export const retryFiles = idOperation({
	...counts('retried'),
	noun: 'files',
	resource: 'file',
	option: {
		name: 'Retry Files',
		value: 'retry',
		action: 'Retry parsing of files',
		description:
			'Have files of a knowledge base parsed again, such as those whose parsing went wrong',
	},
	fields: [knowledgeBaseField],
	idsField: fileIdsField('parse again'),
	options: [
		{
			displayName: 'Parsing Rules',
			name: 'parser',
			type: 'options',
			options: [
				{
					name: 'Of Each File',
					value: 'inherit',
					description: 'The rules that were chosen for the file',
				},
				{
					name: 'Of the Knowledge Base',
					value: 'latest',
					description: 'The rules that the knowledge base has now',
				},
			],
			default: 'latest',
			description: 'Which rules to parse the files by',
		},
	],
	readTarget: (read) => ({ knowledgeBaseId: readKnowledgeBaseId(read) }),
	request: ({ target, ids: file_ids }, { parser }) => ({
		method: 'PUT',
		path: `/${target.knowledgeBaseId}/files/retry`,
		body: { file_ids, parser },
	}),
});

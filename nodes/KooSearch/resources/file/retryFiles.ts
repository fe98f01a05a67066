import { fileIdsField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { batchOperation } from '../../execution/batch/batchOperation';
import { countedAnswer } from '../../execution/batch/countedAnswer';
import { choiceOption } from '../../parameters/options';

/** Page BatchRetryFiles: `PUT …/{repo_id}/files/retry`, `{file_ids, parser}` → `{total_count, retried_count}`. */
export const retryFiles = batchOperation({
	...countedAnswer('retried'),
	noun: { one: 'file', many: 'files' },
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
	options: {
		parser: choiceOption(
			{ displayName: 'Parsing Rules', description: 'Which rules to parse the files by' },
			[
				{
					name: 'Of the Knowledge Base',
					value: 'latest',
					description: 'The rules that the knowledge base has now',
				},
				{
					name: 'Of Each File',
					value: 'inherit',
					description: 'The rules that were chosen for the file',
				},
			],
		),
	},
	readTarget: (read) => ({ knowledgeBaseId: readKnowledgeBaseId(read) }),
	request: ({ target, ids: file_ids }, { parser }) => ({
		method: 'PUT',
		path: `/${target.knowledgeBaseId}/files/retry`,
		body: { file_ids, parser },
		effect: 'idempotent',
	}),
});

import { fileIdsField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { batchOperation } from '../../execution/batch/batchOperation';
import { deletion } from '../../execution/batch/deletion';
import { fileList } from '../../execution/list/endpoints';

/**
 * Page BatchDeleteFiles: `DELETE …/{repo_id}/files/batch`, `{file_ids}` → `{total_count, deleted_count}`. A file that
 * is being parsed can't be deleted (KOS.00050006, page ErrorCode).
 */
export const deleteFiles = batchOperation({
	...deletion({ one: 'file', many: 'files' }, fileList),
	resource: 'file',
	option: {
		name: 'Delete Files',
		value: 'delete',
		action: 'Delete files permanently',
		description: 'Remove files from a knowledge base. This cannot be undone.',
	},
	fields: [knowledgeBaseField],
	idsField: fileIdsField('delete'),
	readTarget: (read) => ({ knowledgeBaseId: readKnowledgeBaseId(read) }),
	request: ({ target, ids: file_ids }) => ({
		method: 'DELETE',
		path: `/${target.knowledgeBaseId}/files/batch`,
		body: { file_ids },
		effect: 'idempotent',
	}),
});

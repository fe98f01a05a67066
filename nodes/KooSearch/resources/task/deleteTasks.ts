import { IDS_NOTATION, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { batchOperation } from '../../execution/batch/batchOperation';
import { deletion } from '../../execution/batch/deletion';
import { taskList } from '../../execution/list/endpoints';

/** Page BatchDeleteTasks: `DELETE …/{repo_id}/tasks/batch`, `{task_ids}` → `{total_count, deleted_count}`. */
export const deleteTasks = batchOperation({
	...deletion({ one: 'task', many: 'tasks' }, taskList),
	resource: 'task',
	option: {
		name: 'Delete Tasks',
		value: 'delete',
		action: 'Delete tasks permanently',
		description: 'Remove parsing tasks from a knowledge base. This cannot be undone.',
	},
	fields: [knowledgeBaseField],
	idsField: {
		displayName: 'Task IDs',
		name: 'taskIds',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		required: true,
		placeholder: 'e.g. 8eb90469-0488-4864-b901-5f93ac47212e',
		description: `The tasks to delete: ${IDS_NOTATION}`,
	},
	readTarget: (read) => ({ knowledgeBaseId: readKnowledgeBaseId(read) }),
	request: ({ target, ids }) => ({
		method: 'DELETE',
		path: `/${target.knowledgeBaseId}/tasks/batch`,
		body: { task_ids: ids },
		effect: 'idempotent',
	}),
});

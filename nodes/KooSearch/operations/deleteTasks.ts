import { z } from 'zod';

import { knowledgeBaseField, readKnowledgeBaseId } from './fields';
import { idOperation } from './idOperation';

const count = z
	.number({ required_error: 'is missing', invalid_type_error: 'is not a number' })
	.int('is not a whole number')
	.min(0, 'is negative');

const answer = (ids: string[]) =>
	z
		.object({
			total_count: count,
			deleted_count: count.max(ids.length, `is above ${ids.length}, the number of IDs sent`),
		})
		.passthrough();

/** Page BatchDeleteTasks: `DELETE …/{repo_id}/tasks/batch`, `{task_ids}` → `{total_count, deleted_count}`. */
export const deleteTasks = idOperation({
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
		description:
			'The tasks to delete: one ID, several separated by commas or line breaks, or a JSON array. An expression may also give a number or an array. The IDs of all input items are collected and sent in as few API calls as possible.',
	},
	noun: 'tasks',
	doneKey: 'deleted',
	statuses: { deleted: true, notDeleted: false, unconfirmed: null },
	readTarget: (read) => ({ knowledgeBaseId: readKnowledgeBaseId(read) }),
	request: ({ target, ids }) => ({
		method: 'DELETE',
		path: `/${target.knowledgeBaseId}/tasks/batch`,
		body: { task_ids: ids },
	}),
	answer,
	// The answer holds counts only: unless all or none were deleted, nobody can say which ones.
	settle: (response, ids) => {
		const { total_count: totalCount, deleted_count: deletedCount } = response;
		const status =
			deletedCount === ids.length ? 'deleted' : deletedCount === 0 ? 'notDeleted' : 'unconfirmed';
		return {
			statusOf: () => status,
			confirmed: deletedCount,
			details: () => ({ batch: { requested: ids.length, totalCount, deletedCount } }),
			response,
			strangers: [],
		};
	},
});

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
	statuses: {
		deleted: { done: true, told: 'deleted' },
		notDeleted: { done: false, told: 'left in place' },
		unconfirmed: { done: null, told: 'of which KooSearch only said how many were deleted' },
	},
	readTarget: (read) => ({ knowledgeBaseId: readKnowledgeBaseId(read) }),
	request: ({ target, ids }) => ({
		method: 'DELETE',
		path: `/${target.knowledgeBaseId}/tasks/batch`,
		body: { task_ids: ids },
	}),
	answer,
	settle: (response, ids, repeated) => {
		const { total_count: totalCount, deleted_count: deletedCount } = response;
		const status = statusOf(deletedCount, ids.length, repeated);
		return {
			statusOf: () => status,
			confirmed: deletedCount,
			details: () => ({ batch: { requested: ids.length, totalCount, deletedCount } }),
			response,
			strangers: [],
		};
	},
});

/**
 * The answer holds counts only: unless all or none were deleted, nobody can say which ones. And none on a repeated
 * call may mean that the call before, whose answer was lost, had deleted them.
 */
function statusOf(deletedCount: number, requested: number, repeated: boolean): string {
	if (deletedCount === requested) return 'deleted';
	return deletedCount === 0 && !repeated ? 'notDeleted' : 'unconfirmed';
}

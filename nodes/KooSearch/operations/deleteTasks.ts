import { z } from 'zod';

import { settleRest } from '../batching/settleRest';
import type { FindRemaining } from '../batching/settleRest';
import { taskList } from '../listing/lists';
import { readRecords } from '../listing/records';
import { count } from '../transport/answers';
import type { KooSearchClient } from '../transport/client';
import { IDS_NOTATION, knowledgeBaseField, readKnowledgeBaseId } from './fields';
import { idOperation } from './idOperation';

function answerTo(requested: number) {
	const above = `is above ${requested}, the number of IDs sent`;
	return z.object({ total_count: count, deleted_count: count.max(requested, above) }).passthrough();
}

/** By the number of IDs sent: all calls of a run but the last ones are of one size. */
const answers = new Map<number, ReturnType<typeof answerTo>>();

function answer(requested: number) {
	const known = answers.get(requested) ?? answerTo(requested);
	answers.set(requested, known);
	return known;
}

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
		description: `The tasks to delete: ${IDS_NOTATION}`,
	},
	noun: 'tasks',
	doneKey: 'deleted',
	statuses: {
		deleted: { done: true, told: 'deleted' },
		gone: { done: true, told: 'gone' },
		notDeleted: { done: false, told: 'still there' },
		unconfirmed: { done: null, told: 'in an unknown state' },
	},
	readTarget: (read) => ({ knowledgeBaseId: readKnowledgeBaseId(read) }),
	request: ({ target, ids }) => ({
		method: 'DELETE',
		path: `/${target.knowledgeBaseId}/tasks/batch`,
		body: { task_ids: ids },
	}),
	answer,
	settle: (response, ids, certain) => {
		const { total_count: totalCount, deleted_count: deletedCount } = response;
		const status = statusOf(deletedCount, ids.length, certain);
		return {
			statusOf: () => status,
			confirmed: deletedCount,
			details: () => ({ batch: { requested: ids.length, totalCount, deletedCount } }),
			strangers: [],
		};
	},
	options: [
		{
			displayName: 'Settle Partial Deletions',
			name: 'settlePartial',
			type: 'boolean',
			default: true,
			description:
				'Whether to list the tasks that are left when an API call deleted only some, to find out which. KooSearch itself only says how many.',
		},
	],
	settleRest: async (client, finished) =>
		await settleRest(
			finished,
			findRemaining(client),
			({ ids, outcome }) => outcome.settled.confirmed < ids.length,
			(remains) => (remains ? 'notDeleted' : 'gone'),
		),
});

/**
 * The answer holds counts only: unless all or none were deleted, nobody can say which ones. And none on a repeated
 * call may mean that the call before, whose answer was lost, had deleted them.
 */
function statusOf(deletedCount: number, requested: number, certain: boolean): string {
	if (deletedCount === requested) return 'deleted';
	return deletedCount === 0 && certain ? 'notDeleted' : 'unconfirmed';
}

/** A complete, unfiltered listing shows what is still there; one that fails or isn't complete shows nothing. */
function findRemaining(client: KooSearchClient): FindRemaining {
	return async (knowledgeBaseId, ids) => {
		const remaining = new Set<string>();
		const records = readRecords(client, taskList(knowledgeBaseId));
		try {
			for (;;) {
				const { done, value } = await records.next();
				if (done) return value.complete ? remaining : undefined;
				if (ids.has(String(value.id))) remaining.add(String(value.id));
			}
		} catch {
			return undefined;
		}
	};
}

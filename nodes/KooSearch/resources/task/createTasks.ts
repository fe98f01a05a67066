import type { INodeProperties } from 'n8n-workflow';

import { fileIdsField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { batchOperation } from '../../execution/batch/batchOperation';
import { countedAnswer } from '../../execution/batch/countedAnswer';
import type { ItemRequest } from '../../execution/batch/types';
import type { Operation } from '../../execution/operation';
import { readBoolean, readChoice } from '../../parameters/options';
import { TASK_TYPES } from './taskTypes';

const taskTypeField: INodeProperties = {
	displayName: 'Task Type',
	name: 'taskType',
	type: 'options',
	options: TASK_TYPES,
	default: 'QA',
	description: 'What the tasks do with the files',
};

const inheritParserField: INodeProperties = {
	displayName: 'Inherit Parsing Rules',
	name: 'inheritParser',
	type: 'boolean',
	default: false,
	description:
		'Whether to parse by the rules that were chosen for each file, instead of those that the knowledge base has now',
};

/**
 * Page BatchCreateTasks: `POST …/{repo_id}/tasks`, `{task_type, file_ids, task_context}` → `{total_count,
 * created_count}`. The answer names no task, so a call whose answer was lost is never sent again.
 */
const creation = batchOperation({
	...countedAnswer('created'),
	noun: { one: 'file', many: 'files' },
	resource: 'task',
	option: {
		name: 'Create Tasks',
		value: 'create',
		action: 'Create tasks for files',
		description:
			'Create tasks that work on files of a knowledge base, such as to extract questions and answers',
	},
	fields: [knowledgeBaseField, taskTypeField, inheritParserField],
	idsField: fileIdsField('create tasks for'),
	readTarget: (read) => ({
		taskType: read(taskTypeField.name, taskTypeField.displayName, (value) =>
			readChoice(
				value,
				TASK_TYPES.map((type) => type.value),
			),
		),
		inheritParser: read(inheritParserField.name, inheritParserField.displayName, readBoolean),
		knowledgeBaseId: readKnowledgeBaseId(read),
	}),
	describeConflict,
	request: ({ target, ids: file_ids }) => ({
		method: 'POST',
		path: `/${target.knowledgeBaseId}/tasks`,
		body: {
			task_type: target.taskType,
			file_ids,
			task_context: { is_inherit_parser: target.inheritParser, file_ids },
		},
		effect: 'once',
	}),
});

export const createTasks: Operation = {
	...creation,
	run: async (context) => {
		const items = await creation.run(context);
		// These parts of the target are shown for calls, not for files.
		return items.map(({ json: { taskType, inheritParser, ...json }, ...item }) =>
			'id' in json || taskType === undefined
				? { json, ...item }
				: { json: { ...json, taskType, inheritParser }, ...item },
		);
	},
};

function describeConflict(id: string, first: ItemRequest): string {
	return (
		`'${taskTypeField.displayName}': item ${first.itemIndex} already names file "${id}" for another type of task in the same run. ` +
		'Let one item name it, or use two nodes, one after the other.'
	);
}

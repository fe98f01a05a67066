import { knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { taskList } from '../../execution/list/endpoints';
import {
	contains,
	equals,
	mustEqual,
	olderThanDays,
	olderThanDaysField,
} from '../../execution/list/filters';
import { getManyOperation } from '../../execution/list/getManyOperation';
import { withTimes } from '../../execution/records';
import { TASK_TYPES } from './taskTypes';

/** Page SearchTasks: `GET …/{repo_id}/tasks`. */
export const getManyTasks = getManyOperation({
	resource: 'task',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many tasks',
		description:
			'List many parsing tasks of a knowledge base, such as those that ended in an error',
	},
	noun: { one: 'task', many: 'tasks' },
	fields: [knowledgeBaseField],
	describe: withTimes,
	readEndpoint: (read) => taskList(readKnowledgeBaseId(read)),
	filters: [
		{
			field: {
				displayName: 'Created By',
				name: 'createUser',
				type: 'string',
				default: '',
				description: 'Only tasks that this user created',
			},
			parameter: 'create_user',
			...equals('create_user'),
		},
		{
			field: {
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: '',
				description: 'Only tasks for files whose name contains this text',
			},
			parameter: 'file_name',
			...contains('file_name'),
		},
		{
			field: olderThanDaysField('tasks'),
			...olderThanDays,
		},
		{
			field: {
				displayName: 'Task Status',
				name: 'taskStatus',
				type: 'options',
				options: [
					{ name: 'Error', value: 'ERROR' },
					{ name: 'Pending', value: 'PENDING' },
					{ name: 'Running', value: 'RUNNING' },
					{ name: 'Success', value: 'SUCCESS' },
				],
				default: 'ERROR',
				description: 'Only tasks in this status',
			},
			parameter: 'task_status',
			...mustEqual('status'),
		},
		{
			field: {
				displayName: 'Task Type',
				name: 'taskType',
				type: 'options',
				options: TASK_TYPES,
				default: 'TABLE_EXTRACTION',
				description: 'Only tasks of this type',
			},
			parameter: 'task_type',
			...mustEqual('type'),
		},
	],
});

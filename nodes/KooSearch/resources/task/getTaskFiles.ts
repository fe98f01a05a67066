import {
	knowledgeBaseField,
	readKnowledgeBaseId,
	readTaskId,
	taskIdField,
} from '../../descriptions/fields';
import { taskFileList } from '../../execution/list/endpoints';
import { getManyOperation } from '../../execution/list/getManyOperation';

/** Page ListTaskDetail: `GET …/{repo_id}/task-detail/{task_id}`. */
export const getTaskFiles = getManyOperation({
	resource: 'task',
	option: {
		name: 'Get Files',
		value: 'getFiles',
		action: 'Get files of task',
		description: 'List the files that a task is about',
	},
	noun: { one: 'file', many: 'files' },
	fields: [knowledgeBaseField, taskIdField],
	filters: [],
	readEndpoint: (read) => taskFileList(readKnowledgeBaseId(read), readTaskId(read)),
});

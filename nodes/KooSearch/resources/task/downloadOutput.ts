import type { INodeProperties } from 'n8n-workflow';

import {
	knowledgeBaseField,
	readKnowledgeBaseId,
	readTaskId,
	taskIdField,
} from '../../descriptions/fields';
import { itemOperation } from '../../execution/item/itemOperation';
import { readText } from '../../parameters/values';
import { fileAnswer } from '../../transport/download';

const binaryField: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the output binary field to put the file in',
};

/** Page DownloadFile: `GET …/{repo_id}/tasks/{task_id}` → the file; its type isn't documented. */
export const downloadOutput = itemOperation({
	resource: 'task',
	option: {
		name: 'Download Output',
		value: 'download',
		action: 'Download output of task',
		description: 'Get the file that a task has produced, as binary data',
	},
	fields: [knowledgeBaseField, taskIdField, binaryField],
	effect: 'none',
	concurrency: 4,
	timeout: 600_000,
	read: (read) => ({
		knowledgeBaseId: readKnowledgeBaseId(read),
		taskId: readTaskId(read),
		field: read(binaryField.name, binaryField.displayName, readText),
	}),
	share: () => undefined,
	run: async ({ knowledgeBaseId, taskId, field }, { client, context }) => {
		const path = `/${knowledgeBaseId}/tasks/${taskId}`;
		const request = { method: 'GET', path, isDownload: true, effect: 'none' } as const;
		const { value } = await client.call(request, fileAnswer);
		const { data, fileName = taskId, mimeType } = value;
		const file = await context.helpers.prepareBinaryData(data, fileName, mimeType);
		return [{ json: { taskId, fileName, size: data.length }, binary: { [field]: file } }];
	},
});

import type { IBinaryData, IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import {
	knowledgeBaseField,
	readKnowledgeBaseId,
	readTaskId,
	taskIdField,
} from '../../descriptions/fields';
import { itemOperation } from '../../execution/item/itemOperation';
import { readText } from '../../parameters/values';
import type { ReceivedFile } from '../../transport/request';
import { binarySize } from '../binarySize';

const binaryField: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the output binary field to put the file in',
};

/** The output item. */
const savedItem = z.object({
	json: z.custom<IDataObject>(),
	binary: z.record(z.custom<IBinaryData>()),
});

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
		const save = async ({ content, fileName = taskId, mimeType }: ReceivedFile) => {
			const stream = content as Parameters<typeof context.helpers.prepareBinaryData>[0];
			const binary = await context.helpers.prepareBinaryData(stream, fileName, mimeType);
			const json = { taskId, fileName, size: await binarySize(context, binary) };
			return { json, binary: { [field]: binary } };
		};
		const request = { method: 'GET', path, save, effect: 'none' } as const;
		const { value } = await client.call(request, savedItem);
		return [value];
	},
});

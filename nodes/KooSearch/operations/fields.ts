import type { INodeProperties } from 'n8n-workflow';

import { readId } from '../batching/readIds';
import type { ReadField } from '../batching/readEntries';

export const knowledgeBaseField: INodeProperties = {
	displayName: 'Knowledge Base',
	name: 'knowledgeBase',
	type: 'resourceLocator',
	default: { mode: 'id', value: '' },
	required: true,
	description:
		'The knowledge base that the IDs belong to. The KooSearch experience platform shows its ID under Knowledge Bases.',
	modes: [
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 0c3fae2d-428e-454c-ad80-2e5c5fa7b33a',
		},
	],
};

export function readKnowledgeBaseId(read: ReadField): string {
	return read(knowledgeBaseField.name, knowledgeBaseField.displayName, readId);
}

/** Shows fields for one operation of one resource, together with the conditions they have themselves. */
export function showFor(
	resource: string,
	operation: string,
	fields: INodeProperties[],
): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource], operation: [operation], ...field.displayOptions?.show },
		},
	}));
}

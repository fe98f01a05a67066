import type { INodeProperties } from 'n8n-workflow';

import { knowledgeBaseField } from '../descriptions/fields';
import { events } from './events';
import { filtersField } from './filters';

export const DEFAULT_STUCK_MINUTES = 60;

/** Of the trigger, as the editor shows them. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		options: events.map(({ option }) => option),
		default: 'fileAdded',
		description: 'What starts the workflow: one item for each file or task that it happens to',
	},
	{
		...knowledgeBaseField,
		description:
			'The knowledge base to watch. The KooSearch experience platform shows its ID under Knowledge Bases.',
	},
	{
		displayName: 'Stuck After (Minutes)',
		name: 'stuckMinutes',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 525_600 },
		default: DEFAULT_STUCK_MINUTES,
		displayOptions: { show: { event: ['fileStuck'] } },
		description:
			'How long a file may be waiting or being parsed, since the poll that first saw it so',
	},
	filtersField({ file: eventsFor('file'), task: eventsFor('task') }),
];

function eventsFor(noun: string): string[] {
	return events.filter((event) => event.noun.one === noun).map(({ option }) => option.value);
}

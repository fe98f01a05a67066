import type { INodeProperties } from 'n8n-workflow';

import type { NoOptions, OptionTable } from '../../parameters/options';
import { optionsField } from '../../parameters/options';
import type { Operation } from '../operation';
import type { GetManyOperation } from './definition';
import { runOverItems } from './runOverItems';

const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { returnAll: [false] } },
		description: 'Max number of results to return',
	},
];

/** Completes a Get Many operation: its limit and filters, and the way from input items to one item a record. */
export function getManyOperation<Own extends OptionTable = NoOptions>(
	definition: GetManyOperation<Own>,
): Operation {
	const { resource, option, fields, filters, options } = definition;
	const filtersField: INodeProperties = {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		options: filters.map(({ field }) => field),
	};
	return {
		resource,
		option,
		fields: [
			...fields,
			...limitFields,
			...(filters.length > 0 ? [filtersField] : []),
			...(options ? [optionsField(options)] : []),
		],
		run: async (context) => await runOverItems(context, definition),
	};
}

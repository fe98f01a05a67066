import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { show } from '../batching/readIds';

/** The `options` collection as the node uses it; times are in milliseconds. */
export interface Settings {
	batchInterval: number;
	batchSize: number;
	concurrency: number;
	dryRun: boolean;
	maxRetries: number;
	output: 'perId' | 'perBatch';
	timeout: number;
	/** Options that only some operations have. */
	[ofOperation: string]: string | number | boolean | undefined;
}

/**
 * Options of every operation that sends IDs in batches. Defaults, limits and choices are checked against this
 * table when the node runs, since an expression can give anything.
 */
export const batchOptions: INodeProperties[] = [
	{
		displayName: 'Batch Interval (Ms)',
		name: 'batchInterval',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 3_600_000 },
		default: 0,
		description: 'How long to wait between the starts of two API calls, in milliseconds',
	},
	{
		displayName: 'Concurrent Batches',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 20 },
		default: 4,
		description: 'Max number of API calls under way at the same time',
	},
	{
		displayName: 'Dry Run',
		name: 'dryRun',
		type: 'boolean',
		default: false,
		description:
			'Whether to only check the input and show the API calls that would be made, without sending anything',
	},
	{
		displayName: 'Items per Batch',
		name: 'batchSize',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 1000 },
		default: 100,
		description: 'Max number of IDs to send in one API call',
	},
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 10 },
		default: 3,
		description:
			'How often to send an API call again when KooSearch asks to slow down, is not available, or the connection breaks',
	},
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		options: [
			{
				name: 'One Item per ID',
				value: 'perId',
				description: 'What happened to each ID, paired with the item that named it',
			},
			{
				name: 'One Item per Batch',
				value: 'perBatch',
				description: 'The answer to each API call, with the IDs that were sent in it',
			},
		],
		default: 'perId',
		description: 'What the node gives to the next one',
	},
	{
		displayName: 'Timeout (Ms)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 3_600_000 },
		default: 60_000,
		description: 'How long to wait for the answer each time an API call is sent, in milliseconds',
	},
];

/**
 * Reads the options once for the run; where they are expressions, the first input item decides.
 *
 * @throws Error that names the option and its value
 */
export function readSettings(context: IExecuteFunctions, table: INodeProperties[]): Settings {
	const given = context.getNodeParameter('options', 0, {}) as IDataObject;
	const read = (option: INodeProperties) =>
		option.name in given ? checked(option, given[option.name]) : option.default;
	return Object.fromEntries(
		table.map((option) => [option.name, read(option)]),
	) as unknown as Settings;
}

function checked(option: INodeProperties, value: unknown): unknown {
	const rule = ruleBroken(option, value);
	if (rule) throw new Error(`Option '${option.displayName}' is ${show(value)}. It takes ${rule}.`);
	return value;
}

/** What the option takes instead, or undefined when the value is fine. */
function ruleBroken(option: INodeProperties, value: unknown): string | undefined {
	if (option.type === 'boolean') return typeof value === 'boolean' ? undefined : 'true or false';
	if (option.type === 'options') {
		const choices = (option.options ?? []).map((choice) => ('value' in choice ? choice.value : ''));
		return choices.some((choice) => choice === value) ? undefined : choices.join(' or ');
	}
	const { minValue = 0, maxValue = Infinity } = option.typeOptions ?? {};
	const fits = Number.isInteger(value) && Number(value) >= minValue && Number(value) <= maxValue;
	return fits ? undefined : `a whole number from ${minValue} to ${maxValue}`;
}

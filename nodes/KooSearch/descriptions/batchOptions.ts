import type { OptionValues } from '../parameters/options';
import { choiceOption, numberOption, switchOption } from '../parameters/options';

/** @param absent when the option is not added */
export function timeoutOption(absent = 60_000) {
	return numberOption(
		{
			displayName: 'Timeout (Ms)',
			description:
				'How long one attempt at an API call may take, from its start to the last byte of the answer, in milliseconds',
		},
		{ absent, min: 1, max: 3_600_000 },
	);
}

/** Options of every operation that calls KooSearch for the items it gets. Times are in milliseconds. */
export const callOptions = {
	maxRetries: numberOption(
		{
			displayName: 'Max Retries',
			description:
				'How often to retry an API call after an error in KooSearch, a lost connection or a timeout. Throttling does not count.',
		},
		{ absent: 3, min: 0, max: 10 },
	),
	retryFor: numberOption(
		{
			displayName: 'Keep Trying (Minutes)',
			description:
				'How long to keep trying while KooSearch throttles or is not available, counted from the last API call that got through. With 0, the first refusal ends the run.',
		},
		{ absent: 10, min: 0, max: 1440 },
	),
	timeout: timeoutOption(),
};

const CONCURRENT_CALLS = 'Concurrent Calls';

/** How many calls may be under way at once. @param absent when the option is not added */
export function concurrencyOption(absent: number, max = 100) {
	return numberOption(
		{
			displayName: CONCURRENT_CALLS,
			description:
				'Max number of API calls at the same time. The node starts with few and finds out how many KooSearch takes.',
		},
		{ absent, min: 1, max },
	);
}

export const dryRunOption = switchOption(
	{
		displayName: 'Dry Run',
		description:
			'Whether to only check the input and show the API calls that would be made, without sending those that change anything',
	},
	{ absent: false, shown: true },
);

/** Options of every operation that sends IDs in batches. */
export const batchOptions = {
	...callOptions,
	batchInterval: numberOption(
		{
			displayName: 'Batch Interval (Ms)',
			description: 'Min time between the starts of two API calls, in milliseconds',
		},
		{ absent: 0, min: 0, max: 3_600_000 },
	),
	batchSize: numberOption(
		{
			displayName: 'Items per Batch',
			description: 'Max number of IDs to send in one API call',
		},
		{ absent: 100, min: 1, max: 1000 },
	),
	concurrency: concurrencyOption(20),
	dryRun: dryRunOption,
	maxIds: numberOption(
		{
			displayName: 'Stop Above (IDs)',
			description:
				'Max number of IDs in a run: if the input names more, nothing is sent. With 0 there is no limit.',
		},
		{ absent: 0, min: 0, max: 10_000_000 },
	),
	notDoneAsError: switchOption(
		{
			displayName: 'Treat Not Done as Error',
			description:
				'Whether an ID for which the work was not done, or not confirmed as done, is an error: with On Error set to Stop the run fails once all calls are made, otherwise the ID is an error item',
		},
		{ absent: false, shown: true },
	),
	output: choiceOption({ displayName: 'Output', description: 'What the node returns' }, [
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
		{
			name: 'Summary',
			value: 'summary',
			description: 'One item for the run: how many IDs were done, and which were not',
		},
	]),
};

export type BatchOptions = OptionValues<typeof batchOptions>;
export type CallOptions = OptionValues<typeof callOptions>;

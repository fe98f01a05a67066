import type { Filter } from '../../execution/list/filters';
import { mustEqual } from '../../execution/list/filters';
import { formatValue, InvalidValueError, readTexts } from '../../parameters/values';

/**
 * The statuses of a file (page SearchFiles and its sibling pages): for documents only SUCCESS and ERROR are certain.
 */
const STATUSES = {
	SUCCESS: 'Parsed',
	PENDING: 'Waiting',
	RUNNING: 'Being Parsed',
	ERROR: 'Failed',
	IMPORT_EXCEPTION: 'Import Failed',
	FILE_ENCODING_ERROR: 'Encoding Not Readable',
};

/** The statuses of files that could not be parsed. */
export const FAILED_STATUSES = ['ERROR', 'IMPORT_EXCEPTION', 'FILE_ENCODING_ERROR'];

const ANY_FAILURE = 'anyFailure';

const { matches: hasStatus } = mustEqual('status');

/** Any of several statuses. The page doesn't say how to ask for several, so KooSearch gets at most one. */
export const fileStatusFilter: Filter = {
	field: {
		displayName: 'File Status',
		name: 'fileStatus',
		type: 'multiOptions',
		options: [
			{
				name: 'Any Failure',
				value: ANY_FAILURE,
				description: 'KooSearch could not parse the file, for any reason',
			},
			...Object.entries(STATUSES)
				.map(([value, name]) => ({ name, value, description: value }))
				.sort((a, b) => a.name.localeCompare(b.name)),
		],
		default: [ANY_FAILURE],
		description: 'Only files in one of these statuses',
	},
	parameter: 'file_status',
	parse: readStatuses,
	toApi: (statuses) => {
		const [first, ...others] = statuses as string[];
		return others.length === 0 ? first : undefined;
	},
	matches: (record, statuses) => (statuses as string[]).some((one) => hasStatus(record, one)),
};

/** One status, several, or a text that names them. */
function readStatuses(value: unknown): string[] {
	const chosen = readTexts(value).flatMap((word) => {
		if (word.toLowerCase() === ANY_FAILURE.toLowerCase()) return FAILED_STATUSES;
		const status = word.toUpperCase();
		if (status in STATUSES) return [status];
		const known = [ANY_FAILURE, ...Object.keys(STATUSES)].join(', ');
		throw new InvalidValueError(`${formatValue(word)} is not one of ${known}.`);
	});
	return [...new Set(chosen)];
}

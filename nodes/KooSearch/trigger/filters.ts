import type { INodeProperties } from 'n8n-workflow';

import type { KooSearchRecord } from '../execution/list/endpoints';
import type { FilteredList } from '../execution/list/filters';
import { hasAllTags } from '../execution/records';
import type { ReadField } from '../parameters/readField';
import { formatValue, InvalidValueError, readTags, readText } from '../parameters/values';
import { directoryFilter } from '../resources/file/directoryFilter';

type Matches = (record: KooSearchRecord) => boolean;

/** Looks up what a value stands for, where that is not in the value itself. @throws ApiFailure */
type Resolve = (list: FilteredList) => Promise<Matches>;

interface TriggerFilter {
	/** Without the condition for events. */
	field: INodeProperties;
	/** Which lists it is for. */
	list: 'file' | 'task';
	/** The field of a record that it looks at. */
	key: string;
	/** @throws InvalidValueError for a value that can't be meant */
	parse(value: unknown): Resolve;
}

/** A filter that is set. */
export interface ActiveTriggerFilter {
	displayName: string;
	key: string;
	resolve: Resolve;
}

/** A filter that can be applied. */
export type ResolvedTriggerFilter = Omit<ActiveTriggerFilter, 'resolve'> & { matches: Matches };

const TASK_TYPES = ['DELETE_TABLES', 'QA', 'RETRY_FILES', 'TABLE_EXTRACTION'];

const filters: TriggerFilter[] = [
	{
		field: {
			...directoryFilter.field,
			description: 'Only files that are in this directory when it happens, not in those below it',
		},
		list: 'file',
		key: 'category',
		parse: (value) => {
			const given = directoryFilter.parse(value);
			return async (list) => {
				const directory = await directoryFilter.resolve!(given, list);
				return (record) => directoryFilter.matches(record, directory) === true;
			};
		},
	},
	{
		field: {
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: '',
			description: 'Only files whose name contains this text, in upper or lower case',
		},
		list: 'file',
		key: 'name',
		parse: (value) => {
			const wanted = readText(value).toLowerCase();
			return known(({ name }) => String(name).toLowerCase().includes(wanted));
		},
	},
	{
		field: {
			displayName: 'Tags',
			name: 'tags',
			type: 'string',
			default: '',
			placeholder: 'e.g. finance, signed',
			description:
				'Only files that have all of these tags when it happens: one tag, several separated by commas, semicolons or line breaks, or a JSON array',
		},
		list: 'file',
		key: 'tags',
		parse: (value) => {
			const wanted = readTags(value);
			return known(({ tags }) => hasAllTags(tags, wanted) === true);
		},
	},
	{
		field: {
			displayName: 'Task Type',
			name: 'taskType',
			type: 'options',
			options: [
				{ name: 'Delete Tables', value: 'DELETE_TABLES' },
				{ name: 'Question and Answer', value: 'QA' },
				{ name: 'Retry Files', value: 'RETRY_FILES' },
				{ name: 'Table Extraction', value: 'TABLE_EXTRACTION' },
			],
			default: 'TABLE_EXTRACTION',
			description: 'Only tasks of this type',
		},
		list: 'task',
		key: 'type',
		parse: (value) => {
			const wanted = readText(value).toUpperCase();
			if (!TASK_TYPES.includes(wanted)) {
				throw new InvalidValueError(
					`${formatValue(value)} is not a task type. It takes ${TASK_TYPES.join(', ')}.`,
				);
			}
			return known(({ type }) => String(type).toUpperCase() === wanted);
		},
	},
];

/** @param eventsOf the events that files have, and those that tasks have */
export function filtersField(eventsOf: Record<'file' | 'task', string[]>): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		options: filters.map(({ field, list }) => ({
			...field,
			displayOptions: { show: { '/event': eventsOf[list] } },
		})),
	};
}

/**
 * The filters that are set. One that is set but empty is refused: an expression that came out empty would otherwise
 * let everything pass. One that is left over from an event of the other list is not looked at.
 */
export function readFilters(read: ReadField, list: 'file' | 'task'): ActiveTriggerFilter[] {
	const chosen = read('filters', 'Filters', (value) => (value ?? {}) as Record<string, unknown>);
	return filters
		.filter((filter) => filter.list === list && filter.field.name in chosen)
		.map(({ field: { name, displayName }, key, parse }) => ({
			displayName,
			key,
			resolve: read('filters', displayName, () => parse(chosen[name])),
		}));
}

/** @throws ApiFailure */
export async function resolveFilters(
	active: ActiveTriggerFilter[],
	list: FilteredList,
): Promise<ResolvedTriggerFilter[]> {
	return await Promise.all(
		active.map(async ({ resolve, ...filter }) => ({ ...filter, matches: await resolve(list) })),
	);
}

/** Nothing has to be looked up. */
function known(matches: Matches): Resolve {
	return async () => await Promise.resolve(matches);
}

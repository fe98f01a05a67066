import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ReadField } from '../../parameters/readField';
import {
	formatValue,
	InvalidValueError,
	isEmpty,
	readNumber,
	readText,
} from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import type { ApiFailure } from '../../transport/errors/failure';
import { readTime } from '../records';
import type { KooSearchRecord, ListEndpoint } from './endpoints';

export type FilterValue = string | number | boolean | string[] | object;

/** The list that a filter is for. */
export interface FilteredList {
	client: KooSearchClient;
	endpoint: ListEndpoint;
}

/** One of the `filters` of a Get Many operation. */
export interface Filter {
	field: INodeProperties;
	/** The API's name for it; left out if only the node filters. */
	parameter?: string;
	/** @returns false for a filter that is switched off. @throws InvalidValueError for an invalid value */
	parse(value: unknown): FilterValue;
	/** Looks up what the value stands for, before the list is read. @throws ApiFailure */
	resolve?(value: FilterValue, list: FilteredList): Promise<FilterValue>;
	/** What the API gets for the value; undefined leaves the filtering to the node. Without it, the value itself is sent. */
	toApi?(value: FilterValue): string | string[] | undefined;
	/** Explains a refusal that the value may have caused. */
	explain?(failure: ApiFailure, value: FilterValue, list: FilteredList): Promise<ApiFailure>;
	/**
	 * Whether a record matches. The output may be passed to a deletion, so the API's filtering is checked.
	 *
	 * @returns undefined if the record lacks the field to check
	 * @throws InvalidValueError if the record must have that field, but doesn't
	 */
	matches(record: KooSearchRecord, value: FilterValue): boolean | undefined;
}

export interface ActiveFilter {
	filter: Filter;
	value: FilterValue;
}

/**
 * The filters that an item sets. An empty one is refused: otherwise an expression that evaluates to nothing would
 * select everything. An agent leaves a filter empty to leave it out, so for a tool it is ignored.
 */
export function readFilters(read: ReadField, filters: Filter[], isTool: boolean): ActiveFilter[] {
	const chosen = read('filters', 'Filters', toObject);
	return filters
		.filter(({ field }) => field.name in chosen && !(isTool && isEmpty(chosen[field.name])))
		.map((filter) => {
			const { name, displayName } = filter.field;
			const value = read('filters', displayName, (all) => filter.parse(toObject(all)[name]));
			return { filter, value };
		})
		.filter(({ value }) => value !== false);
}

/** Looks up what the values stand for. @throws ApiFailure */
export async function resolveFilters(
	active: ActiveFilter[],
	list: FilteredList,
): Promise<ActiveFilter[]> {
	const resolve = async ({ filter, value }: ActiveFilter) => ({
		filter,
		value: (await filter.resolve?.(value, list)) ?? value,
	});
	return await Promise.all(active.map(resolve));
}

/** Explains a refusal that the value of a filter may have caused. */
export async function explainByFilters(
	failure: ApiFailure,
	active: ActiveFilter[],
	list: FilteredList,
): Promise<ApiFailure> {
	for (const { filter, value } of active) {
		const explained = (await filter.explain?.(failure, value, list)) ?? failure;
		if (explained !== failure) return explained;
	}
	return failure;
}

function toObject(value: unknown): IDataObject {
	return (value ?? {}) as IDataObject;
}

/** The query for the filters that the API applies. */
export function toQuery(active: ActiveFilter[]): IDataObject {
	const sent = active.filter(isRemote);
	return Object.fromEntries(
		sent.map((one) => [one.filter.parameter!, sentValue(one)]),
	) as IDataObject;
}

/** Whether KooSearch is asked to apply a filter; the others are applied only by this node. */
export function isRemote(active: ActiveFilter): boolean {
	return active.filter.parameter !== undefined && sentValue(active) !== undefined;
}

function sentValue({ filter, value }: ActiveFilter): FilterValue | undefined {
	return filter.toApi ? filter.toApi(value) : value;
}

/** Whether a record passes all filters; those that can't be checked on it are noted. */
export function matchesAll(
	record: KooSearchRecord,
	active: ActiveFilter[],
	unchecked: Set<ActiveFilter>,
): boolean {
	return active.every((one) => {
		const matches = one.filter.matches(record, one.value);
		if (matches === undefined) unchecked.add(one);
		return matches ?? true;
	});
}

/** Text that a record's field has to contain, whatever its case; the API pages don't say how they compare names. */
export function contains(...keys: string[]): Pick<Filter, 'parse' | 'matches'> {
	return {
		parse: readText,
		matches: (record, value) => {
			const texts = keys.map((key) => record[key]).filter((text) => typeof text === 'string');
			if (texts.length === 0) return undefined;
			return texts.some((text) => text.toLowerCase().includes(String(value).toLowerCase()));
		},
	};
}

/** A word that a record's field has to be. */
export function equals(key: string): Pick<Filter, 'parse' | 'matches'> {
	return {
		parse: readText,
		matches: (record, value) => {
			const word = record[key];
			if (typeof word !== 'string') return undefined;
			return word.toLowerCase() === String(value).toLowerCase();
		},
	};
}

/** As `equals`, for fields that every record has to have: without them it is not known what a deletion would delete. */
export function mustEqual(key: string): Pick<Filter, 'parse' | 'matches'> {
	const { parse, matches } = equals(key);
	return {
		parse,
		matches: (record, value) => {
			const answer = matches(record, value);
			if (answer === undefined)
				throw new InvalidValueError(`'${key}' of ${formatValue(record.id)} is missing`);
			return answer;
		},
	};
}

/** Records that were created more than so many days ago (`create_time`, milliseconds since 1970). */
export const olderThanDays: Pick<Filter, 'parse' | 'matches'> = {
	parse: (value) => readNumber(value, 'a number of days'),
	matches: ({ id, create_time }, days) => {
		const created = readTime(create_time);
		if (created !== undefined) return created < Date.now() - Number(days) * DAY;
		throw new InvalidValueError(
			`'create_time' of ${formatValue(id)} is ${formatValue(create_time)}, which is not a time in milliseconds, so its age is not known`,
		);
	},
};

const DAY = 86_400_000;

/** The field `olderThanDays` of the records that `many` names. */
export function olderThanDaysField(many: string): INodeProperties {
	return {
		displayName: 'Older Than (Days)',
		name: 'olderThanDays',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 7,
		description: `Only ${many} that were created more than this many days ago`,
	};
}

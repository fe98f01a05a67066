import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ReadField } from '../../parameters/readField';
import { formatValue, InvalidValueError, readText } from '../../parameters/values';
import type { KooSearchRecord } from './endpoints';

export type FilterValue = string | number;

/** One of the `filters` of a Get Many operation. */
export interface Filter {
	field: INodeProperties;
	/** The API's name for it; left out where only the node filters. */
	parameter?: string;
	/** @throws InvalidValueError for a value that can't be meant */
	parse(value: unknown): FilterValue;
	/**
	 * Whether a record is what was asked for. What comes out may feed a deletion, so the API isn't believed.
	 *
	 * @returns undefined when the record doesn't hold what it takes to tell
	 * @throws InvalidValueError when it must, but doesn't
	 */
	matches(record: KooSearchRecord, value: FilterValue): boolean | undefined;
}

export interface ActiveFilter {
	filter: Filter;
	value: FilterValue;
}

/**
 * The filters an item sets. One that is there but empty is refused: an expression that came out empty would
 * otherwise select everything.
 */
export function readFilters(read: ReadField, filters: Filter[]): ActiveFilter[] {
	const chosen = read('filters', 'Filters', toObject);
	return filters
		.filter(({ field }) => field.name in chosen)
		.map((filter) => {
			const { name, displayName } = filter.field;
			const value = read('filters', displayName, (all) => filter.parse(toObject(all)[name]));
			return { filter, value };
		});
}

function toObject(value: unknown): IDataObject {
	return (value ?? {}) as IDataObject;
}

/** The part of the filtering that the API is asked to do. */
export function toQuery(active: ActiveFilter[]): IDataObject {
	const known = active.filter(({ filter }) => filter.parameter !== undefined);
	return Object.fromEntries(known.map(({ filter, value }) => [filter.parameter!, value]));
}

/** Whether all filters say yes, or can't tell; those that can't are noted. */
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

/** As `equals`, for fields that every record has to have: without them nobody knows what a deletion would hit. */
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

const DAY = 86_400_000;
/** Times before it are no milliseconds since 1970: seconds, most likely. */
const YEAR_2000 = Date.UTC(2000, 0, 1);

/** Records that were created more than so many days ago (`create_time`, milliseconds since 1970). */
export const olderThanDays: Pick<Filter, 'parse' | 'matches'> = {
	parse: (value) => {
		if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value;
		throw new InvalidValueError(
			`${formatValue(value)} is not a number of days. It takes 0 or more.`,
		);
	},
	matches: (record, days) => {
		const now = Date.now();
		const { create_time } = record;
		const isText = typeof create_time === 'string' && /^\d+$/.test(create_time);
		const created = isText ? Number(create_time) : create_time;
		if (typeof created !== 'number' || !(created >= YEAR_2000 && created <= now + DAY)) {
			throw new InvalidValueError(
				`'create_time' of ${formatValue(record.id)} is ${formatValue(create_time)}, which is not a time in milliseconds, so nobody can tell its age`,
			);
		}
		return created < now - Number(days) * DAY;
	},
};

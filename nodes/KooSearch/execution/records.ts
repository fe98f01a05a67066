import type { IDataObject } from 'n8n-workflow';

import type { KooSearchRecord } from './list/endpoints';

const DAY = 86_400_000;
/** Earlier times are not in milliseconds since 1970; most likely they are in seconds. */
const YEAR_2000 = Date.UTC(2000, 0, 1);

/** A number that has lost digits may stand for several records. */
export function hasExactId({ id }: KooSearchRecord): boolean {
	return typeof id === 'string' || Number.isSafeInteger(id);
}

/** A time of the API in milliseconds since 1970, which it prints as a number or as text; undefined for anything else. */
export function readTime(value: unknown): number | undefined {
	const time = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
	const isPlausible = typeof time === 'number' && time >= YEAR_2000 && time <= Date.now() + DAY;
	return isPlausible ? time : undefined;
}

/** `createdAt` and `updatedAt` (ISO 8601), if the record holds plausible times. */
export function withTimes(record: KooSearchRecord): KooSearchRecord {
	const createdAt = readTime(record.create_time);
	const updatedAt = readTime(record.update_time);
	return {
		...record,
		...(createdAt === undefined ? {} : { createdAt: new Date(createdAt).toISOString() }),
		...(updatedAt === undefined ? {} : { updatedAt: new Date(updatedAt).toISOString() }),
	};
}

/**
 * The ID of the directory that a file's `category` names: written `leafName(directoryId)` (page UploadFiles), or as
 * the ID alone.
 *
 * @returns null for a file in no directory, undefined if the record doesn't say
 */
export function directoryIdOf({ category }: IDataObject): string | null | undefined {
	if (category === undefined) return undefined;
	if (category === null || category === '') return null;
	return String(category).replace(/^.*\(([^()]+)\)$/s, '$1');
}

/**
 * Whether a record has all wanted tags. Upper and lower case make no difference, as in KooSearch's own queries.
 *
 * @param tags of the record
 * @returns undefined if the record doesn't say
 */
export function hasAllTags(tags: unknown, wanted: string[]): boolean | undefined {
	if (!Array.isArray(tags)) return undefined;
	const own = new Set(tags.map((tag) => String(tag).toLowerCase()));
	return wanted.every((tag) => own.has(tag.toLowerCase()));
}

/** Why a file could not be parsed (`upload_desc`), or null. */
export function reasonOf({ upload_desc }: KooSearchRecord): string | null {
	return typeof upload_desc === 'string' && upload_desc.trim() !== '' ? upload_desc : null;
}

/** A file's record with fields added that people look for. */
export function toFileRecord(record: KooSearchRecord): KooSearchRecord {
	const directoryId = directoryIdOf(record);
	return {
		...withTimes(record),
		...(directoryId === undefined ? {} : { directoryId }),
		...('upload_desc' in record ? { reason: reasonOf(record) } : {}),
	};
}

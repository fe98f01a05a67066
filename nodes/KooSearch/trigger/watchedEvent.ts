import type { INodePropertyOptions } from 'n8n-workflow';

import type { KooSearchRecord, ListEndpoint } from '../execution/list/endpoints';
import type { Noun } from '../parameters/values';
import type { IsEvent, Phase, Sighting } from './cursor';

/** A record in a listing. */
export interface SeenRecord extends Sighting {
	record: KooSearchRecord;
	/** `create_time` in milliseconds since 1970; 0 where the record does not say it, or says the future. */
	createdAt: number;
}

export interface EventSettings {
	/** When the list was read, in milliseconds since 1970. */
	now: number;
	stuckMinutes: number;
}

/** One entry of the trigger's Event list. */
export interface WatchedEvent {
	option: INodePropertyOptions & { value: string };
	/** What a record stands for. */
	noun: Noun;
	list(knowledgeBaseId: string): ListEndpoint;
	/** The field of a record that says why it failed. */
	reasonKey: string;
	/** A record as Get Many gives it. */
	describe(record: KooSearchRecord): KooSearchRecord;
	/** Whether a record is an event, compared with what was known of it. */
	isEvent(settings: EventSettings): IsEvent<SeenRecord>;
	/** Whether a record could be an event if nothing were known of it: what a run by hand shows. */
	isSample(seen: SeenRecord, settings: EventSettings): boolean;
}

/** An event of records that come into a phase, from another one or as new ones. */
export function entering(phase: Phase): Pick<WatchedEvent, 'isEvent' | 'isSample'> {
	return {
		isEvent: () => (seen, before) => seen.phase === phase && before?.phase !== phase,
		isSample: (seen) => seen.phase === phase,
	};
}

/**
 * Statuses of files are SUCCESS, ERROR, PENDING, RUNNING, IMPORT_EXCEPTION and FILE_ENCODING_ERROR; those of tasks are
 * the first four. Not documented: whether there are more.
 */
export function phaseOf({ status }: KooSearchRecord): Phase {
	const word = String(status).toUpperCase();
	if (word === 'SUCCESS') return 'succeeded';
	return /ERROR|EXCEPTION|FAIL/.test(word) ? 'failed' : 'unfinished';
}

import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { readKnowledgeBaseId } from '../descriptions/fields';
import type { KooSearchRecord } from '../execution/list/endpoints';
import type { ReadField } from '../parameters/readField';
import { InvalidFieldError } from '../parameters/readField';
import { formatValue, InvalidValueError, pluralize, readInteger } from '../parameters/values';
import type { CallSettings } from '../transport/client';
import { KooSearchClient } from '../transport/client';
import type { FailureFacts } from '../transport/errors/failure';
import { ApiFailure } from '../transport/errors/failure';
import type { Known } from './cursor';
import { advance } from './cursor';
import { noDataError, pollError } from './errors';
import { events } from './events';
import type { ActiveTriggerFilter, ResolvedTriggerFilter } from './filters';
import { readFilters, resolveFilters } from './filters';
import { limitPoll, MAX_WAIT } from './patience';
import { DEFAULT_STUCK_MINUTES } from './properties';
import type { Records } from './readRecords';
import { readRecords } from './readRecords';
import { fromState, keyOf, toState } from './state';
import type { SeenRecord, WatchedEvent } from './watchedEvent';
import { phaseOf } from './watchedEvent';

/** What the fields of the trigger ask for. */
interface Watch<Filter = ResolvedTriggerFilter> {
	event: WatchedEvent;
	knowledgeBaseId: string;
	stuckMinutes: number;
	filters: Filter[];
	/** The same text as long as the same is watched. */
	watches: string;
}

const SETTINGS: CallSettings = {
	timeout: 15_000,
	batchInterval: 0,
	maxRetries: 3,
	retryFor: MAX_WAIT,
	retryFirstFor: MAX_WAIT,
};

/** Polls under way in this process: n8n may start one before the last one has ended. */
const underWay = new Set<string>();

/** One poll. @returns null when there is nothing new */
export async function pollOnce(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (context.getMode() === 'manual') return await readSample(context);
	const name = `${context.getWorkflow().id} ${context.getNode().id}`;
	if (underWay.has(name)) return null;
	underWay.add(name);
	try {
		return await readEvents(context);
	} finally {
		underWay.delete(name);
	}
}

/** The state changes at the end and at once, so a poll that fails leaves it as it was. */
async function readEvents(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const { watch, records, now, rootPath } = await read(context);
	const state = context.getWorkflowStaticData('node');
	const watches = JSON.stringify([rootPath, watch.watches]);
	const known = fromState(state, watches);
	const seen = toSeen(records, now);
	const found = known ? compare(context, watch, records, known, seen, now) : undefined;
	if (!found && !records.isComplete) throw pollError(context, incomplete(watch, records));
	const silent = advance(new Map(), { seen, isComplete: true, now }, () => false);
	Object.assign(state, toState((found ?? silent).known, watches));
	return found && found.events.length > 0 ? [toItems(watch, found.events)] : null;
}

function compare(
	context: IPollFunctions,
	watch: Watch,
	records: Records,
	known: Known,
	seen: SeenRecord[],
	now: number,
) {
	const { event, stuckMinutes } = watch;
	const isEvent = event.isEvent({ now, stuckMinutes });
	const passes = filterOf(context, watch, records);
	const { isComplete } = records;
	return advance(
		known,
		{ seen, isComplete, now },
		(one, before, current) => isEvent(one, before, current) && passes(one.record),
	);
}

/** A run by hand shows the latest that there is, and changes nothing. */
async function readSample(context: IPollFunctions): Promise<INodeExecutionData[][]> {
	const { watch, records, now } = await read(context);
	const { event, stuckMinutes } = watch;
	const passes = filterOf(context, watch, records);
	const [latest] = toSeen(records, now)
		.filter((one) => event.isSample(one, { now, stuckMinutes }) && passes(one.record))
		.sort((a, b) => b.createdAt - a.createdAt);
	if (!latest) throw noDataError(context);
	return [toItems(watch, [latest])];
}

/** @throws what n8n shows of a poll that failed */
async function read(context: IPollFunctions) {
	const limited = limitPoll(context);
	try {
		const watch = readWatch(context);
		const client = await KooSearchClient.open(limited.context, SETTINGS);
		const endpoint = watch.event.list(watch.knowledgeBaseId);
		const filters = await resolveFilters(watch.filters, { client, endpoint });
		const records = await readRecords(client, endpoint);
		const { rootPath } = client.connection;
		return { watch: { ...watch, filters }, records, now: Date.now(), rootPath };
	} catch (error) {
		throw pollError(context, limited.signal.aborted ? outOfTime(error) : error);
	}
}

/** @throws InvalidFieldError */
function readWatch(context: IPollFunctions): Watch<ActiveTriggerFilter> {
	const readField = readerOf(context);
	const event = readField('event', 'Event', toEvent);
	const knowledgeBaseId = readKnowledgeBaseId(readField);
	const stuckMinutes =
		event.option.value === 'fileStuck'
			? readField('stuckMinutes', 'Stuck After (Minutes)', (value) => readInteger(value, 1))
			: DEFAULT_STUCK_MINUTES;
	const filters = readFilters(readField, event.noun.one === 'task' ? 'task' : 'file');
	const chosen = filters.length > 0 ? context.getNodeParameter('filters', {}) : {};
	const watches = JSON.stringify([event.option.value, knowledgeBaseId, chosen]);
	return { event, knowledgeBaseId, stuckMinutes, filters, watches };
}

/** As the action node reads a field, in a context without items. */
function readerOf(context: IPollFunctions): ReadField {
	return (name, label, parse) => {
		const value = context.getNodeParameter(name, undefined, { extractValue: true });
		try {
			return parse(value);
		} catch (error) {
			throw withFieldName(label, error);
		}
	};
}

function withFieldName(label: string, error: unknown): unknown {
	if (!(error instanceof InvalidValueError)) return error;
	return new InvalidFieldError(`'${label}': ${error.message}`);
}

function toEvent(value: unknown): WatchedEvent {
	const event = events.find(({ option }) => option.value === value);
	if (event) return event;
	throw new InvalidValueError(`${formatValue(value)} is not an event. Choose one from the list.`);
}

/**
 * Whether a record passes all filters.
 *
 * A filter on a field that no record has could never pass: the first event that it would suppress makes the poll fail
 * instead.
 */
function filterOf(
	context: IPollFunctions,
	{ event: { noun }, filters }: Watch,
	{ byId }: Records,
): (record: KooSearchRecord) => boolean {
	const mustHave = (key: string, displayName: string) => {
		if ([...byId.values()].some((record) => key in record)) return;
		const message = `'${displayName}' can't be applied: KooSearch's ${noun.many} have no '${key}'. Remove the filter.`;
		throw pollError(context, new InvalidFieldError(message));
	};
	return (record) =>
		filters.every(({ key, displayName, matches }) => {
			if (!(key in record)) mustHave(key, displayName);
			return key in record && matches(record);
		});
}

function toSeen({ byId }: Records, now: number): SeenRecord[] {
	return [...byId].map(([id, record]) => {
		const created = Number(record.create_time);
		const createdAt = created > 0 && created <= now ? created : 0;
		return { key: keyOf(id), phase: phaseOf(record), record, createdAt };
	});
}

/** Oldest first: the order of KooSearch's lists is not documented. */
function toItems({ event, knowledgeBaseId }: Watch, seen: SeenRecord[]): INodeExecutionData[] {
	const sorted = [...seen].sort((a, b) => a.createdAt - b.createdAt);
	return sorted.map(({ record }) => {
		const { id, name = null, status = null, [event.reasonKey]: reason } = record;
		const head: IDataObject = {
			event: event.option.value,
			id,
			name,
			status,
			reason: typeof reason === 'string' && reason !== '' ? reason : null,
			knowledgeBaseId,
		};
		return { json: { ...head, ...event.describe(record), ...head } };
	});
}

const UNREAD: Omit<FailureFacts, 'kind' | 'what' | 'hint'> = {
	scope: 'call',
	effect: 'none',
	mayHaveTakenEffect: false,
	isTransient: true,
};

/** @param error how the call that was under way ended */
function outOfTime(error: unknown): unknown {
	if (!(error instanceof ApiFailure) || error.facts.kind !== 'canceled') return error;
	return new ApiFailure({
		...UNREAD,
		kind: 'timeout',
		what: 'KooSearch did not return the complete list in the time that a poll may take.',
		hint: 'Check whether KooSearch is available and whether its gateway throttles calls.',
	});
}

/** The mark: what is missing in it would be taken for new later. */
function incomplete({ event: { noun } }: Watch, { byId, total }: Records): ApiFailure {
	return new ApiFailure({
		...UNREAD,
		kind: 'malformed',
		what: `KooSearch returned ${pluralize(byId.size, noun)} of ${total}, or the list changed while it was read.`,
		hint: 'The trigger starts to watch with the first poll that gets a complete list.',
	});
}

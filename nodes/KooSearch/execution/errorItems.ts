import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { InvalidItem } from '../parameters/parseItems';
import { fieldReaders } from '../parameters/readField';
import { sanitizeText } from '../transport/errors/text';
import { MAX_ERROR } from './texts';

/** What an error item is about. */
export interface Subject {
	/** Null if it is not known which ID was meant. */
	id: string | null;
	knowledgeBaseId: string | null;
}

/** Something without a result, or with a result that counts as an error. */
export interface Failed extends Subject {
	/** The value of the operation's done key: null if it is not known whether it was done. */
	done: boolean | null;
	/** `failed`, `notAttempted`, `invalid`, or a status of the operation. */
	status: string;
	error: string;
}

/** How an operation shows what failed. */
export interface ErrorStyle {
	/** The output's key for "done", if the operation has one. */
	doneKey?: string;
	/** Whether all failures of an input item are combined in one item, for an error output. */
	byItem: boolean;
}

export function errorStyle(context: IExecuteFunctions, doneKey?: string): ErrorStyle {
	return { doneKey, byItem: context.getNode().onError === 'continueErrorOutput' };
}

/**
 * The error items for one input item: one for each failure. With an error output it is one item for all of them, since
 * n8n-core routes an item there, and merges the input item into it, only if `json` holds `error` (and `message`) alone
 * and `pairedItem` is a single object.
 */
export function errorItems(
	itemIndex: number,
	failed: Failed[],
	{ doneKey, byItem }: ErrorStyle,
): INodeExecutionData[] {
	if (failed.length === 0) return [];
	if (byItem) return [errorItem({ itemIndex, message: combined(failed) })];
	return failed.map(({ id, done, status, knowledgeBaseId, error }) => ({
		json: { id, ...(doneKey ? { [doneKey]: done } : {}), status, knowledgeBaseId, error },
		pairedItem: { item: itemIndex },
	}));
}

/** An error item about an input item as a whole. */
export function errorItem({ itemIndex, message }: InvalidItem): INodeExecutionData {
	return { json: { error: message }, pairedItem: { item: itemIndex } };
}

/** Each reason once, with the IDs it applies to. */
function combined(failed: Failed[]): string {
	const idsByError = new Map<string, string[]>();
	for (const { id, error, status } of failed) {
		const ids = idsByError.get(error) ?? [];
		// The text about an invalid item shows its value already.
		if (id !== null && status !== 'invalid') ids.push(id);
		idsByError.set(error, ids);
	}
	const room = MAX_ERROR / idsByError.size;
	const texts = [...idsByError].map(([error, ids]) => {
		const said = sanitizeText(error, room / 2);
		return ids.length > 0 ? `${said} Concerns: ${listWithin(ids, room / 2)}.` : said;
	});
	return texts.join(' ');
}

/** As many names as fit, and how many more there are. */
function listWithin(names: string[], room: number): string {
	let length = 0;
	const shown = names.findIndex((name) => (length += name.length + 2) > room);
	if (shown < 0) return names.join(', ');
	return `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
}

export function invalid(subject: Subject, { message }: InvalidItem): Failed {
	return { ...subject, done: false, status: 'invalid', error: message };
}

/** Longest value that an error item shows in place of an ID. */
const MAX_VALUE = 200;

/** The invalid value of an item's field, as text; null if it is empty or can't be evaluated. */
export function rawValue(
	context: IExecuteFunctions,
	name: string,
	itemIndex: number,
): string | null {
	try {
		const value = fieldReaders(context)(itemIndex)(name, name, (raw) => raw);
		if (value === undefined || value === null) return null;
		return sanitizeText(typeof value === 'string' ? value : JSON.stringify(value), MAX_VALUE);
	} catch {
		return null;
	}
}

/** Output items that come from one input item, or from a call whose first ID is in it. */
export interface ItemGroup {
	itemIndex: number;
	items: INodeExecutionData[];
}

/** All items by input item; results come in that order already, and before the errors of the same item. */
export function inInputOrder(results: ItemGroup[], errors: ItemGroup[]): INodeExecutionData[] {
	const groups = errors.length > 0 ? [...results, ...errors] : results;
	if (errors.length > 0) groups.sort((a, b) => a.itemIndex - b.itemIndex);
	const output: INodeExecutionData[] = [];
	for (const { items } of groups) for (const item of items) output.push(item);
	return output;
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { Breather } from '../transport/wait';
import type { ReadField } from './readField';
import { fieldReaders, InvalidFieldError } from './readField';

/** An input item that can't be carried out. The message is complete: field, value, item and what to do. */
export interface InvalidItem {
	itemIndex: number;
	message: string;
}

export interface ParsedItems<T> {
	requests: T[];
	invalidItems: InvalidItem[];
}

/**
 * Reads and validates every input item. Nothing has been sent yet, so an invalid item changes nothing. After a
 * cancellation the rest is not read any more.
 *
 * @param parseItem what one item asks for; throws InvalidFieldError, as `read` does
 */
export async function parseItems<T>(
	context: IExecuteFunctions,
	parseItem: (read: ReadField, itemIndex: number) => T,
): Promise<ParsedItems<T>> {
	const requests: T[] = [];
	const invalidItems: InvalidItem[] = [];
	const readerOf = fieldReaders(context);
	const { length } = context.getInputData();
	const signal = context.getExecutionCancelSignal();
	const breather = new Breather();
	for (let itemIndex = 0; itemIndex < length && !signal?.aborted; itemIndex++) {
		const pause = breather.pause();
		if (pause) await pause;
		try {
			requests.push(parseItem(readerOf(itemIndex), itemIndex));
		} catch (error) {
			invalidItems.push(toInvalidItem(itemIndex, error));
		}
	}
	return { requests, invalidItems };
}

function toInvalidItem(itemIndex: number, error: unknown): InvalidItem {
	if (error instanceof InvalidFieldError) return invalidItem(itemIndex, error.message);
	throw error;
}

/** The one place that says which item a message is about. */
export function invalidItem(itemIndex: number, message: string): InvalidItem {
	return { itemIndex, message: withItem(message, itemIndex) };
}

export function withItem(message: string, itemIndex: number): string {
	return `${message} [item ${itemIndex}]`;
}

import type { IExecuteFunctions } from 'n8n-workflow';

import type { ReadField } from './readField';
import { fieldReaders } from './readField';
import type { Rejection } from './types';

export interface Reading<T> {
	entries: T[];
	rejections: Rejection[];
}

/**
 * Reads and validates every input item. Nothing has been sent yet, so a bad item changes nothing.
 *
 * @param readItem what one item asks for; throws an Error whose message names the field
 */
export function readEntries<T>(
	context: IExecuteFunctions,
	readItem: (read: ReadField, itemIndex: number) => T,
): Reading<T> {
	const entries: T[] = [];
	const rejections: Rejection[] = [];
	const readerOf = fieldReaders(context);
	const { length } = context.getInputData();
	for (let itemIndex = 0; itemIndex < length; itemIndex++) {
		try {
			entries.push(readItem(readerOf(itemIndex), itemIndex));
		} catch (error) {
			rejections.push({ itemIndex, message: `${(error as Error).message} [item ${itemIndex}]` });
		}
	}
	return { entries, rejections };
}

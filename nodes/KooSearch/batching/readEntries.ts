import type { IExecuteFunctions } from 'n8n-workflow';

import { InvalidValue } from './readIds';
import type { Entry, Rejection, Target } from './types';
import { clean } from '../transport/text';

/**
 * Reads one field of one item. `parse` throws InvalidValue for a value that can't be used.
 *
 * @param name the parameter's name
 * @param label its display name, for messages
 */
export type ReadField = <T>(name: string, label: string, parse: (value: unknown) => T) => T;

/** Where an operation finds what an item asks for. */
export interface EntrySource {
	readTarget(read: ReadField): Target;
	readIds(read: ReadField): string[];
}

export interface Reading {
	entries: Entry[];
	rejections: Rejection[];
}

/** Reads and validates every input item. Nothing has been sent yet, so a bad item changes nothing. */
export function readEntries(context: IExecuteFunctions, source: EntrySource): Reading {
	const entries: Entry[] = [];
	const rejections: Rejection[] = [];
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		const read = fieldReader(context, itemIndex);
		try {
			entries.push({ itemIndex, target: source.readTarget(read), ids: source.readIds(read) });
		} catch (error) {
			rejections.push({ itemIndex, message: `${(error as Error).message} [item ${itemIndex}]` });
		}
	}
	return { entries, rejections };
}

/** Reads the fields of one item; what goes wrong names the field. */
export function fieldReader(context: IExecuteFunctions, itemIndex: number): ReadField {
	return (name, label, parse) => {
		try {
			return parse(context.getNodeParameter(name, itemIndex, undefined, { extractValue: true }));
		} catch (error) {
			throw named(label, error);
		}
	};
}

/** Puts the field's name before what is wrong with it. Other errors come from n8n evaluating an expression. */
function named(label: string, error: unknown): Error {
	if (error instanceof InvalidValue) return new Error(`'${label}': ${error.message}`);
	const said = error instanceof Error ? clean(error.message, 300).replace(/[.\s]+$/, '') : '';
	return new Error(`'${label}' could not be evaluated: ${said}.`);
}

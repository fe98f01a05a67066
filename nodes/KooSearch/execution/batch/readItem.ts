import type { IExecuteFunctions } from 'n8n-workflow';

import { knowledgeBaseField } from '../../descriptions/fields';
import type { OptionTable } from '../../parameters/options';
import type { ReadField } from '../../parameters/readField';
import { fieldReaders } from '../../parameters/readField';
import { readIds } from '../../parameters/values';
import type { Subject } from '../errorItems';
import { rawValue } from '../errorItems';
import type { BatchOperation } from './definition';
import type { ItemRequest } from './types';

type ItemReader = Pick<BatchOperation<object, OptionTable>, 'idsField' | 'readTarget'>;

/** @throws InvalidFieldError */
export function readItem(
	{ idsField: { name, displayName }, readTarget }: ItemReader,
	read: ReadField,
	itemIndex: number,
): ItemRequest {
	return { itemIndex, target: readTarget(read), ids: read(name, displayName, readIds) };
}

/** The IDs of an item, or the invalid value in their place; the error itself is reported elsewhere. */
export function subjectsOf(
	context: IExecuteFunctions,
	reader: ItemReader,
	itemIndex: number,
): Subject[] {
	try {
		const { ids, target } = readItem(reader, fieldReaders(context)(itemIndex), itemIndex);
		return ids.map((id) => ({ id, knowledgeBaseId: target.knowledgeBaseId }));
	} catch {
		return [invalidSubject(context, reader, itemIndex)];
	}
}

/** The value of the ID field of an item that can't be read. */
export function invalidSubject(
	context: IExecuteFunctions,
	{ idsField }: Pick<ItemReader, 'idsField'>,
	itemIndex: number,
): Subject {
	return {
		id: rawValue(context, idsField.name, itemIndex),
		knowledgeBaseId: rawValue(context, knowledgeBaseField.name, itemIndex),
	};
}

import type { IExecuteFunctions } from 'n8n-workflow';

import type { InvalidItem } from '../parameters/parseItems';
import { pluralize } from '../parameters/values';
import { sanitizeText } from '../transport/errors/text';

/** Longest hint; what a service says may be long. */
const MAX_LENGTH = 1_000;

/** Says in the output pane what a glance at the items doesn't. */
export function addHints(context: IExecuteFunctions, messages: Iterable<string>): void {
	for (const text of messages) {
		const message = sanitizeText(text, MAX_LENGTH);
		context.addExecutionHints({ message, location: 'outputPane' });
	}
}

/** How many items could not be carried out, and why the first. */
export function invalidHints(invalidItems: InvalidItem[]): string[] {
	if (invalidItems.length === 0) return [];
	const items = pluralize(invalidItems.length, { one: 'item', many: 'items' });
	return [`${items} failed, since the input is not valid. ${invalidItems[0].message}`];
}

import type { IExecuteFunctions } from 'n8n-workflow';

import type { InvalidItem } from '../parameters/parseItems';
import { pluralize } from '../parameters/values';

/** Says in the output pane what a glance at the items doesn't. */
export function addHints(context: IExecuteFunctions, messages: Iterable<string>): void {
	for (const message of messages) {
		context.addExecutionHints({ message, location: 'outputPane' });
	}
}

/** How many items could not be carried out, and why the first. */
export function invalidHints(invalidItems: InvalidItem[]): string[] {
	if (invalidItems.length === 0) return [];
	const items = pluralize(invalidItems.length, { one: 'item', many: 'items' });
	return [`${items} failed, since the input is not valid. ${invalidItems[0].message}`];
}

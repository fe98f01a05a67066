import type { IExecuteFunctions } from 'n8n-workflow';

import type { InvalidItem } from '../parameters/parseItems';
import { pluralize } from '../parameters/values';
import { secretsSeen } from '../transport/auth/secretsSeen';
import { sanitizeText } from '../transport/errors/text';

/** In characters: a hint may name what a server has sent. */
const MAX_HINT = 1_000;

/** Shows in the output pane what the items don't show at once. */
export function addHints(context: IExecuteFunctions, messages: Iterable<string>): void {
	const secrets = secretsSeen(context);
	for (const text of messages) {
		const message = sanitizeText(text, MAX_HINT, secrets);
		context.addExecutionHints({ message, location: 'outputPane' });
	}
}

/** How many items could not be carried out, and why the first. */
export function invalidHints(invalidItems: InvalidItem[]): string[] {
	if (invalidItems.length === 0) return [];
	const items = pluralize(invalidItems.length, { one: 'item', many: 'items' });
	return [`${items} failed, since the input is not valid. ${invalidItems[0].message}`];
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { secretsSeen } from '../transport/auth/secretsSeen';
import { sanitizeText } from '../transport/errors/text';

/** In characters: a hint may name what a server has sent. */
const MAX_HINT = 1_000;

/** Says in the output pane what a glance at the items doesn't. */
export function addHints(context: IExecuteFunctions, messages: Iterable<string>): void {
	const secrets = secretsSeen(context);
	for (const text of messages) {
		const message = sanitizeText(text, MAX_HINT, secrets);
		context.addExecutionHints({ message, location: 'outputPane' });
	}
}

import type { IExecuteFunctions } from 'n8n-workflow';

/** Says in the output pane what a glance at the items doesn't. */
export function addHints(context: IExecuteFunctions, messages: Iterable<string>): void {
	for (const message of messages) {
		context.addExecutionHints({ message, location: 'outputPane' });
	}
}

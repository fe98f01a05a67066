import type { NodeApiError } from 'n8n-workflow';

import { hideSecrets } from './text';

/** What is kept of an error: texts only. The error itself may carry the headers of the request, secrets included. */
export interface PlainCause {
	name: string;
	message: string;
	code?: string;
	stack?: string;
	cause?: PlainCause;
}

/** How many causes of causes are looked at. */
const MAX_DEPTH = 8;

/** Enough of a stack to see where an error comes from. */
const MAX_STACK = 4_000;

/** An error and the errors it was made from, outermost first. */
export function causeChain(error: unknown): Error[] {
	const chain: Error[] = [];
	let next: unknown = error;
	while (next instanceof Error && !chain.includes(next) && chain.length < MAX_DEPTH) {
		chain.push(next);
		next = causeOf(next);
	}
	return chain;
}

/**
 * Before 2.34, n8n's NodeApiError drops the error it is made from. It keeps the text (as the first of its `messages`),
 * the status or else the code (as `httpCode`), and the body of the answer when that is an object.
 */
function causeOf(error: Error): unknown {
	if (error.cause !== undefined) return error.cause;
	const { httpCode, messages, context } = error as Partial<NodeApiError>;
	if (typeof httpCode !== 'string') return undefined;
	const cause = new Error(messages?.[0] ?? error.message);
	const status = Number(httpCode);
	if (Number.isNaN(status)) return Object.assign(cause, { name: httpCode, code: httpCode });
	// An error in spite of success: the answer broke off in the middle.
	if (status < 300) return Object.assign(cause, { code: 'ERR_BAD_RESPONSE' });
	return Object.assign(cause, { response: { status, data: context?.data, headers: {} } });
}

/** Secrets are hidden first, while they are whole. */
function shortened(text: string, secrets: string[]): string {
	return hideSecrets(text.slice(0, 10 * MAX_STACK), secrets).slice(0, MAX_STACK);
}

/** A copy of an error for reports, without anything that could be a secret. */
export function toPlainCause(error: unknown, secrets: string[]): PlainCause | undefined {
	return causeChain(error).reduceRight<PlainCause | undefined>(
		(cause, { name, message, stack, ...rest }) => ({
			name,
			message: shortened(message, secrets),
			...('code' in rest && typeof rest.code === 'string' ? { code: rest.code } : {}),
			...(stack ? { stack: shortened(stack, secrets) } : {}),
			...(cause ? { cause } : {}),
		}),
		undefined,
	);
}

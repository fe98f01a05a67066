import type { NodeApiError } from 'n8n-workflow';

/** Text from outside, fit for a message: one line, no control characters, at most `limit` characters. */
export function clean(text: string, limit: number): string {
	const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
	return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

/** The same without its final period, fit for the middle of a sentence. */
export function clause(text: string, limit: number): string {
	return clean(text, limit).replace(/[.\s]+$/, '');
}

/** Shorter ones are no real secrets, but may be part of ordinary words. */
const SHORTEST_SECRET = 6;

/** Replaces every occurrence of a secret, should a server or a proxy repeat one in what it says. */
export function hideSecrets(text: string, secrets: string[]): string {
	return secrets
		.filter((secret) => secret.trim().length >= SHORTEST_SECRET)
		.reduce((shown, secret) => shown.replaceAll(secret.trim(), '***'), text);
}

/** An error and the errors it was made from, outermost first. */
export function causes(error: unknown): Error[] {
	const chain: Error[] = [];
	for (let one = error; one instanceof Error && !chain.includes(one); one = causeOf(one)) {
		chain.push(one);
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

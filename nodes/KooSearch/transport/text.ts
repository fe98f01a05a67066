import type { NodeApiError } from 'n8n-workflow';

/**
 * Text from outside, fit for a message: one line, no control characters, at most `limit` characters. Secrets are
 * hidden before anything else is done to it, while they can still be recognized.
 */
export function clean(text: string, limit: number, secrets: string[] = []): string {
	const line = hideSecrets(text.slice(0, MOST_READ), secrets)
		.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
		.trim();
	return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

/** The same without its final period, fit for the middle of a sentence. */
export function clause(text: string, limit: number, secrets: string[] = []): string {
	return clean(text, limit, secrets).replace(/[.\s]+$/, '');
}

/** Where a redirect leads, fit for a message: without what follows the path, which may hold secrets. */
export function redirectTarget(location: unknown, secrets: string[]): string {
	const address = typeof location === 'string' ? location.replace(/[?#].*$/s, '') : '';
	const target = clean(address, 200, secrets);
	return target ? `to ${target}` : 'elsewhere';
}

/** Shorter ones are no real secrets, but may be part of ordinary words. */
const SHORTEST_SECRET = 6;

/** So many characters of a secret in a row are taken for a part of it. */
const PART = 12;

/** Of a text that is going to be shortened for a message, no more is looked at. */
const MOST_READ = 10_000;

/** Replaces every occurrence of a secret, or of a longer part of one, should a server repeat what it was sent. */
export function hideSecrets(text: string, secrets: string[]): string {
	return secrets
		.map((secret) => secret.trim())
		.filter(({ length }) => length >= SHORTEST_SECRET)
		.reduce((shown, secret) => hideParts(shown.replaceAll(secret, '***'), secret), text);
}

/** A server may have shortened it, at either end. */
function hideParts(text: string, secret: string): string {
	let shown = '';
	let at = 0;
	while (at < text.length) {
		let end = at + PART;
		if (end > text.length || !secret.includes(text.slice(at, end))) {
			shown += text[at++];
			continue;
		}
		while (end < text.length && secret.includes(text.slice(at, end + 1))) end++;
		shown += '***';
		at = end;
	}
	return shown;
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

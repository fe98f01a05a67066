/**
 * Text from outside, fit for a message: one line, no control characters, at most `limit` characters. Secrets are
 * hidden before anything else is done to it, while they can still be recognized.
 */
export function sanitizeText(text: string, limit: number, secrets: string[] = []): string {
	const line = hideSecrets(text.slice(0, MAX_READ), secrets)
		.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
		.trim();
	return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

/** The same without its final period, fit for the middle of a sentence. */
export function sanitizeSentence(text: string, limit: number, secrets: string[] = []): string {
	return sanitizeText(text, limit, secrets).replace(/[.\s]+$/, '');
}

/** Where a redirect leads, fit for a message: without what follows the path, which may hold secrets. */
export function redirectTarget(location: unknown, secrets: string[]): string {
	const address = typeof location === 'string' ? location.replace(/[?#].*$/s, '') : '';
	const target = sanitizeText(address, 200, secrets);
	return target ? `to ${target}` : 'elsewhere';
}

/** Shorter ones are no real secrets, but may be part of ordinary words. */
const MIN_SECRET = 6;

/** So many characters of a secret in a row are taken for a part of it. */
const MIN_PART = 12;

/** Of a text that is going to be shortened for a message, no more is looked at. */
const MAX_READ = 10_000;

/**
 * Replaces every occurrence of a secret, or of a longer part of one, should a server repeat what it was sent: plain,
 * URL-encoded or JSON-escaped. For texts that people read; data is what `hideInData` is for.
 */
export function hideSecrets(text: string, secrets: string[]): string {
	const all = spellings(secrets);
	const whole = all.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
	return all.reduce(hideParts, whole);
}

/** The secrets as a server may write them, longest first: one spelling may hold another. */
export function spellings(secrets: string[]): string[] {
	const all = secrets
		.map((secret) => secret.trim())
		.filter(({ length }) => length >= MIN_SECRET)
		.flatMap((secret) => {
			const url = encodeURIComponent(secret);
			const json = JSON.stringify(secret).slice(1, -1);
			const lowerCaseUrl = url.replace(/%../g, (code) => code.toLowerCase());
			return [secret, url, lowerCaseUrl, json, json.replaceAll('/', '\\/')];
		});
	return [...new Set(all)].sort((a, b) => b.length - a.length);
}

/** A server may have shortened it, at either end. */
function hideParts(text: string, secret: string): string {
	const parts = new Set<string>();
	for (let at = 0; at + MIN_PART <= secret.length; at++) parts.add(secret.slice(at, at + MIN_PART));
	let shown = '';
	let at = 0;
	while (at < text.length) {
		let end = at + MIN_PART;
		if (!parts.has(text.slice(at, end))) {
			shown += text[at++];
			continue;
		}
		while (end < text.length && secret.includes(text.slice(at, end + 1))) end++;
		shown += '***';
		at = end;
	}
	return shown;
}

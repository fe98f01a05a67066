/** Text from outside, fit for a message: one line, no control characters, at most `limit` characters. */
export function clean(text: string, limit: number): string {
	const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
	return line.length > limit ? `${line.slice(0, limit)}…` : line;
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
	for (let one = error; one instanceof Error && !chain.includes(one); one = one.cause) {
		chain.push(one);
	}
	return chain;
}

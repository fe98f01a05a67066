import { spellings } from './text';

/** Characters that every spelling leaves as they are. */
const PLAIN_RUN = /[A-Za-z0-9]+/g;

/** A quick look at a whole answer: whether it is worth while to look for secrets in each of its texts. */
export function mayHold(text: string, secrets: string[]): boolean {
	return secrets.some((secret) => {
		const runs = secret.match(PLAIN_RUN) ?? [''];
		return text.includes(
			runs.reduce((longest, run) => (run.length > longest.length ? run : longest)),
		);
	});
}

/**
 * Replaces every whole secret in a server's answer, should it repeat what it was sent, in the spellings of
 * `hideSecrets`. Parts are left: they would be cut out of names.
 *
 * @param value what JSON can hold; it is changed in place
 */
export function hideInData(value: unknown, secrets: string[]): unknown {
	const all = spellings(secrets);
	return all.length === 0 ? value : hide(value, all, Math.min(...all.map(({ length }) => length)));
}

function hide(value: unknown, secrets: string[], shortest: number): unknown {
	if (typeof value === 'string') {
		if (value.length < shortest) return value;
		return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), value);
	}
	if (typeof value !== 'object' || value === null) return value;
	const record = value as Record<string, unknown>;
	for (const key of Object.keys(record)) {
		const shown = hide(record[key], secrets, shortest);
		if (shown !== record[key]) record[key] = shown;
		if (key.length < shortest) continue;
		const shownKey = hide(key, secrets, shortest) as string;
		if (shownKey === key) continue;
		delete record[key];
		record[shownKey] = shown;
	}
	return value;
}

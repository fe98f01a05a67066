import {
	hideSecrets,
	redirectTarget,
	sanitizeSentence,
	sanitizeText,
} from '../../../../nodes/KooSearch/transport/errors/text';

it('A text becomes one line without control characters', () => {
	expect(sanitizeText(' a \t\r\n b\u0000\u200bc ', 100)).toBe('a b c');
});

it('A text that is too long is cut off', () => {
	expect(sanitizeText('abcde', 5)).toBe('abcde');
	expect(sanitizeText('abcdef', 5)).toBe('abcde…');
});

it('A sentence loses its final period, and no other', () => {
	expect(sanitizeSentence('One. Two . . \n', 100)).toBe('One. Two');
});

describe('Hidden is', () => {
	it('every occurrence of every secret, without the white space around it', () => {
		const text = 'a secret, the secret and the-other';
		expect(hideSecrets(text, [' secret\n', 'the-other'])).toBe('a ***, the *** and ***');
	});

	it('nothing that is shorter than a secret would be', () => {
		expect(hideSecrets('12345 and 123456', ['12345', ' 1234 ', '', '123456'])).toBe(
			'12345 and ***',
		);
	});

	it('a longer part of a secret, at either end', () => {
		const secret = 'abcdefghijklmnopqrstuvwxyz';
		expect(hideSecrets('starts abcdefghijkl…', [secret])).toBe('starts ***…');
		expect(hideSecrets('ends …opqrstuvwxyz', [secret])).toBe('ends …***');
		expect(hideSecrets('short abcdefghijk', [secret])).toBe('short abcdefghijk');
	});

	it.each([
		['URL-encoded', encodeURIComponent],
		['URL-encoded in lower case', (text: string) => encodeURIComponent(text).toLowerCase()],
		['JSON-escaped', (text: string) => JSON.stringify(text).slice(1, -1)],
		[
			'JSON-escaped with slashes',
			(text: string) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
		],
	])('a secret and a part of it, %s', (_, spell) => {
		const secret = 'miid+abc/def==ghi+jkl/mno"pqr';
		expect(hideSecrets(`told: ${spell(secret)}!`, [secret])).toBe('told: ***!');
		const part = hideSecrets(`told: ${spell(secret.slice(3, 22))}!`, [secret]);
		expect(part).toMatch(/^told: .{0,11}\*\*\*.{0,11}!$/);
	});

	it('a secret that would be cut off', () => {
		expect(sanitizeText('told: a-secret', 10, ['a-secret'])).toBe('told: ***');
	});
});

describe('A redirect', () => {
	it('leads to an address without what follows the path', () => {
		expect(redirectTarget('https://example.com/login?ticket=a\nb#c', [])).toBe(
			'to https://example.com/login',
		);
		expect(redirectTarget('https://example.com/a-secret', ['a-secret'])).toBe(
			'to https://example.com/***',
		);
	});

	it.each([undefined, '', '?a', 7])('leads elsewhere for %p', (location) => {
		expect(redirectTarget(location, [])).toBe('elsewhere');
	});
});

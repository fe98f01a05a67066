import { answerIn, errorCode } from '../../../nodes/KooSearch/transport/network';
import { causes, clause, clean, hideSecrets } from '../../../nodes/KooSearch/transport/text';

it('makes one line of a text, without control characters', () => {
	expect(clean(' a \t\r\n b\u0000\u200bc ', 100)).toBe('a b c');
});

it('cuts a text that is too long', () => {
	expect(clean('abcde', 5)).toBe('abcde');
	expect(clean('abcdef', 5)).toBe('abcde…');
});

it('takes the final period from a sentence, and no other', () => {
	expect(clause('One. Two . . \n', 100)).toBe('One. Two');
});

describe('hides', () => {
	it('every occurrence of every secret, without the white space around it', () => {
		const text = 'a secret, the secret and the-other';
		expect(hideSecrets(text, [' secret\n', 'the-other'])).toBe('a ***, the *** and ***');
	});

	it('nothing that is shorter than a secret would be', () => {
		expect(hideSecrets('12345 and 123456', ['12345', ' 1234 ', '', '123456'])).toBe(
			'12345 and ***',
		);
	});
});

describe('causes', () => {
	it('are found to the last, and once where they form a circle', () => {
		const inner = new Error('inner');
		const outer = new Error('outer', { cause: inner });
		expect(causes(outer)).toEqual([outer, inner]);
		inner.cause = outer;
		expect(causes(outer)).toEqual([outer, inner]);
		expect(causes('text')).toEqual([]);
	});

	/** As n8n before 2.34 wraps an error. */
	function older(httpCode: string | null, fields: object = {}): Error {
		return Object.assign(new Error('Shown to the user'), { httpCode, ...fields });
	}

	it('are made up from what older versions of n8n keep: the code', () => {
		const error = older('ECONNRESET', { messages: ['read ECONNRESET'] });
		expect(errorCode(error)).toBe('ECONNRESET');
		expect(causes(error).map(({ message }) => message)).toEqual([
			'Shown to the user',
			'read ECONNRESET',
		]);
		expect(answerIn(error)).toBeUndefined();
	});

	it('or the status and the body', () => {
		const error = older('503', { context: { data: { error_code: 'KOS.1' } } });
		expect(answerIn(error)).toMatchObject({ statusCode: 503, body: { error_code: 'KOS.1' } });
		expect(answerIn(older('401'))).toMatchObject({ statusCode: 401, body: undefined });
		expect(answerIn(older('300'))).toMatchObject({ statusCode: 300 });
	});

	it('where a status of success means that the answer broke off', () => {
		expect(errorCode(older('200'))).toBe('ERR_BAD_RESPONSE');
		expect(answerIn(older('299'))).toBeUndefined();
	});

	it('and from nothing else', () => {
		expect(causes(older(null))).toHaveLength(1);
		const cause = new Error('kept');
		expect(causes(older('503', { cause }))[1]).toBe(cause);
	});
});

import type { FailedCall } from '../../../nodes/KooSearch/transport/errorCodes';
import {
	answerIn,
	errorCode,
	isCutOff,
	unreachable,
} from '../../../nodes/KooSearch/transport/network';

const sending: FailedCall = { authentication: 'token', listing: false, secrets: [] };

function broken(code: string): Error {
	// As n8n-core wraps it.
	return new Error('wrapped', { cause: Object.assign(new Error(code), { code }) });
}

function expectFailures(codes: string[], message: string, effectUnknown: boolean): void {
	for (const code of codes) {
		expect(unreachable(broken(code), 500, sending)).toMatchObject({
			message: expect.stringContaining(message),
			scope: 'call',
			effectUnknown,
		});
	}
}

describe('a call without an answer', () => {
	const cases: Array<[string, string[], string]> = [
		['a refused connection', ['ECONNREFUSED'], 'the connection was refused'],
		['an unknown host', ['ENOTFOUND', 'ERR_INVALID_URL'], 'its host name was not found'],
		['a broken name server', ['EAI_AGAIN'], 'its host name could not be looked up'],
		[
			'a network that is cut off',
			['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'],
			'there is no way to its address',
		],
		[
			'a certificate that is not trusted',
			[
				'CERT_HAS_EXPIRED',
				'DEPTH_ZERO_SELF_SIGNED_CERT',
				'SELF_SIGNED_CERT_IN_CHAIN',
				'ERR_TLS_CERT_ALTNAME_INVALID',
				'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
			],
			'its certificate is not trusted',
		],
		['no TLS', ['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO'], 'does not speak TLS as it should'],
	];
	it.each(cases)('for %s was never made', (_, codes, message) => {
		expectFailures(codes, message, false);
	});

	const unknown: Array<[string, string[], string]> = [
		[
			'that comes too late',
			['ETIMEDOUT', 'ECONNABORTED', 'ESOCKETTIMEDOUT'],
			'did not answer within 500 ms',
		],
		[
			'that broke off',
			[
				'ECONNRESET',
				'EPIPE',
				'ERR_BAD_RESPONSE',
				'ERR_STREAM_PREMATURE_CLOSE',
				'HPE_INVALID_CONSTANT',
			],
			'The connection to KooSearch was cut off.',
		],
		['for another reason', ['ODD', 'NOT_EPIPE', 'EPIPE_NOT'], 'was not reached: wrapped.'],
	];
	it.each(unknown)('%s may have taken effect', (_, codes, message) => {
		expectFailures(codes, message, true);
	});

	it('tells of no options when a list is read, which has none', () => {
		const listing = unreachable(broken('ETIMEDOUT'), 500, { ...sending, listing: true });
		expect(listing.message).not.toContain('options');
		expect(unreachable(broken('ETIMEDOUT'), 500, sending).message).toContain("'Timeout (Ms)'");
	});

	it.each([undefined, 'text', new Error('')])('says so when there is no reason (%p)', (cause) => {
		expect(unreachable(cause, 500, sending).message).toContain('no reason was given');
	});
});

it('finds the first code that is a text', () => {
	const inner = Object.assign(new Error('inner'), { code: 'EPIPE' });
	const outer = Object.assign(new Error('outer', { cause: inner }), { code: 7 });
	expect(errorCode(outer)).toBe('EPIPE');
	expect(errorCode(new Error('none'))).toBe('');
});

it('finds the answer in an error that was thrown for it', () => {
	const response = { status: 401, data: { a: 1 }, headers: { b: '2' } };
	const error = new Error('wrapped', { cause: Object.assign(new Error('inner'), { response }) });
	expect(answerIn(error)).toEqual({ statusCode: 401, body: { a: 1 }, headers: { b: '2' } });
	expect(answerIn(new Error('no answer'))).toBeUndefined();
});

describe('an answer is cut off', () => {
	const headers = (length?: number) => ({ 'content-length': length && String(length) });
	it.each([
		['when it is shorter than announced', 'half', 5, true],
		['when there is none of what was announced', undefined, 5, true],
		['when it is null instead of what was announced', null, 5, true],
		['not when it is as long as announced', 'wholé', 6, false],
		['not when it is longer, since it was compressed', 'whole', 3, false],
		['not when nothing was announced', 'whole', undefined, false],
		['not when it could be read', {}, 5, false],
	])('%s', (_, body, length, expected) => {
		const response = { statusCode: 200, body: body as string, headers: headers(length) };
		expect(isCutOff(response)).toBe(expected);
	});

	it('not when it is a refusal, which may have lost its byte order mark', () => {
		expect(isCutOff({ statusCode: 413, body: 'Too large' as never, headers: headers(12) })).toBe(
			false,
		);
	});
});

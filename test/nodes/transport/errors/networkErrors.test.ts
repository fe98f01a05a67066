import { ApiFailure } from '../../../../nodes/KooSearch/transport/errors/failure';
import { judgeThrown, timedOut } from '../../../../nodes/KooSearch/transport/errors/networkErrors';
import { broken, contextOf } from '../fixtures';

function judge(error: unknown, context = contextOf()): ApiFailure {
	const failure = judgeThrown(error, context);
	if (!failure) throw new Error('It was not judged');
	return failure;
}

describe('A call never arrived', () => {
	const cases: Array<[string, string[], string, boolean]> = [
		['a refused connection', ['ECONNREFUSED'], 'the connection was refused', true],
		['an unknown host', ['ENOTFOUND', 'ERR_INVALID_URL'], 'its host name was not found', false],
		['a broken name server', ['EAI_AGAIN'], 'its host name could not be looked up', true],
		[
			'a network without a route',
			['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'],
			'there is no route to its address',
			true,
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
			false,
		],
		['no TLS', ['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO'], 'the TLS handshake failed', false],
	];
	it.each(cases)('in case of %s', (_, codes, message, isTransient) => {
		for (const code of codes) {
			const { facts } = judge(broken(code));
			expect(facts).toMatchObject({
				kind: 'network',
				scope: 'call',
				what: `KooSearch was not reached: ${message}.`,
				mayHaveTakenEffect: false,
				isTransient,
			});
			expect(facts.outage).toBe(isTransient ? 'unavailable' : undefined);
		}
	});
});

describe('A call may have taken effect', () => {
	const cases: Array<[string, string[], string, object]> = [
		[
			'when the answer comes too late',
			['ETIMEDOUT', 'ECONNABORTED', 'ESOCKETTIMEDOUT'],
			'did not answer within 500 ms',
			{ kind: 'timeout', isTransient: true },
		],
		[
			'when the connection broke',
			[
				'ECONNRESET',
				'EPIPE',
				'ERR_BAD_RESPONSE',
				'ERR_STREAM_PREMATURE_CLOSE',
				'HPE_INVALID_CONSTANT',
			],
			'The connection to KooSearch was lost.',
			{ kind: 'network', isTransient: true },
		],
		[
			'when the reason is not known',
			['ODD', 'NOT_EPIPE', 'EPIPE_NOT'],
			'was not reached: wrapped.',
			{ kind: 'network', isTransient: false },
		],
	];
	it.each(cases)('%s', (_, codes, message, facts) => {
		for (const code of codes) {
			const failure = judge(broken(code));
			expect(failure.facts).toMatchObject({ scope: 'call', mayHaveTakenEffect: true, ...facts });
			expect(failure.facts.outage).toBeUndefined();
			expect(failure.message).toContain(message);
			expect(failure.message).toContain('Whether the call took effect is not known');
		}
	});

	it('but not when it only reads', () => {
		const { message } = judge(broken('ECONNRESET'), contextOf({ effect: 'none' }));
		expect(message).not.toContain('took effect');
	});
});

it('A time-out names the options of a node that has some', () => {
	expect(timedOut(contextOf()).message).toContain("'Timeout (Ms)'");
	expect(timedOut(contextOf({ effect: 'none' })).message).not.toContain('options');
});

it.each([undefined, 'text', new Error('')])(
	'No reason is given where there is none (%p)',
	(error) => {
		expect(judge(error).message).toContain('no reason was given');
	},
);

it('The code is the first that is a text', () => {
	const inner = Object.assign(new Error('inner'), { code: 'ECONNREFUSED' });
	const outer = Object.assign(new Error('outer', { cause: inner }), { code: 7 });
	expect(judge(outer).message).toContain('the connection was refused');
});

it('No secret is in the message or the cause', () => {
	const error = new Error('sent with a-secret-token', { cause: new Error('a-secret-token') });
	const failure = judge(error, contextOf({ secrets: ['a-secret-token'] }));
	expect(failure.message).toContain('sent with ***');
	expect(failure.cause).toMatchObject({ message: 'sent with ***', cause: { message: '***' } });
	expect(JSON.stringify(failure.facts)).not.toContain('a-secret');
});

describe('An answer in the error', () => {
	it('is judged as an answer, however deep it is', () => {
		const response = { status: 401, data: { error_code: 'APIG.0307' }, headers: { b: '2' } };
		const error = new Error('wrapped', { cause: Object.assign(new Error('inner'), { response }) });
		expect(judge(error).facts).toMatchObject({ kind: 'http', scope: 'run', httpStatus: 401 });
		expect(judge(error).message).toContain('(APIG.0307, HTTP 401)');
	});

	/** As n8n before 2.34 wraps an error. */
	function older(httpCode: string, fields: object = {}): Error {
		return Object.assign(new Error('Shown to the user'), { httpCode, ...fields });
	}

	it('is found in what older versions of n8n keep of it', () => {
		const error = older('503', { context: { data: { error_code: 'KOS.1' } } });
		expect(judge(error).facts).toMatchObject({ httpStatus: 503, outage: 'unavailable' });
		expect(judge(error).message).toContain('(KOS.1, HTTP 503)');
		expect(judge(older('401')).facts.httpStatus).toBe(401);
		expect(judge(older('300')).facts.httpStatus).toBe(300);
	});

	it('is none where they keep a code', () => {
		const { facts } = judge(older('ECONNRESET', { messages: ['read ECONNRESET'] }));
		expect(facts.what).toBe('The connection to KooSearch was lost.');
		expect(facts.httpStatus).toBeUndefined();
	});

	it('broke off where they keep a status of success', () => {
		for (const status of ['200', '299']) {
			const { facts } = judge(older(status));
			expect(facts.what).toBe('The connection to KooSearch was lost.');
			expect(facts.httpStatus).toBeUndefined();
		}
	});
});

describe('A failed sign-in', () => {
	function signInError(name: string, message: string): Error {
		return new Error('wrapped', { cause: Object.assign(new Error(message), { name }) });
	}

	it('ends the run with its own message', () => {
		const failure = judge(signInError('SignInRefused', 'Wrong password.'));
		expect(failure.message).toBe('Wrong password.');
		expect(failure.facts).toMatchObject({
			kind: 'signIn',
			scope: 'run',
			isTransient: false,
			mayHaveTakenEffect: false,
		});
	});

	it('may be tried again after an outage of IAM', () => {
		const { facts } = judge(signInError('SignInUnavailable', 'IAM is down.'));
		expect(facts).toMatchObject({ kind: 'signIn', scope: 'run', isTransient: true });
	});
});

describe('A programming error', () => {
	it.each([TypeError, RangeError, ReferenceError, SyntaxError])('is not judged (%p)', (Kind) => {
		const error = new Kind('x is not a function');
		expect(judgeThrown(error, contextOf())).toBeUndefined();
		expect(judgeThrown(new Error('wrapped', { cause: error }), contextOf())).toBeUndefined();
	});

	it('is not what Node.js throws with a code', () => {
		const error = Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' });
		expect(judge(error).message).toContain('its host name was not found');
	});
});

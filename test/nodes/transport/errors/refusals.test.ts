import { refused } from '../../../../nodes/KooSearch/transport/errors/refusals';
import { contextOf } from '../fixtures';

function facts(httpStatus: number, body: unknown = {}) {
	return refused(httpStatus, body, undefined, contextOf()).facts;
}

describe('A refusal concerns', () => {
	it.each([undefined, 'KOS.00010002', 'kos.00010003', 'KOS.00050001', 'KOS.00050006'])(
		'perhaps one of the IDs with HTTP 400 and the code %p',
		(error_code) => expect(facts(400, { error_code }).scope).toBe('ids'),
	);

	it.each(['KOS.00080003', 'KOS.00060002', 'KOS.00050008', 'OTHER'])(
		'the call with HTTP 400 and the code %p',
		(error_code) => expect(facts(400, { error_code }).scope).toBe('call'),
	);

	it.each([404, 413, 429, 500, 503])('the call with HTTP %i', (status) => {
		expect(facts(status).scope).toBe('call');
	});

	it.each([401, 403])('the run with HTTP %i', (status) => {
		expect(facts(status).scope).toBe('run');
	});
});

describe('A refusal is', () => {
	it.each([
		[429, {}],
		[400, { error_code: 'kos.00050008' }],
		[200, { error_code: 'KOS.00050008' }],
	])('throttling with HTTP %i and %p', (status, body) => {
		expect(facts(status, body)).toMatchObject({ outage: 'throttled', isTransient: true });
	});

	it.each([502, 503])('an outage with HTTP %i', (status) => {
		expect(facts(status)).toMatchObject({ outage: 'unavailable', isTransient: true });
	});

	it.each([500, 504])('transient with HTTP %i', (status) => {
		expect(facts(status)).toMatchObject({ outage: undefined, isTransient: true });
	});

	it.each([400, 401, 403, 404, 413])('final with HTTP %i', (status) => {
		expect(facts(status)).toMatchObject({ outage: undefined, isTransient: false });
	});
});

it('Only a server that had trouble may have done what it refused', () => {
	for (const status of [500, 502, 503, 504]) expect(facts(status).mayHaveTakenEffect).toBe(true);
	for (const status of [400, 401, 404, 429]) expect(facts(status).mayHaveTakenEffect).toBe(false);
	expect(facts(400, { error_code: 'KOS.00050008' }).mayHaveTakenEffect).toBe(false);
});

describe('The message', () => {
	it('holds what KooSearch says, its code and the status', () => {
		for (const key of ['error_msg', 'error_message']) {
			const { what } = facts(400, { error_code: 'kos.00010002', [key]: 'Not so.\n' });
			expect(what).toBe('KooSearch refused the call: Not so (kos.00010002, HTTP 400).');
		}
	});

	it('holds the meaning of the code where nothing is said', () => {
		const { what } = facts(500, { error_code: 'KOS.00060002' });
		expect(what).toBe(
			'KooSearch could not carry out the call: A database operation failed (KOS.00060002, HTTP 500).',
		);
	});

	it.each([undefined, null, '<html>', 7, []])('does without a body such as %p', (body) => {
		expect(facts(404, body).what).toBe('KooSearch refused the call: Not found (HTTP 404).');
	});

	it('holds the code even where the reason is not a text', () => {
		for (const error_msg of [null, 7, { a: 1 }]) {
			expect(facts(400, { error_code: 'KOS.00060001', error_msg }).what).toContain('KOS.00060001');
		}
	});

	it('holds no secret', () => {
		const body = { error_code: 'a-secret-code', error_msg: 'told: a-secret-token' };
		const { facts: hidden } = refused(
			403,
			body,
			undefined,
			contextOf({ secrets: ['a-secret-token', 'a-secret-code'] }),
		);
		expect(hidden.what).toBe('KooSearch refused the call: told: *** (***, HTTP 403).');
	});
});

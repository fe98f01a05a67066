import { causeChain, toPlainCause } from '../../../../nodes/KooSearch/transport/errors/cause';

/** As n8n before 2.34 wraps an error. */
function older(httpCode: string | null, fields: object = {}): Error {
	return Object.assign(new Error('Shown to the user'), { httpCode, ...fields });
}

describe('The chain of causes', () => {
	it('goes to the last, and names each once where they form a circle', () => {
		const inner = new Error('inner');
		const outer = new Error('outer', { cause: inner });
		expect(causeChain(outer)).toEqual([outer, inner]);
		inner.cause = outer;
		expect(causeChain(outer)).toEqual([outer, inner]);
	});

	it('is empty for what is not an error', () => {
		expect(causeChain('text')).toEqual([]);
		expect(causeChain(undefined)).toEqual([]);
	});

	it('ends with a cause that is not an error', () => {
		const error = new Error('outer', { cause: 'text' });
		expect(causeChain(error)).toEqual([error]);
	});

	it('is made up from the code that older versions of n8n keep', () => {
		const chain = causeChain(older('ECONNRESET', { messages: ['read ECONNRESET'] }));
		expect(chain).toMatchObject([
			{ message: 'Shown to the user' },
			{ message: 'read ECONNRESET', name: 'ECONNRESET', code: 'ECONNRESET' },
		]);
	});

	it('or from the status and the body', () => {
		const [, cause] = causeChain(older('503', { context: { data: { error_code: 'KOS.1' } } }));
		expect(cause).toMatchObject({ response: { status: 503, data: { error_code: 'KOS.1' } } });
	});

	it('and from nothing else', () => {
		expect(causeChain(older(null))).toHaveLength(1);
		const cause = new Error('kept');
		expect(causeChain(older('503', { cause }))[1]).toBe(cause);
	});
});

describe('The plain copy of an error', () => {
	const SECRET = 'a-secret-token-of-some-length';

	it('keeps name, message, code, stack and causes', () => {
		const inner = Object.assign(new TypeError('inner'), { code: 'ECODE' });
		const outer = new Error('outer', { cause: inner });
		expect(toPlainCause(outer, [])).toEqual({
			name: 'Error',
			message: 'outer',
			stack: outer.stack,
			cause: { name: 'TypeError', message: 'inner', code: 'ECODE', stack: inner.stack },
		});
	});

	it('is no error, and keeps no headers, request or answer', () => {
		const config = { headers: { 'X-Auth-Token': SECRET } };
		const fields = { config, request: { config }, response: { status: 401, config } };
		const error = Object.assign(new Error('outer', { cause: new Error('inner') }), fields);
		Object.assign(error.cause as Error, fields);
		const copy = toPlainCause(error, []);
		expect(copy).not.toBeInstanceOf(Error);
		expect(copy?.cause).not.toBeInstanceOf(Error);
		expect(Object.keys(copy!).sort()).toEqual(['cause', 'message', 'name', 'stack']);
		expect(JSON.stringify(copy)).not.toContain('secret');
	});

	it('keeps no secret in its texts', () => {
		const inner = new Error(`inner ${SECRET}`);
		const outer = new Error(`outer ${SECRET.slice(0, 20)}`, { cause: inner });
		expect(outer.stack).toContain('a-secret');
		const copy = toPlainCause(outer, [SECRET]);
		expect(copy).toMatchObject({ message: 'outer ***', cause: { message: 'inner ***' } });
		expect(copy?.stack).toContain('outer ***');
		expect(JSON.stringify(copy)).not.toContain('secret');
	});

	it('keeps no part of a secret where a text is cut off', () => {
		for (let left = 1; left < SECRET.length; left++) {
			const text = ' '.repeat(4000 - left) + SECRET;
			const { message } = toPlainCause(new Error(text), [SECRET])!;
			expect([left, message.trim()]).toEqual([left, expect.stringMatching(/^\**$/)]);
		}
	});

	it('shortens long texts', () => {
		const copy = toPlainCause(new Error('x'.repeat(100_000)), []);
		expect(copy?.message.length).toBeLessThan(10_000);
		expect(copy?.stack?.length).toBeLessThan(10_000);
	});

	it('does not exist of what is not an error', () => {
		expect(toPlainCause('text', [])).toBeUndefined();
	});
});

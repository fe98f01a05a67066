import { z } from 'zod';

import { judgeResponse, parseBody } from '../../../nodes/KooSearch/transport/response';
import { count, idText, listOf } from '../../../nodes/KooSearch/transport/schema';
import { answer, contextOf } from './fixtures';

const schema = z.object({ count });

function judge(...response: Parameters<typeof answer>) {
	return judgeResponse(answer(...response), schema, contextOf()).facts;
}

describe('An answer is usable', () => {
	it('when it is a success and holds what the schema wants', () => {
		expect(parseBody(answer(200, { count: 1 }), schema)).toEqual({ value: { count: 1 } });
		expect(parseBody(answer(204, undefined), z.undefined(), [204])).toEqual({ value: undefined });
	});

	it('when its error code is empty', () => {
		for (const error_code of ['', null, undefined]) {
			expect(parseBody(answer(200, { count: 1, error_code }), schema)).toBeDefined();
		}
	});
});

describe('An answer is not usable', () => {
	it.each([199, 301, 400, 500])('with HTTP %i', (status) => {
		expect(parseBody(answer(status, { count: 1 }), schema)).toBeUndefined();
	});

	it('when it lacks what the schema wants', () => {
		expect(parseBody(answer(200, { count: '1' }), schema)).toBeUndefined();
	});

	it.each(['KOS.00060002', 'kos.00060002'])('with HTTP 200 and the error code %s', (error_code) => {
		const body = { count: 1, error_code, error_msg: 'Not so.' };
		expect(parseBody(answer(200, body), schema)).toBeUndefined();
		expect(judge(200, body)).toMatchObject({
			kind: 'http',
			scope: 'call',
			what: `KooSearch refused the call: Not so (${error_code}, HTTP 200).`,
			mayHaveTakenEffect: true,
			isTransient: false,
		});
	});

	it('with HTTP 200 and an error code that is a number', () => {
		const body = { count: 1, error_code: 500, error_msg: 'Not so.' };
		expect(parseBody(answer(200, body), schema)).toBeUndefined();
		expect(judge(200, body).what).toBe('KooSearch refused the call: Not so (500, HTTP 200).');
		expect(parseBody(answer(200, { ...body, error_code: 0 }), schema)).toBeDefined();
	});

	it('with HTTP 200 and an error code whose reason is not a text', () => {
		for (const error_msg of [null, 7, { a: 1 }]) {
			const body = { count: 1, error_code: 'KOS.00060002', error_msg };
			expect(parseBody(answer(200, body), schema)).toBeUndefined();
		}
	});
});

describe('An answer is malformed', () => {
	it.each([201, 202, 204, 206, 207])('with HTTP %i where 200 is promised', (status) => {
		const response = answer(status, { count: 1 });
		expect(parseBody(response, schema)).toBeUndefined();
		expect(judge(status, { count: 1 })).toMatchObject({
			kind: 'malformed',
			what: `KooSearch's answer could not be understood: its status is not 200 (HTTP ${status}).`,
			mayHaveTakenEffect: true,
		});
		expect(parseBody(response, schema, [status])).toEqual({ value: { count: 1 } });
	});

	it.each([
		['is not JSON', '<html>', 'it is not JSON'],
		['is empty', undefined, 'it is not JSON'],
		['lacks a field', {}, "'count' is missing"],
		['holds a field of another type', { count: '1' }, "'count' is not a number"],
		['holds a list instead', [], 'it Expected object, received array'],
	])('when it %s', (_, body, why) => {
		expect(judge(200, body)).toMatchObject({
			kind: 'malformed',
			scope: 'call',
			what: `KooSearch's answer could not be understood: ${why} (HTTP 200).`,
			mayHaveTakenEffect: true,
			isTransient: false,
		});
	});
});

it.each(['{"count": 1', ' [{"count": 1}', '{"cou'])(
	'JSON that is cut short may be whole another time: %s',
	(body) => {
		expect(judge(200, body)).toMatchObject({
			kind: 'malformed',
			what: "KooSearch's answer could not be understood: its JSON is cut short (HTTP 200).",
			mayHaveTakenEffect: true,
			isTransient: true,
		});
	},
);

it('A redirect ends the run, with where it leads', () => {
	const location = 'https://elsewhere.example.com/login?ticket=a';
	const facts = judge(307, {}, { location });
	expect(facts).toMatchObject({ kind: 'http', scope: 'run', mayHaveTakenEffect: false });
	expect(facts.what).toContain('redirects to https://elsewhere.example.com/login (HTTP 307)');
});

it('A refusal holds how long KooSearch asks to wait', () => {
	expect(judge(429, {}, { 'retry-after': '7' }).retryAfter).toBe(7000);
	expect(judge(429).retryAfter).toBeUndefined();
});

describe('A schema says what is wrong with', () => {
	function whyNot(type: z.ZodTypeAny, value: unknown): string | undefined {
		return type.safeParse(value).error?.issues[0].message;
	}

	it.each([
		[undefined, 'is missing'],
		['1', 'is not a number'],
		[1.5, 'is not a whole number'],
		[-1, 'is negative'],
		[0, undefined],
	])('the number %p', (value, why) => expect(whyNot(count, value)).toBe(why));

	it.each([
		[undefined, 'is not an ID'],
		[7, 'is not an ID'],
		['', 'is empty'],
		['a', undefined],
	])('the ID %p', (value, why) => expect(whyNot(idText, value)).toBe(why));

	it.each([
		[undefined, 'is missing'],
		['a', 'is not a list'],
		[['a', ''], 'is empty'],
		[['a'], undefined],
	])('the list %p', (value, why) => expect(whyNot(listOf(idText), value)).toBe(why));
});

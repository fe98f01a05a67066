import fc from 'fast-check';

import {
	InvalidValueError,
	readDirectoryId,
	readId,
	readIds,
	readInteger,
	readText,
	formatValue,
	pluralize,
} from '../../../nodes/KooSearch/parameters/values';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

describe('IDs are read from', () => {
	const cases: Array<[string, unknown, string[]]> = [
		['one ID', 'a', ['a']],
		['white space around it', ' \t a \n', ['a']],
		['IDs separated by commas', 'a, b,c', ['a', 'b', 'c']],
		['IDs separated by line breaks of any kind', 'a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
		['empty places between separators', ',a,,b,\n', ['a', 'b']],
		['blank places between separators', ' , a, ,b,\n\t', ['a', 'b']],
		['a JSON array as text', ' ["a", "b", 7] ', ['a', 'b', '7']],
		['an array', ['a', ' b ', 12], ['a', 'b', '12']],
		['a safe integer', 42, ['42']],
		['the largest safe integer', Number.MAX_SAFE_INTEGER, ['9007199254740991']],
		['an ID that stands twice, once', 'a,b,a', ['a', 'b']],
		['64 characters', 'x'.repeat(64), ['x'.repeat(64)]],
	];
	it.each(cases)('%s', (_, value, expected) => {
		expect(readIds(value)).toEqual(expected);
	});

	it('10,000 lines', () => {
		const many = Array.from({ length: 10_000 }, (_, n) => `task-${n}`);
		expect(readIds(many.join('\n'))).toEqual(many);
	});

	it('every notation alike', () => {
		fc.assert(
			fc.property(fc.array(id, { minLength: 1, maxLength: 30 }), (ids) => {
				const distinct = [...new Set(ids)];
				for (const notation of [ids, ids.join(','), ids.join('\n'), JSON.stringify(ids)]) {
					expect(readIds(notation)).toEqual(distinct);
				}
			}),
		);
	});
});

describe('IDs are not read from', () => {
	const cases: Array<[string, unknown, string]> = [
		['nothing', undefined, 'undefined names no ID'],
		['null', null, 'null names no ID'],
		['empty text', '', '"" names no ID'],
		['blank text', '  \n', 'names no ID'],
		['an empty array', [], '[] names no ID'],
		['an empty array as text', '[]', '"[]" names no ID'],
		['65 characters', 'x'.repeat(65), `"${'x'.repeat(65)}" is not an ID`],
		['spaces inside', 'task 1', '"task 1" is not an ID'],
		['a way out of the path', '../x', '"../x" is not an ID'],
		['an object', { id: 'a' }, '{"id":"a"} is not an ID'],
		['an object that is no text', { toString: '' }, '{"toString":""} is not an ID'],
		['an object that is no JSON', { toString: '', n: 1n }, '[object Object] is not an ID'],
		['a name', 'contract.pdf', "'Get Many' returns it as 'id', beside the name."],
		['an expression in a fixed field', '{{ $json.id }}', "from 'Fixed' to 'Expression'"],
		['true', true, 'true is not an ID'],
		['NaN', NaN, 'NaN is not an ID'],
		['Infinity', Infinity, 'Infinity is not an ID'],
		['a fraction', 1.5, '1.5 is not an ID'],
		['an integer that lost digits', 2 ** 53, '9007199254740992 is not an ID'],
		['such an integer in JSON text', '[12345678901234567890]', '12345678901234567000 is not an ID'],
		['one bad among many', 'a,b,c d,e', '"c d" (value 3 of 4) is not an ID'],
		['null in an array', ['a', null], 'null (value 2 of 2) is not an ID'],
		['empty text in an array', ['a', ''], '"" (value 2 of 2) is not an ID'],
		['an array in an array', [['a']], '["a"] is not an ID'],
		['broken JSON', '["a", "b"', 'starts like a JSON array, but is not one'],
		['a long value, of which it shows 80 characters', 'x '.repeat(99), `${'x '.repeat(39)}x… is`],
		['letters of other alphabets', 'идент', '"идент" is not an ID'],
	];
	it.each(cases)('%s', (_, value, message) => {
		expect(() => readIds(value)).toThrow(InvalidValueError);
		expect(() => readIds(value)).toThrow(message);
	});

	it('anything else, whatever it is', () => {
		fc.assert(
			fc.property(fc.anything(), (value) => {
				let ids: string[];
				try {
					ids = readIds(value);
				} catch (error) {
					expect(error).toBeInstanceOf(InvalidValueError);
					expect((error as Error).message.length).toBeLessThan(400);
					return;
				}
				expect(ids.length).toBeGreaterThan(0);
				for (const one of ids) expect(one).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
			}),
		);
	});
});

describe('One ID', () => {
	it('is read from text and safe integers', () => {
		expect(readId(' kb-1 ')).toBe('kb-1');
		expect(readId(7)).toBe('7');
	});

	it.each([undefined, null, '', ' ', {}, [], NaN])('is not there in %p', (value) => {
		expect(() => readId(value)).toThrow(InvalidValueError);
		expect(() => readId(value)).toThrow('check that this item has the field it names');
	});

	it.each(['a/b', 'a,b', 'x'.repeat(65)])('is not %p', (value) => {
		expect(() => readId(value)).toThrow(InvalidValueError);
		expect(() => readId(value)).toThrow('An ID has 1 to 64 letters');
	});

	it('is not an expression in a fixed field', () => {
		expect(() => readId('{{ $json.kb }}')).toThrow("from 'Fixed' to 'Expression'");
	});
});

describe('The ID of a directory', () => {
	it('is what the API page allows: up to 64 characters', () => {
		expect(readDirectoryId('0b6a2f30-3f66-4e8b-bbeb-5dd8cb56b38ea')).toBe(
			'0b6a2f30-3f66-4e8b-bbeb-5dd8cb56b38ea',
		);
		expect(readDirectoryId('Verträge(7)')).toBe('Verträge(7)');
	});

	it.each([undefined, null, '', '  ', {}])(
		'is not there in %p, which never means "No Directory"',
		(value) => {
			expect(() => readDirectoryId(value, 'Do this.')).toThrow('names no directory. Do this.');
		},
	);

	it.each(['../x', 'a b', 'x'.repeat(65), 'a\\b'])('is not %p', (value) => {
		expect(() => readDirectoryId(value)).toThrow('is not a directory ID');
	});
});

describe('Text', () => {
	it('is read without the white space around it, and from safe integers', () => {
		expect(readText(' a b ')).toBe('a b');
		expect(readText(7)).toBe('7');
	});

	it.each([undefined, null, '', ' ', {}, NaN])('is not %p', (value) => {
		expect(() => readText(value)).toThrow(InvalidValueError);
		expect(() => readText(value)).toThrow('check that this item has the field it names');
	});
});

describe('A whole number', () => {
	it('is read from numbers and text', () => {
		expect(readInteger(7, 0)).toBe(7);
		expect(readInteger(' 7 ', 0, 7)).toBe(7);
	});

	it.each([undefined, null, '', ' ', 'a', 1.5, NaN, Infinity, 2 ** 53, {}, []])(
		'is not %p',
		(value) => expect(() => readInteger(value, 0)).toThrow(InvalidValueError),
	);

	it('has to be in its range', () => {
		expect(() => readInteger(0, 1)).toThrow('0 is not a whole number of 1 or more.');
		expect(() => readInteger(11, 1, 10)).toThrow('11 is not a whole number from 1 to 10.');
	});
});

it.each([
	[undefined, 'undefined'],
	[NaN, 'NaN'],
	[7n, '7'],
	['a "b"', '"a \\"b\\""'],
	[{ a: [1] }, '{"a":[1]}'],
	[Symbol('a'), 'Symbol(a)'],
])('A message shows %p', (value, shown) => expect(formatValue(value)).toBe(shown));

it('A message shows a value that has no JSON form', () => {
	const circle: { self?: unknown } = {};
	circle.self = circle;
	expect(formatValue(circle)).toBe('[object Object]');
	expect(formatValue('x'.repeat(99))).toBe(`"${'x'.repeat(79)}…`);
});

it('A number of things is in the right number', () => {
	const noun = { one: 'directory', many: 'directories' };
	expect([0, 1, 2].map((count) => pluralize(count, noun))).toEqual([
		'0 directories',
		'1 directory',
		'2 directories',
	]);
});

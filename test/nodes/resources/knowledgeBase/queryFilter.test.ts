import fc from 'fast-check';
import { parse } from 'lucene';
import type { AST, BinaryAST, Node, NodeTerm } from 'lucene';

import { matcherOf } from '../../../../dev/standin/filterString';
import {
	readRawFilter,
	toFilterString,
} from '../../../../nodes/KooSearch/resources/knowledgeBase/queryFilter';

/** Text with all that has a meaning in a query string, and words that are operators. */
const awkward = fc.oneof(
	fc.string({ minLength: 1, unit: 'grapheme' }),
	fc
		.array(
			fc.constantFrom(...'+-=&|><!(){}[]^"~*?:\\/ ', ' AND ', ' OR ', 'NOT ', 'a', '城', '\n'),
			{
				minLength: 1,
				maxLength: 12,
			},
		)
		.map((parts) => parts.join('')),
);

interface Term {
	field: string | undefined;
	value: string;
	quoted: boolean;
}

/** The terms of a parsed query, in their order, with the field that each is looked for in. */
function termsOf(node: AST | Node, outer?: string): Term[] {
	const field = node.field === '<implicit>' ? outer : (node.field ?? outer);
	if (!('left' in node)) {
		const { term, quoted } = node as NodeTerm;
		return [{ field, value: term.replace(/\\([^])/g, '$1'), quoted }];
	}
	const right = 'right' in node ? termsOf((node as BinaryAST).right, field) : [];
	return [...termsOf(node.left, field), ...right];
}

function operatorsOf(node: AST | Node): string[] {
	if (!('left' in node)) return [];
	const own = 'operator' in node ? [(node as BinaryAST).operator] : [];
	const right = 'right' in node ? operatorsOf((node as BinaryAST).right) : [];
	return [...operatorsOf(node.left), ...own, ...right];
}

it('keeps every value whole: a parser finds the same phrases in the same fields', () => {
	const values = fc.array(awkward, { minLength: 1, maxLength: 4 });
	fc.assert(
		fc.property(values, awkward, values, (tags, category, fileIds) => {
			const query = parse(toFilterString({ tags, category, fileIds })!);
			expect(termsOf(query)).toEqual([
				...tags.map((value) => ({ field: 'tags', value, quoted: true })),
				{ field: 'category', value: category, quoted: true },
				...fileIds.map((value) => ({ field: 'fileId', value, quoted: true })),
			]);
			expect(operatorsOf(query)).toEqual([
				...tags.map(() => 'AND'),
				'AND',
				...fileIds.slice(1).map(() => 'OR'),
			]);
		}),
		{ numRuns: 500 },
	);
});

it('is what the service documents', () => {
	expect(toFilterString({ tags: ['finance'] })).toBe('tags:("finance")');
	expect(toFilterString({ category: '城市(city)' })).toBe('category:"城市(city)"');
	expect(toFilterString({ filter: 'a OR b' })).toBe('a OR b');
	expect(toFilterString({})).toBeUndefined();
});

it.each([
	'tags:(教育 OR 金融) AND category:"城市(city)"',
	'tags:("a) OR (b")',
	'NOT tags:x AND (a OR (b AND c))',
	'a\\) b',
	'name:/jo(hn|e)/',
	'date:[2024 TO 2025}',
])('takes the filter %p', (filter) => {
	expect(readRawFilter(` ${filter} `)).toBe(filter);
});

it.each([
	'a) OR (b',
	'(a',
	'a)',
	'"a',
	'a"b',
	'a\\',
	'/a',
	'/"/ ) OR ( /"/',
	'x [( TO b] ) OR (c TO [) TO d]',
	'[a',
	'a]',
	'',
])('refuses the filter %p, which would not stay in its brackets', (filter) => {
	expect(() => readRawFilter(filter)).toThrow();
});

it('lets no filter that is taken undo the other ones', () => {
	const isPublic = { tags: ['public'], category: [''], fileId: ['f'] };
	const isSecret = { tags: ['secret'], category: [''], fileId: ['f'] };
	let taken = 0;
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom('(', ')', '"', '\\', 'tags:secret', ' OR ', ' AND ', 'x', ' '), {
				minLength: 1,
				maxLength: 10,
			}),
			(parts) => {
				let filter: string;
				let matches: (fields: Record<string, string[]>) => boolean;
				try {
					filter = readRawFilter(parts.join(''));
					matches = matcherOf(toFilterString({ tags: ['public'], filter })!);
				} catch {
					return;
				}
				taken++;
				expect(matches(isSecret)).toBe(false);
				expect(typeof matches(isPublic)).toBe('boolean');
			},
		),
		{ numRuns: 3000 },
	);
	expect(taken).toBeGreaterThan(50);
});

import { parse } from 'lucene';
import type { AST, LeftOnlyAST, BinaryAST, Node, NodeTerm } from 'lucene';

import { serviceRefusal } from './refusals';

/** What a filter can ask about a document. */
export type Fields = Record<string, string[]>;

/**
 * Whether a document fits an Elasticsearch query string, as far as terms, phrases, groups, AND, OR and NOT go.
 *
 * @throws Refusal for what is none; what the service says then is not documented
 */
export function matcherOf(filter: string): (fields: Fields) => boolean {
	try {
		const query = parse(filter);
		return (fields) => fits(query, undefined, fields);
	} catch {
		throw serviceRefusal('KOS.00010002', 'filter_string: not a query string');
	}
}

/** @param outer the field of the group it is in */
function fits(node: AST | Node, outer: string | undefined, fields: Fields): boolean {
	if (!('left' in node)) return hasTerm(node, outer, fields);
	const field = named(node.field) ?? outer;
	const { start } = node as LeftOnlyAST;
	const left = fits(node.left, field, fields) !== (start === 'NOT');
	if (!('right' in node)) return left;
	const { operator, right } = node as BinaryAST;
	const second = fits(right, field, fields) !== operator.endsWith('NOT');
	return operator.startsWith('AND') ? left && second : left || second;
}

function hasTerm(node: Node, outer: string | undefined, fields: Fields): boolean {
	const { term = '' } = node as NodeTerm;
	const field = named(node.field) ?? outer;
	const wanted = term.replace(/\\([^])/g, '$1').toLowerCase();
	const values = field === undefined ? Object.values(fields).flat() : (fields[field] ?? []);
	return values.some((value) => value.toLowerCase() === wanted);
}

function named(field: string | undefined): string | undefined {
	return field === '<implicit>' ? undefined : field;
}

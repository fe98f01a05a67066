import type { INodePropertyOptions } from 'n8n-workflow';

import { directoryField } from '../../descriptions/fields';
import type { Option } from '../../parameters/options';
import { choiceOption, readChoice, switchOption } from '../../parameters/options';
import {
	InvalidValueError,
	readIds,
	readNumber,
	readTags,
	readDirectoryId,
} from '../../parameters/values';
import { readRawFilter } from './queryFilter';

/** Page SearchInKnowledgeRepo. */
const MAX_EXTRA = 9;

const SCOPES = ['doc', 'faq', 'keyword', 'mix'] as const;
export type Scope = (typeof SCOPES)[number];

const scopes: Array<INodePropertyOptions & { value: Scope }> = [
	{ name: 'Documents', value: 'doc', description: 'Passages of files' },
	{ name: 'FAQ', value: 'faq', description: 'Entries of the FAQ' },
	{ name: 'Keyword', value: 'keyword', description: 'Passages that contain the words themselves' },
	{ name: 'Mixed', value: 'mix', description: 'Both by words and by meaning' },
];

/** An option that is not sent unless it is added. */
function optional<Value>(
	field: Option<Value>['field'],
	parse: (value: unknown) => Value,
): Option<Value | undefined> {
	return { field, absent: undefined, parse };
}

/** Which passages a search or an answer may use; a passage has to match all of it. */
export const filterOptions = {
	directory: optional(
		{
			...directoryField,
			displayName: 'Directory',
			required: false,
			description: 'Only files of this directory',
		},
		readDirectory,
	),
	extraKnowledgeBases: optional(
		{
			displayName: 'More Knowledge Base IDs',
			type: 'string',
			default: '',
			placeholder: 'e.g. kb-support, kb-manuals',
			description: 'Up to nine more knowledge bases to search, separated by commas',
		},
		readExtraKnowledgeBases,
	),
	fileIds: optional(
		{
			displayName: 'File IDs',
			type: 'string',
			default: '',
			placeholder: 'e.g. 622f8e93ec50f5ce415afdd670a00527',
			description: 'Only these files, separated by commas',
		},
		readIds,
	),
	filter: optional(
		{
			displayName: 'Filter',
			type: 'string',
			default: '',
			placeholder: 'e.g. tags:("finance" OR "law")',
			description:
				'A filter of your own in the syntax of Elasticsearch query strings, in addition to the other options',
		},
		readRawFilter,
	),
	tags: optional(
		{
			displayName: 'Tags',
			type: 'string',
			default: '',
			placeholder: 'e.g. finance, 2025',
			description: 'Only files that have all of these tags, separated by commas',
		},
		readTags,
	),
};

/** The options of a search, in the node and in the retriever. */
export const searchOptions = {
	...filterOptions,
	minScore: optional(
		{
			displayName: 'Minimum Score',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 4 },
			default: 0,
			description:
				'Only passages with this score or more. Scores run from 0 to 10,000; look at the scores of some results first.',
		},
		(value) => readNumber(value, 'a score'),
	),
	scope: {
		...choiceOption({ displayName: 'Scope', description: 'What to search' }, scopes),
		absent: undefined as Scope | undefined,
		parse: (value: unknown) => readChoice<Scope>(value, [...SCOPES]),
	},
	simplify: switchOption(
		{
			displayName: 'Simplify',
			description: 'Whether to return a simplified version of the response instead of the raw data',
		},
		{ absent: true, shown: true },
	),
};

/** A directory by ID or path: a resource locator, or the value of one. */
function readDirectory(value: unknown): string {
	const isLocator = typeof value === 'object' && value !== null && 'value' in value;
	const inside = isLocator ? value.value : value;
	const isPath = typeof inside === 'string' && /[\s/]/.test(inside.trim());
	return isPath ? inside.trim() : readDirectoryId(inside);
}

function readExtraKnowledgeBases(value: unknown): string[] {
	const ids = readIds(value);
	if (ids.length <= MAX_EXTRA) return ids;
	throw new InvalidValueError(
		`It names ${ids.length} knowledge bases. KooSearch accepts up to ${MAX_EXTRA} in addition to the first.`,
	);
}

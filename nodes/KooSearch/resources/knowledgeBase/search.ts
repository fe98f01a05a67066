import { knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { itemOperation } from '../../execution/item/itemOperation';
import { addHints } from '../../execution/hints';
import { isTool } from '../../parameters/readField';
import { pluralize } from '../../parameters/values';
import { readQuery, readTopK, Searcher, topKField } from './findPassages';
import { leanPassage } from './passages';
import { searchOptions } from './searchOptions';

/** Page SearchInKnowledgeRepo: `POST …/experience/searchtext`. One item for each passage. */
export const search = itemOperation({
	resource: 'knowledgeBase',
	option: {
		name: 'Search',
		value: 'search',
		action: 'Search knowledge base for passages that answer question',
		description: 'Find the passages of a knowledge base that match a question, the best ones first',
	},
	fields: [
		knowledgeBaseField,
		{
			displayName: 'Query',
			name: 'query',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			required: true,
			placeholder: 'e.g. What is the notice period?',
			description: 'What to search for: a question or some words, 1,000 characters at most',
		},
		topKField(10),
	],
	effect: 'none',
	concurrency: 4,
	options: searchOptions,
	read: (read) => ({
		knowledgeBaseId: readKnowledgeBaseId(read),
		query: read('query', 'Query', readQuery),
		topK: readTopK(read),
	}),
	share: (client) => new Searcher(client),
	run: async (input, { shared: searcher, options, context }) => {
		const found = await searcher.find({ ...input, options });
		if (!options.simplify) return found.map(({ record }) => ({ json: record }));
		const toJson = isTool(context) ? leanPassage : <T>(passage: T) => passage;
		return found.map(({ passage }) => ({ json: toJson(passage) }));
	},
	finish: async (_, { shared: { outside }, context }) => {
		const passages = pluralize(outside, { one: 'passage', many: 'passages' });
		if (outside > 0)
			addHints(context, [
				`KooSearch returned ${passages} outside the filters. They were left out.`,
			]);
		return new Map();
	},
});

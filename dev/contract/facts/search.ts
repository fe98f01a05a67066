import { verdict } from '../finding';
import type { Fact } from '../fact';
import { atLeast, keysOf, kindsOf, listOf, ofItems, requireSuccess } from '../service';
import type { Item, Service } from '../service';

const SEARCH = 'Knowledge Base: Search, Ask; the retriever';
const LARGEST_LIMIT = 50;

/** A search without a dialogue: `POST …/experience/searchtext` changes nothing. */
async function search(service: Service, body: object = {}): Promise<Item[]> {
	return listOf(await send(service, body), 'doc_list').items;
}

async function send(service: Service, body: object) {
	const request = {
		repo_id: await service.knowledgeBaseId(),
		content: await question(service),
		page_num: 1,
		page_size: 10,
		...body,
	};
	return await service.client.send('POST', '/experience/searchtext', request);
}

/** The name of a file that was parsed is the likeliest text to be found; tags and a directory make filters possible. */
async function question(service: Service): Promise<string> {
	const parsed = (await service.files()).filter(({ status }) => status === 'SUCCESS');
	const richest = [...parsed].sort((a, b) => richness(b) - richness(a));
	const [{ name }] = atLeast(richest, 1, 'parsed files');
	return String(name)
		.replace(/\.[^.]*$/, '')
		.slice(0, 100);
}

function richness({ tags, category }: Item): number {
	const hasTags = Array.isArray(tags) && tags.length > 0;
	return (hasTags ? 2 : 0) + (category ? 1 : 0);
}

async function someFound(service: Service, body?: object): Promise<Item[]> {
	return atLeast(await search(service, body), 1, 'passages');
}

/** A filter made from a passage that was found without one; only passages that fit may come back. */
function filterFact(
	id: string,
	what: string,
	from: (passages: Item[]) => { filter: string; fits(passage: Item): boolean },
): Fact {
	return {
		id: `search.${id}`,
		fact: `'filter_string' takes ${what}`,
		affects: SEARCH,
		otherwise: 'Ends with what KooSearch says of the filter, or gives passages that do not fit.',
		check: async (service) => {
			const { filter, fits } = from(await someFound(service));
			const passages = await search(service, { filter_string: filter });
			const good = passages.filter(fits).length;
			const seen = `${passages.length} passages, ${ofItems(good, passages)} fit`;
			return verdict(passages.length > 0 && good === passages.length, seen);
		},
	};
}

export const searchFacts: Fact[] = [
	{
		id: 'search.list',
		fact: "Passages are 'doc_list', each with file_id, content, score and title",
		affects: SEARCH,
		otherwise: 'Ends with "the answer is not what the API page promises".',
		check: async (service) => {
			const passages = await someFound(service);
			const needed = ['file_id', 'content', 'score', 'title'];
			const good = passages.every((one) => needed.every((field) => field in one));
			return verdict(good, `${keysOf(passages[0])}; score is ${kindsOf(passages, 'score')}`);
		},
	},
	{
		id: 'search.score',
		fact: "'score' of the passages is a number to sort by, whatever their order",
		affects: SEARCH,
		otherwise: 'Leaves the passages in the order in which they came.',
		check: async (service) => {
			const passages = atLeast(await search(service), 2, 'passages');
			const scores = passages.map(({ score }) => score).filter((one) => typeof one === 'number');
			const isSorted = scores.every((score, i) => i === 0 || score <= scores[i - 1]);
			const order = isSorted ? 'best first' : 'not best first';
			return verdict(
				scores.length === passages.length,
				`${kindsOf(passages, 'score')}; ${ofItems(scores.length, passages)}, ${order}`,
			);
		},
	},
	{
		id: 'search.limit',
		fact: `'page_size' ${LARGEST_LIMIT} is taken, and 1 gives one passage`,
		affects: SEARCH,
		otherwise: "Cuts what is too much; 'Limit' above what KooSearch takes ends with its refusal.",
		check: async (service) => {
			const one = await someFound(service, { page_size: 1 });
			const many = await search(service, { page_size: LARGEST_LIMIT });
			const seen = `page_size 1: ${one.length}, ${LARGEST_LIMIT}: ${many.length}`;
			return verdict(one.length === 1 && many.length <= LARGEST_LIMIT, seen);
		},
	},
	...['doc', 'faq', 'keyword', 'mix'].map(
		(scope): Fact => ({
			id: `search.scope-${scope}`,
			fact: `'scope' takes ${scope}`,
			affects: "Knowledge Base: Search with 'Scope'; the retriever",
			otherwise: 'Ends with what KooSearch says of the scope.',
			check: async (service) => {
				const reply = await send(service, { scope });
				requireSuccess(reply);
				return verdict(true, `HTTP ${reply.status}`);
			},
		}),
	),
	filterFact('filter-tag', 'a quoted tag: tags:("a")', (passages) => {
		const tagged = passages.filter(({ tags }) => Array.isArray(tags) && tags.length > 0);
		const [tag] = atLeast(tagged, 1, 'passages with a tag')[0].tags as string[];
		return {
			filter: `tags:(${JSON.stringify(tag)})`,
			fits: ({ tags }) => Array.isArray(tags) && tags.includes(tag),
		};
	}),
	filterFact('filter-directory', 'a directory: category:"name(id)"', (passages) => {
		const filed = passages.filter(({ category }) => typeof category === 'string' && category);
		const [{ category }] = atLeast(filed, 1, 'passages of a directory');
		return {
			filter: `category:${JSON.stringify(category)}`,
			fits: (one) => one.category === category,
		};
	}),
	filterFact('filter-file', 'a file: fileId:"id"', ([{ file_id }]) => ({
		filter: `fileId:${JSON.stringify(file_id)}`,
		fits: (one) => one.file_id === file_id,
	})),
];

import MiniSearch from 'minisearch';
import { randomUUID } from 'node:crypto';

import type { Answer } from './exchange';
import { matcherOf } from './filterString';
import type { Fields } from './filterString';
import type { File, KnowledgeBase } from './knowledgeBase';
import type { Call, Operation } from './operation';
import { serviceRefusal } from './refusals';
import type { State } from './state';

/** How many passages an answer rests on. */
const MAX_REFERENCES = 3;

interface SearchBody {
	repo_id: string;
	extra_repo_ids?: string[];
	content: string;
	page_num: number;
	page_size: number;
	scope?: 'doc' | 'faq' | 'keyword' | 'mix';
	filter_string?: string;
}

interface ChatBody extends Pick<SearchBody, 'repo_id' | 'extra_repo_ids' | 'filter_string'> {
	messages: Array<{ content: string }>;
	chat_id?: string;
	chat_create_flag: '0' | '1';
}

/** A passage as the answers hold it. */
interface Passage {
	file_id: string;
	chunk_id: string;
	title: string;
	subtitle: string;
	content: string;
	doc_type: 'doc';
	category: string;
	tags: string[];
	update_date_time: string;
	repo_id: string;
	page_num: number;
	component_num: number;
}

/** Searching, answering, and the switch that both need. */
export const searchOperations: Record<string, Operation> = {
	/** Not documented: the order. So a page holds the best passages, but not the best first. */
	SearchInKnowledgeRepo: ({ body }, state) => {
		const { page_num, page_size, ...search } = body as SearchBody;
		const found = findPassages(search, state);
		const start = (page_num - 1) * page_size;
		const page = found.slice(start, start + page_size).reverse();
		return { status: 200, body: { total: found.length, doc_list: page } };
	},

	GenerateAnswer: ({ body }, state) => {
		const { messages, chat_id, chat_create_flag, ...place } = body as ChatBody;
		if (messages.length % 2 === 0) {
			throw serviceRefusal('KOS.00010002', 'messages: an even number of them');
		}
		const id = chat_create_flag === '1' ? randomUUID() : chat_id;
		if (id === undefined) throw serviceRefusal('KOS.00010003', 'chat_id: is missing');
		if (chat_create_flag === '0' && !state.chats.has(id)) {
			throw serviceRefusal('KOS.00080004', 'The dialogue has expired');
		}
		state.chats.add(id);
		const { content } = messages[messages.length - 1];
		const references = findPassages({ ...place, content }, state).slice(0, MAX_REFERENCES);
		const message = references[0]?.content ?? 'The documents say nothing about that.';
		const chat_result = { message, question_id: randomUUID() };
		const reference_total = references.length;
		return { status: 200, body: { chat_id: id, chat_result, references, reference_total } };
	},

	/** Page ErrorCode: an empty knowledge base can't be opened. */
	StartKnowledgeRepo: (call, state) => {
		const { files } = knowledgeBaseOf(call.params.repo_id, state);
		if (files.size > 0) return switched(call, state, 'open');
		throw serviceRefusal('KOS.00080002', 'The knowledge base is empty');
	},

	StopKnowledgeRepo: (call, state) => switched(call, state, 'close'),
};

function switched({ params }: Call, state: State, status: KnowledgeBase['status']): Answer {
	knowledgeBaseOf(params.repo_id, state).status = status;
	return { status: 200 };
}

/** The best first. There are no FAQ entries. */
function findPassages(search: Omit<SearchBody, 'page_num' | 'page_size'>, state: State) {
	const { repo_id, extra_repo_ids = [], content, scope, filter_string } = search;
	const passages = [repo_id, ...extra_repo_ids].flatMap((id) => passagesOf(openOne(id, state)));
	if (scope === 'faq') return [];
	const matches = filter_string === undefined ? () => true : matcherOf(filter_string);
	const index = new MiniSearch<Passage>({
		idField: 'chunk_id',
		fields: ['title', 'content'],
		tokenize: words,
	});
	index.addAll(passages.filter((passage) => matches(fieldsOf(passage))));
	const byId = new Map(passages.map((passage) => [passage.chunk_id, passage]));
	const combineWith = scope === 'keyword' ? 'AND' : 'OR';
	return index
		.search(content, { combineWith })
		.map(({ id, score }) => ({ ...byId.get(String(id))!, score }));
}

/** Of any language: Chinese has no spaces between words. */
function words(text: string): string[] {
	const segments = [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)];
	return segments.filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

/** Only what was parsed can be found. */
function passagesOf(knowledgeBase: KnowledgeBase): Passage[] {
	const files = [...knowledgeBase.files.values()].filter(({ status }) => status === 'SUCCESS');
	return files.flatMap((file) => {
		const texts = file.text.split(/\n\s*\n/).filter((text) => text.trim() !== '');
		return texts.map((content, n) => toPassage(knowledgeBase, file, content, n + 1));
	});
}

function toPassage(
	{ id: repo_id, directories }: KnowledgeBase,
	{ id, name, tags, create_time, directory_id }: File,
	content: string,
	component_num: number,
): Passage {
	const directory = directories.get(directory_id ?? '');
	return {
		file_id: id,
		chunk_id: `${repo_id}-${id}-${component_num}`,
		title: name,
		subtitle: content.split('.')[0].slice(0, 100),
		content,
		doc_type: 'doc',
		category: directory ? `${directory.name}(${directory.id})` : '',
		tags,
		update_date_time: String(create_time),
		repo_id,
		page_num: 1,
		component_num,
	};
}

function fieldsOf({ tags, category, file_id }: Passage): Fields {
	return { tags, category: [category], fileId: [file_id] };
}

/** @throws Refusal as for all operations on a knowledge base */
function knowledgeBaseOf(id: string, state: State): KnowledgeBase {
	const knowledgeBase = state.knowledgeBases.get(id);
	if (!knowledgeBase) throw serviceRefusal('KOS.00060001', 'The knowledge base does not exist');
	return knowledgeBase;
}

/** @throws Refusal also for one that is closed (page ErrorCode) */
function openOne(id: string, state: State): KnowledgeBase {
	const knowledgeBase = knowledgeBaseOf(id, state);
	if (knowledgeBase.status === 'open') return knowledgeBase;
	throw serviceRefusal('KOS.00080003', 'The knowledge base is closed; open it first');
}

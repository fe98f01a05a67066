import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { addHints } from '../../execution/hints';
import { itemOperation } from '../../execution/item/itemOperation';
import type { Option } from '../../parameters/options';
import { isTool } from '../../parameters/readField';
import {
	formatValue,
	InvalidValueError,
	pluralize,
	readInteger,
	readText,
} from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import type { ApiRequest } from '../../transport/request';
import { Searcher, toBody } from './findPassages';
import { readHistory } from './history';
import { leanPassage, passageList, toPassage } from './passages';
import { filterOptions } from './searchOptions';

/** A number that is sent only when the option is added; KooSearch has its own defaults. */
function sampling(
	displayName: string,
	description: string,
	shown: number,
	parse: (value: unknown) => number,
): Option<number | undefined> {
	return {
		field: { displayName, description, type: 'number', default: shown },
		absent: undefined,
		parse,
	};
}

const askOptions = {
	...filterOptions,
	chatId: {
		field: {
			displayName: 'Chat ID',
			type: 'string',
			default: '',
			description: "The 'chatId' of an earlier answer, to continue that dialogue",
		},
		absent: undefined as string | undefined,
		parse: (value: unknown) => readChatId(value),
	} satisfies Option<string | undefined>,
	history: {
		field: {
			displayName: 'History',
			type: 'json',
			default: '[]',
			description:
				'What was said before: a JSON array of questions and answers in turn, each with role (user or assistant) and content',
		},
		absent: [] as string[],
		parse: readHistory,
	} satisfies Option<string[]>,
	maxTokens: sampling(
		'Maximum Tokens',
		'How long the answer may become, in tokens',
		2048,
		(value) => readInteger(value, 1),
	),
	temperature: sampling(
		'Temperature',
		'How freely the model words its answer, from 0 to 1',
		0.8,
		readFraction,
	),
	topP: sampling(
		'Top P',
		'From how many of the likeliest words the model chooses, from 0 to 1',
		0.1,
		readFraction,
	),
};

/** Page GenerateAnswer: `POST …/experience/chat`, not streamed: the format of a stream is not documented. */
export const ask = itemOperation({
	resource: 'knowledgeBase',
	option: {
		name: 'Ask',
		value: 'ask',
		action: 'Ask knowledge base and get answer with sources',
		description: 'Have the language model of a knowledge base answer a question, with its sources',
	},
	fields: [
		knowledgeBaseField,
		{
			displayName: 'Question',
			name: 'question',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			required: true,
			placeholder: 'e.g. What is the notice period?',
			description: 'What to ask',
		},
	],
	effect: 'none',
	concurrency: 4,
	timeout: 120_000,
	options: askOptions,
	read: (read) => ({
		knowledgeBaseId: readKnowledgeBaseId(read),
		question: read('question', 'Question', readText),
	}),
	share: (client) => new Searcher(client),
	run: async ({ knowledgeBaseId, question }, { client, shared: searcher, options, context }) => {
		const restriction = await searcher.restrict(knowledgeBaseId, options);
		const body = {
			...toBody(restriction),
			messages: [...options.history, question].map(toMessage),
			...(options.chatId === undefined ? {} : { chat_id: options.chatId }),
			chat_create_flag: options.chatId === undefined ? '1' : '0',
			refresh_flag: '0',
			stream: 'false',
			top_p: options.topP,
			max_tokens: options.maxTokens,
			chat_temperature: options.temperature,
		};
		const { references, ...answer } = await askFor(client, withoutUndefined(body));
		searcher.check(references, restriction);
		const passages = references.map((record) => toPassage(record, knowledgeBaseId));
		if (!isTool(context)) return [{ json: { ...answer, references: passages, knowledgeBaseId } }];
		const { answer: text, chatId } = answer;
		return [{ json: { answer: text, chatId, references: passages.map(leanPassage) } }];
	},
	/** The references are kept, since the answer is based on them; so there is only a hint. */
	finish: async (_, { shared: { outside }, context }) => {
		const references = pluralize(outside, { one: 'reference', many: 'references' });
		if (outside > 0) {
			addHints(context, [
				`KooSearch answered with ${references} outside the filters. Check 'references' before you rely on these answers.`,
			]);
		}
		return new Map();
	},
});

/** Huawei's example has the role 'user' for questions and answers alike: their order says which is which. */
function toMessage(content: string): IDataObject {
	return { role: 'user', content };
}

const text = z.string().nullish();

/** Only the answer itself has to be there; the rest is known from clients. */
const chatAnswer = z
	.object({
		chat_id: text,
		chat_result: z.object(
			{ message: z.string({ message: 'is missing' }), question_id: text },
			{ message: 'is missing' },
		),
		references: passageList.nullish(),
	})
	.transform(({ chat_id, chat_result, references }) => ({
		answer: chat_result.message,
		chatId: chat_id ?? null,
		questionId: chat_result.question_id ?? null,
		references: (references ?? []) as IDataObject[],
	}));

/**
 * A question without a chat ID starts a new dialogue, so asking it twice does no harm. A question in an existing
 * dialogue becomes part of it, so it is not asked again if the first attempt may have been answered.
 *
 * @throws ApiFailure
 */
async function askFor(client: KooSearchClient, body: IDataObject) {
	const effect = body.chat_id === undefined ? 'none' : 'once';
	const request: ApiRequest = { method: 'POST', path: '/experience/chat', body, effect };
	try {
		return (await client.call(request, chatAnswer)).value;
	} catch (error) {
		if (!(error instanceof ApiFailure)) return rethrow(error);
		const { facts } = error;
		const hints = [facts.httpStatus === 504 ? GATEWAY_HINT : facts.hint];
		if (effect === 'once' && facts.mayHaveTakenEffect) hints.push(DIALOGUE_HINT);
		// The hint says what the effect may be, so the general sentence about it is left out.
		return rethrow(new ApiFailure({ ...facts, effect: 'none', hint: hints.join(' ').trim() }));
	}
}

/** Parameter `backend_timeout` of the API gateway (APIG). */
const GATEWAY_HINT =
	"The API gateway waits 60 seconds for an answer unless its parameter 'backend_timeout' is set higher (up to 600 seconds): ask its administrator to raise it, or lower 'Maximum Tokens'. The node's own timeout can't help here.";

const DIALOGUE_HINT =
	'Whether the question is part of the dialogue now is not known, so it was not asked again: asking it once more may put it there twice.';

function withoutUndefined(body: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function readChatId(value: unknown): string {
	const id = readText(value);
	if (id.length <= 64) return id;
	throw new InvalidValueError(`${formatValue(id)} is not a chat ID: it has 64 characters at most.`);
}

function readFraction(value: unknown): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && number >= 0 && number <= 1) return number;
	throw new InvalidValueError(`${formatValue(value)} is not a number from 0 to 1.`);
}

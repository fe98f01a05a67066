import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { postOnceKnown, RunOfWorkflow } from '../../dev/n8n/client';
import { toolResult } from '../../dev/openai/server';
import type { ChatRequest, Reply } from '../../dev/openai/server';
import {
	bodies,
	change,
	CHAT,
	chat,
	contracts,
	example,
	message,
	model,
	n8n,
	standin,
	telegram,
} from './withModel';

function answerOf(run: RunOfWorkflow): unknown {
	expect([run.status, run.error]).toEqual(['success', undefined]);
	return run.items('AI Agent')[0].json.output;
}

/** What the node gave to the agent. */
function given(run: RunOfWorkflow, tool: string): unknown[] {
	return run.task(tool).data!.ai_tool[0]!.map(({ json }) => json);
}

function search(args: IDataObject): Reply {
	return { tool: 'Search_Documents', args };
}

/** For the model to fill, or not. */
const optional = (key: string) => `={{ $fromAI('${key}', 'May stay empty', 'string', '') }}`;

const allFilters: INodeParameters = {
	options: {
		tags: optional('Tags'),
		directory: { __rl: true, mode: 'path', value: optional('Directory') },
		fileIds: optional('File_IDs'),
		filter: optional('Filter'),
		extraKnowledgeBases: optional('More'),
		minScore: optional('Minimum_Score'),
		scope: optional('Scope'),
	},
};

describe('an agent that searches', () => {
	beforeAll(() => {
		contracts.files.get('file-0002')!.tags = ['finance'];
	});

	it('fills a filter, gets lean passages, and answers with its source', async () => {
		model.follow(search({ Query: 'notice period', Tags: 'finance' }), (request) => {
			const [{ content, title, page }] = toolResult<IDataObject[]>(request);
			return { text: `${content} (${title}, page ${page})` };
		});
		const run = await chat(await example('chat-with-sources.json'), 'How long is the notice?');
		expect(answerOf(run)).toMatch(/^Notice period.* 90 days.* \(contract-0002.xlsx, page 1\)$/);
		expect(given(run, 'Search Documents')).toEqual([
			{
				content: expect.stringContaining("90 days' notice"),
				score: expect.any(Number),
				title: 'contract-0002.xlsx',
				subtitle: 'Notice period',
				page: 1,
				fileId: 'file-0002',
			},
		]);
		expect(bodies('SearchInKnowledgeRepo')).toEqual([
			expect.objectContaining({ content: 'notice period', filter_string: 'tags:("finance")' }),
		]);
	});

	it('is told what the tool does, and which of its fields it may leave out', async () => {
		model.follow({ text: 'Hello.' });
		expect(answerOf(await chat(await example('chat-with-sources.json'), 'Hi'))).toBe('Hello.');
		expect(model.requests[0].tools).toEqual([
			{
				type: 'function',
				function: expect.objectContaining({
					name: 'Search_Documents',
					description: 'Search knowledge base for passages that answer question in KooSearch',
					parameters: expect.objectContaining({
						properties: {
							Query: { type: 'string', description: expect.stringContaining('What to search for') },
							Tags: { type: 'string', description: expect.any(String), default: '' },
						},
						required: ['Query'],
					}),
				}),
			},
		]);
	});

	it('may leave each filter empty, or out', async () => {
		const names = ['Tags', 'Directory', 'File_IDs', 'Filter', 'More', 'Minimum_Score', 'Scope'];
		const empty = Object.fromEntries(names.map((name) => [name, '']));
		const plain = await example('chat-with-sources.json');
		model.follow(
			search({ Query: 'notice', ...empty }),
			search({ Query: 'payment' }),
			search({ Query: 'parties', Directory: 'Contracts/2024', Minimum_Score: '1', Scope: 'mix' }),
			{ text: 'Done.' },
		);
		answerOf(await chat(change(plain, 'Search Documents', allFilters), 'Anything'));
		expect(Object.keys(properties())).toEqual(expect.arrayContaining(names));
		const page = { repo_id: 'kb-contracts', page_num: 1, page_size: 5 };
		expect(bodies('SearchInKnowledgeRepo')).toEqual([
			{ ...page, content: 'notice' },
			{ ...page, content: 'payment' },
			{
				...page,
				content: 'parties',
				filter_string: 'category:"2024(dir-contracts-2024)"',
				scope: 'mix',
			},
		]);
	});

	it('is told that nothing was found, and why a search failed', async () => {
		const results: unknown[] = [];
		const note = (request: ChatRequest, next: Reply) => {
			results.push(toolResult(request));
			return next;
		};
		model.follow(
			search({ Query: 'zebra' }),
			(request) => note(request, search({ Query: 'notice', Directory: 'Nowhere' })),
			(request) => note(request, { text: 'I found nothing.' }),
		);
		const plain = await example('chat-with-sources.json');
		answerOf(await chat(change(plain, 'Search Documents', allFilters), 'Anything'));
		expect(results).toEqual([
			[{ result: 'Nothing found.' }],
			[{ error: expect.stringMatching(/"Nowhere" is not a directory .*"Contracts \/ 2024"/) }],
		]);
	});

	it('streams its answer to a public chat', async () => {
		const streaming = change(await example('chat-with-sources.json'), CHAT, {
			public: true,
			options: { responseMode: 'streaming' },
		});
		const saved = await n8n.createWorkflow(streaming);
		await n8n.activate(saved);
		model.follow(search({ Query: 'payment' }), (request) => ({
			text: `See ${toolResult<IDataObject[]>(request)[0].title}.`,
		}));
		const { webhookId } = streaming.nodes.find(({ name }) => name === CHAT)!;
		const url = `${n8n.session.url}/webhook/${webhookId}/chat`;
		const response = await postOnceKnown(url, message('When is it due?')).finally(() =>
			n8n.deactivate(saved),
		);
		const lines = (await response.text()).trim().split('\n');
		const parts = lines.map((line) => JSON.parse(line) as { type: string; content?: string });
		const text = parts.map(({ type, content = '' }) => (type === 'item' ? content : '')).join('');
		expect(text).toMatch(/See contract-\d+\.\w+\.$/);
		expect(model.requests.every(({ stream }) => stream)).toBe(true);
	});
});

it('an agent that asks gets an answer with sources, and goes on with the dialogue', async () => {
	const ask = (args: IDataObject): Reply => ({ tool: 'Search_Documents', args });
	const answers: IDataObject[] = [];
	model.follow(
		ask({ Question: 'When are invoices due?' }),
		(request) => {
			answers.push(...toolResult<IDataObject[]>(request));
			return ask({ Question: 'And the interest?', Chat_ID: answers[0].chatId });
		},
		(request) => {
			answers.push(...toolResult<IDataObject[]>(request));
			return { text: String(answers[1].answer) };
		},
	);
	const plain = await example('chat-with-sources.json');
	const asking = change(plain, 'Search Documents', {
		operation: 'ask',
		question: "={{ $fromAI('Question', 'What to ask') }}",
		options: { chatId: optional('Chat_ID'), tags: optional('Tags') },
	});
	expect(answerOf(await chat(asking, 'When is it due?'))).toBe(answers[1].answer);
	expect(model.requests[0].tools).toMatchObject([
		{ function: { description: 'Ask knowledge base and get answer with sources in KooSearch' } },
	]);
	expect(answers.map((answer) => Object.keys(answer))).toEqual([
		['answer', 'chatId', 'references'],
		['answer', 'chatId', 'references'],
	]);
	expect(answers[0].references).toContainEqual(
		expect.objectContaining({ title: expect.stringContaining('contract-'), page: 1 }),
	);
	expect(bodies('GenerateAnswer')).toMatchObject([
		{ chat_create_flag: '1' },
		{ chat_create_flag: '0', chat_id: answers[0].chatId },
	]);
});

describe('a deletion that an agent wants', () => {
	/** Asks for it, has a person press a button, and waits for the end. @returns what the model heard of it */
	async function deleteFile(id: string, button: string): Promise<[RunOfWorkflow, string]> {
		let heard = '';
		const { name } = contracts.files.get(id)!;
		model.follow(
			{ tool: 'Find_Files', args: { File_Name: name } },
			(request) => {
				const ids = toolResult<IDataObject[]>(request).map((file) => file.id);
				const toolParameters = { File_IDs: ids.join() };
				return {
					tool: 'Delete_Files',
					args: { toolParameters, hitlParameters: { File_Names: name } },
				};
			},
			({ messages }) => {
				heard = messages.at(-1)!.content!;
				return { text: 'I have heard.' };
			},
		);
		const saved = await n8n.createWorkflow(await example('approve-deletion.json'));
		const execution = await n8n.start(saved, CHAT, message(`Delete ${name}`));
		await n8n.until(execution, 'waiting');
		await telegram.press(button);
		const run = new RunOfWorkflow(await n8n.finished(execution));
		expect(answerOf(run)).toBe('I have heard.');
		return [run, heard];
	}

	it('waits for a person, who is shown the IDs, and happens once it is approved', async () => {
		const [run, heard] = await deleteFile('file-0004', 'Approve');
		const { text } = telegram.messages.at(-1)!;
		expect(text).toContain('The agent wants to run `Delete_Files`');
		expect(text).toContain('"File_IDs": "file-0004"');
		expect(text).toContain('contract-0004.txt');
		expect(given(run, 'Delete Files')).toEqual([
			expect.objectContaining({ id: 'file-0004', deleted: true, status: 'deleted' }),
		]);
		expect(JSON.parse(heard)).toEqual(given(run, 'Delete Files'));
		expect(contracts.files.has('file-0004')).toBe(false);
	});

	it('does not happen when it is declined, and the model is told to stop', async () => {
		const before = contracts.files.size;
		const [run, heard] = await deleteFile('file-0006', 'Decline');
		expect(heard).toMatch(/rejected .*STOP/s);
		expect(() => run.task('Delete Files')).toThrow('did not run');
		expect(contracts.files.size).toBe(before);
		expect(standin.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
	});
});

/** Of the only tool, as the model is told of them. */
function properties(): IDataObject {
	return model.requests[0].tools![0].function.parameters.properties as IDataObject;
}

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { standin } from '../dev/standin/eachTest';
import { asTool } from './asTool';
import { errorText, runNode } from './runNode';

const askParameters: INodeParameters = {
	resource: 'knowledgeBase',
	operation: 'ask',
	knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
	question: '={{ $json.question }}',
};

async function ask(question: unknown, options: IDataObject = {}) {
	const parameters = { ...askParameters, options } as INodeParameters;
	return await runNode({ standin, items: [{ question } as IDataObject], parameters });
}

function bodies(): IDataObject[] {
	return standin.requests
		.filter(({ operationId }) => operationId === 'GenerateAnswer')
		.map(({ body }) => body as IDataObject);
}

const history = [
	{ role: 'user', content: 'Who rents?' },
	{ role: 'assistant', content: 'Contoso.' },
];

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		files: [
			{
				id: 'f1',
				name: 'lease.pdf',
				text: 'The notice period is three months.\n\nRent is due monthly.',
			},
			{ id: 'f2', name: 'old.pdf', tags: ['old'], text: 'The notice period was one year.' },
		],
	});
});

it('gives the answer with its sources as passages', async () => {
	const result = await ask('How long is the notice period?', { fileIds: 'f1' });
	expect(result.json).toEqual([
		{
			answer: 'The notice period is three months.',
			chatId: expect.stringMatching(/^[0-9a-f-]{36}$/),
			questionId: expect.any(String),
			references: [
				expect.objectContaining({ fileId: 'f1', title: 'lease.pdf', knowledgeBaseId: 'kb' }),
				expect.objectContaining({ fileId: 'f1' }),
			],
			knowledgeBaseId: 'kb',
		},
	]);
});

it('gives a model the answer, the chat ID, and its sources only', async () => {
	const parameters = { ...askParameters, options: {} } as INodeParameters;
	const items = [{ question: 'How long is the notice period?' }];
	const result = await runNode({ standin, items, parameters, ...asTool });
	expect(result.json.map((json) => Object.keys(json))).toEqual([
		['answer', 'chatId', 'references'],
	]);
	const [reference] = result.json[0].references as IDataObject[];
	expect(Object.keys(reference)).toEqual(
		expect.arrayContaining(['content', 'score', 'title', 'page', 'fileId']),
	);
	expect(reference).not.toHaveProperty('tags');
});

it('sends flags as text and nothing that was not asked for', async () => {
	await ask('Why?');
	expect(bodies()).toEqual([
		{
			repo_id: 'kb',
			messages: [{ role: 'user', content: 'Why?' }],
			chat_create_flag: '1',
			refresh_flag: '0',
			stream: 'false',
		},
	]);
});

it('continues a dialogue, and passes on filters and sampling', async () => {
	const [{ chatId }] = (await ask('How long?')).json;
	await ask('And before?', { chatId, tags: 'old', temperature: 0.2, topP: '0.5', maxTokens: 100 });
	expect(bodies()[1]).toMatchObject({
		chat_id: chatId,
		chat_create_flag: '0',
		filter_string: 'tags:("old")',
		chat_temperature: 0.2,
		top_p: 0.5,
		max_tokens: 100,
	});
});

it.each([JSON.stringify(history), history])(
	'sends a history before the question, with the role of the API page (%#)',
	async (given) => {
		const result = await ask('And the rent?', { history: given });
		expect(result.status).toBe('success');
		expect(bodies()[0].messages).toEqual(
			['Who rents?', 'Contoso.', 'And the rent?'].map((content) => ({ role: 'user', content })),
		);
	},
);

it.each([
	[{ history: [history[0]] }, 'an odd number'],
	[{ history: [history[1], history[0]] }, "don't alternate"],
	[{ history: '[{' }, 'is not a history'],
	[{ history: [{ role: 'system', content: 'x' }, history[0]] }, 'is not a history'],
	[{ temperature: 2 }, "Option 'Temperature'"],
	[{ topP: 'much' }, "Option 'Top P'"],
	[{ maxTokens: 0 }, "Option 'Maximum Tokens'"],
	[{ chatId: '' }, "Option 'Chat ID'"],
])('refuses %p before anything is sent', async (options, message) => {
	const result = await ask('Why?', options as IDataObject);
	expect(errorText(result)).toContain(message);
	expect(standin.requests).toEqual([]);
});

it('says what to do about a dialogue that has expired', async () => {
	const result = await ask('Why?', { chatId: 'gone' });
	expect(errorText(result)).toContain('KOS.00080004');
	expect(errorText(result)).toContain("Leave 'Chat ID' out");
});

it("explains the gateway's own time limit", async () => {
	const what = { kind: 'status', status: 504, code: 'APIG.0203' } as const;
	standin.faults.add({ what, times: Infinity });
	const result = await ask('Why?', { maxRetries: 0 });
	expect(errorText(result)).toContain('60 seconds');
	expect(errorText(result)).toContain('backend_timeout');
	expect(errorText(result)).not.toMatch(/took effect|Items per Batch/);
});

it('asks again after a 504, but not within a dialogue, which may hold the question already', async () => {
	const [{ chatId }] = (await ask('How long?')).json;
	const what = { kind: 'status', status: 504, code: 'APIG.0203' } as const;
	standin.faults.add({ what });
	expect((await ask('And before?')).status).toBe('success');
	expect(bodies()).toHaveLength(3);
	standin.faults.add({ what });
	const text = errorText(await ask('And before?', { chatId }));
	expect(bodies()).toHaveLength(4);
	expect(text).toContain('backend_timeout');
	expect(text).toContain('may put it there twice');
	expect(text).not.toContain('took effect');
});

it('does not mention the dialogue if the question was refused', async () => {
	const [{ chatId }] = (await ask('How long?')).json;
	standin.faults.add({ what: { kind: 'status', status: 403, code: 'APIG.0307' } });
	expect(errorText(await ask('And before?', { chatId }))).not.toContain('dialogue');
});

it('reports references outside the filters, and keeps them, since the answer is based on them', async () => {
	const references = [
		{ file_id: 'f1', content: 'Asked for.' },
		{ file_id: 'f2', content: 'Not asked for.' },
	];
	const body = { chat_result: { message: 'Three months.' }, references };
	standin.faults.add({ what: { kind: 'body', body } });
	const result = await ask('How long?', { fileIds: 'f1' });
	expect(result.json[0].references).toHaveLength(2);
	const [{ message }] = result.hints('KooSearch');
	expect(message).toContain('with 1 reference outside the filters');
});

it('waits longer than other operations', async () => {
	standin.faults.add({ what: { kind: 'hang' } });
	const result = await ask('Why?', { timeout: 200, maxRetries: 0 });
	expect(errorText(result)).toContain('within 200 ms');
	const { KooSearch } = await import('../../nodes/KooSearch/KooSearch.node');
	const options = new KooSearch().description.properties.filter(
		({ name, displayOptions }) =>
			name === 'options' && displayOptions?.show?.operation?.includes('ask'),
	);
	expect(options[0].options).toContainEqual(
		expect.objectContaining({ name: 'timeout', default: 120_000 }),
	);
});

it('refuses an answer without a message', async () => {
	standin.faults.add({ what: { kind: 'body', body: { chat_id: 'x', chat_result: {} } } });
	expect(errorText(await ask('Why?'))).toContain("'chat_result.message' is missing");
});

import type { IDataObject } from 'n8n-workflow';

import { standin } from '../dev/standin/eachTest';
import type { NodeRun } from './runNode';
import { deleteParameters, errorText, moveParameters, numbered, runNode } from './runNode';

const { ids, items } = numbered(10);

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
	standin.state.addKnowledgeBase({
		id: 'kb',
		tasks: [...ids, { id: 'running', status: 'RUNNING' }],
		files: ['a', { id: 'there', directory_id: 'd1' }],
		directories: ['d1'],
	});
});

function tasksLeft(): string[] {
	return [...standin.state.knowledgeBases.get('kb')!.tasks.keys()];
}

async function deleteTasks(
	named: IDataObject[],
	options: IDataObject,
	onError?: NodeRun['onError'],
) {
	const parameters = { ...deleteParameters, options } as NodeRun['parameters'];
	return await runNode({ standin, items: named, parameters, onError });
}

describe('Output = Summary', () => {
	it('is one item for the run, paired with all of its items', async () => {
		const named = [...items, { id: 'running' }, { id: 'never,t01' }];
		const { output } = await deleteTasks(named, { output: 'summary', batchSize: 11 });
		expect(output).toEqual([
			{
				json: {
					operation: 'delete',
					requested: 12,
					deleted: 10,
					notDone: 2,
					unconfirmed: 0,
					failed: 0,
					notAttempted: 0,
					statuses: { deleted: 10, notDeleted: 1, notFound: 1 },
					notDoneIds: ['running', 'never'],
					calls: 2,
					seconds: expect.any(Number),
				},
				pairedItem: named.map((_, item) => ({ item })),
			},
		]);
	});

	it('counts what failed under Continue, beside the items that are invalid', async () => {
		standin.faults.add({ what: { kind: 'status', status: 403 }, skip: 1, times: Infinity });
		const options = { output: 'summary', batchSize: 4, concurrency: 1 };
		const named = [{ id: '../x' }, ...items];
		const { json } = await deleteTasks(named, options, 'continueRegularOutput');
		expect(json).toMatchObject([
			{ requested: 10, deleted: 4, failed: 4, notAttempted: 2, calls: 2 },
			{ id: '../x', deleted: false, status: 'invalid' },
		]);
		expect(json[0].notDoneIds).toEqual(ids.slice(4));
	});

	it('lists 1,000 IDs and counts the rest', async () => {
		const { ids: many } = numbered(1200, 'x');
		const options = { output: 'summary', batchSize: 1000, settlePartial: false };
		const { json } = await deleteTasks([{ id: many }], options);
		expect(json).toMatchObject([{ requested: 1200, notDone: 1200, notDoneIdsOmitted: 200 }]);
		expect(json[0].notDoneIds).toEqual(many.slice(0, 1000));
	});
});

describe('Stop Above (IDs)', () => {
	it('sends nothing when the input names more, each ID counted once', async () => {
		const result = await deleteTasks([...items, ...items], { maxIds: 9 });
		expect(standin.requests).toEqual([]);
		expect(errorText(result)).toContain(
			"The input names 10 tasks, more than the 9 that 'Stop Above (IDs)' allows. Nothing was sent.",
		);
	});

	it('gives every ID that reason under Continue', async () => {
		const result = await deleteTasks(items, { maxIds: 9 }, 'continueRegularOutput');
		expect(standin.requests).toEqual([]);
		expect(result.json.map(({ id, deleted, status }) => [id, deleted, status])).toEqual(
			ids.map((id) => [id, false, 'notAttempted']),
		);
		expect(result.hints('KooSearch')[0].message).toContain('The run failed. The input names 10');
	});

	it.each([0, 10, 11])('lets 10 IDs pass at %i', async (maxIds) => {
		await deleteTasks(items, { maxIds });
		expect(tasksLeft()).toEqual(['running']);
	});
});

describe('Treat Not Done as Error', () => {
	const options = { notDoneAsError: true };
	const named = [{ id: 't01' }, { id: 'running,t02' }];

	it('fails the run once all calls are made, and says what is done', async () => {
		const result = await deleteTasks(named, { ...options, batchSize: 1 });
		expect(result.status).toBe('error');
		expect(tasksLeft()).toEqual([...ids.slice(2), 'running']);
		expect(errorText(result)).toContain('1 of 3 tasks was not confirmed as deleted: running.');
		expect(errorText(result)).toContain('1 still running');
		expect(errorText(result)).toContain('Done: t01, t02.');
	});

	it('is an error item with its own status under Continue', async () => {
		const { json } = await deleteTasks(named, options, 'continueRegularOutput');
		expect(json).toEqual([
			{ id: 't01', deleted: true, status: 'deleted', knowledgeBaseId: 'kb' },
			{
				id: 'running',
				deleted: false,
				status: 'notDeleted',
				knowledgeBaseId: 'kb',
				error: 'Not deleted: still running.',
			},
			{ id: 't02', deleted: true, status: 'deleted', knowledgeBaseId: 'kb' },
		]);
	});

	it('goes to the error output with the input item', async () => {
		const { json, errors } = await deleteTasks(named, options, 'continueErrorOutput');
		expect(json.map(({ id }) => id)).toEqual(['t01', 't02']);
		expect(errors.map((one) => one.json)).toEqual([
			{ id: 'running,t02', error: 'Not deleted: still running. Concerns: running.' },
		]);
	});

	it('does not count files that are already where they should be', async () => {
		const parameters = { ...moveParameters, options };
		const result = await runNode({ standin, items: [{ id: 'a,there' }], parameters });
		expect(result.status).toBe('success');
		expect(result.json.map(({ status }) => status)).toEqual(['moved', 'sameDirectory']);
	});
});

describe('A service that is down', () => {
	it.each([
		['gives no answer but 503', { kind: 'status', status: 503 }],
		['throttles', { kind: 'throttle', retryAfter: 0 }],
	] as const)('and %s is given up as a whole', async (_, what) => {
		standin.faults.add({ what, skip: 3, times: Infinity });
		const { ids: many } = numbered(1000);
		standin.state.addKnowledgeBase({ id: 'big', tasks: many });
		const result = await runNode({
			standin,
			items: [{ id: many }],
			onError: 'continueRegularOutput',
			parameters: {
				...deleteParameters,
				knowledgeBase: { __rl: true, mode: 'id', value: 'big' },
				options: { batchSize: 1, concurrency: 1, retryFor: 0, settlePartial: false },
			},
		});
		expect(standin.requests).toHaveLength(4);
		const statuses = result.json.map(({ status }) => status);
		expect(statuses).toEqual([
			...Array(3).fill('deleted'),
			'failed',
			...Array(996).fill('notAttempted'),
		]);
		expect(result.json[999].error).toContain('Not attempted');
		expect(result.json[999].error).toContain('the run was given up');
		expect(result.hints('KooSearch')[0].message).toMatch(
			/^1 of 1000 tasks failed, and 996 were not attempted\. /,
		);
	});
});

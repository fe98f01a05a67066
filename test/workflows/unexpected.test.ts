import * as countedAnswer from '../../nodes/KooSearch/execution/batch/countedAnswer';
import * as filters from '../../nodes/KooSearch/execution/list/filters';
import * as paginate from '../../nodes/KooSearch/execution/list/paginate';
import { DirectoryTree } from '../../nodes/KooSearch/resources/directory/tree';
import { standin } from '../dev/standin/eachTest';
import type { NodeResult, NodeRun } from './runNode';
import { deleteParameters, errorText, numbered, runNode } from './runNode';

jest.mock('../../nodes/KooSearch/execution/batch/countedAnswer', () => {
	const actual = jest.requireActual<typeof countedAnswer>(
		'../../nodes/KooSearch/execution/batch/countedAnswer',
	);
	return {
		countedAnswer: (verb: string) => {
			const operation = actual.countedAnswer(verb);
			const interpret: typeof operation.interpret = (answer, ids, isRepeat) => {
				if (ids.includes('t5')) return readNothing();
				return operation.interpret(answer, ids, isRepeat);
			};
			return { ...operation, interpret };
		},
	};
});

/** A fault as a programmer makes it. */
function readNothing(): never {
	return (undefined as unknown as { length: never }).length;
}

const SAID = "Unexpected: Cannot read properties of undefined (reading 'length').";
const UNKNOWN_EFFECT = 'Whether the call took effect is not known';
const { ids, items } = numbered(8);

beforeEach(() => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids });
});

afterEach(() => {
	jest.restoreAllMocks();
});

async function deleteTasks(onError?: NodeRun['onError']): Promise<NodeResult> {
	const options = { batchSize: 2, concurrency: 1 };
	return await runNode({ standin, items, onError, parameters: { ...deleteParameters, options } });
}

function expectStackInLog({ log }: NodeResult): void {
	expect(log).toMatch(/error: KooSearch: unexpected error: TypeError: [^]*?\n\s+at .*readNothing/);
}

describe('A fault in what reads an answer', () => {
	it('is thrown under Stop, with what was done before it and a stack', async () => {
		const result = await deleteTasks();
		expect(result.error?.message).toContain(SAID);
		expect(result.error?.message).toContain(UNKNOWN_EFFECT);
		expect(errorText(result)).toContain('Done: t1, t2, t3, t4.');
		expect(result.error?.cause).toMatchObject({
			name: 'TypeError',
			stack: expect.stringMatching(/at .*readNothing/),
		});
		expectStackInLog(result);
	});

	it('is an error item for every ID without a result under Continue', async () => {
		const result = await deleteTasks('continueRegularOutput');
		expect(result.json.map(({ id, deleted, status }) => [id, deleted, status])).toEqual([
			...ids.slice(0, 4).map((id) => [id, true, 'deleted']),
			['t5', null, 'failed'],
			['t6', null, 'failed'],
			['t7', false, 'notAttempted'],
			['t8', false, 'notAttempted'],
		]);
		for (const { error } of result.json.slice(4)) {
			expect(error).toContain(SAID);
			expect(error).toContain(UNKNOWN_EFFECT);
		}
		expectStackInLog(result);
	});
});

describe('A fault in the look after the calls', () => {
	beforeEach(() => {
		standin.faults.add({ what: { kind: 'reject', ids: ['t1'] }, times: Infinity });
		jest.spyOn(paginate, 'readPage').mockImplementation(readNothing);
	});
	const run = async (onError?: NodeRun['onError']) =>
		await runNode({ standin, items: items.slice(0, 4), onError, parameters: deleteParameters });

	it('leaves the results of the calls as they are under Continue', async () => {
		const result = await run('continueRegularOutput');
		expect(result.json.map(({ id, status }) => [id, status])).toEqual(
			ids.slice(0, 4).map((id) => [id, 'unconfirmed']),
		);
		expect(result.hints('KooSearch')[0].message).toContain(SAID);
		expectStackInLog(result);
	});

	it('is thrown under Stop, with what the calls did', async () => {
		const result = await run();
		expect(result.error?.message).toContain(SAID);
		expect(errorText(result)).toContain('Of 1 call, 1 succeeded (4 tasks: 4 unconfirmed)');
	});
});

describe('A fault in Get Many', () => {
	const parameters = {
		resource: 'task',
		operation: 'getMany',
		knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
		returnAll: true,
		filters: { taskStatus: 'SUCCESS' },
	};

	it.each([undefined, 'continueRegularOutput'] as const)(
		"never reads as an answer of KooSearch's (%s)",
		async (onError) => {
			jest.spyOn(filters, 'matchesAll').mockImplementation(readNothing);
			const result = await runNode({ standin, items: [{}], onError, parameters });
			const text = onError ? String(result.json[0].error) : errorText(result);
			expect(text).toContain(SAID);
			expect(text).not.toContain("KooSearch's answer");
			expectStackInLog(result);
		},
	);
});

describe('A fault in an operation on one item', () => {
	it.each([undefined, 'continueRegularOutput'] as const)(
		'is shown as one (%s)',
		async (onError) => {
			jest.spyOn(DirectoryTree.prototype, 'findOrCreate').mockImplementation(readNothing);
			const result = await runNode({
				standin,
				items: [{}],
				onError,
				parameters: {
					resource: 'directory',
					operation: 'create',
					knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
					path: 'A',
				},
			});
			const text = onError ? String(result.json[0].error) : errorText(result);
			expect(text).toContain(SAID);
			expect(text).toContain(`${UNKNOWN_EFFECT}: look before you run it again`);
			if (onError) expect(result.json).toMatchObject([{ created: null, status: 'failed' }]);
			expectStackInLog(result);
		},
	);
});

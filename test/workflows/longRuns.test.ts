import type { IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { toItemsPerId } from '../../nodes/KooSearch/execution/batch/toItems';
import { standin } from '../dev/standin/eachTest';
import { deleteParameters, moveParameters, numbered, retryParameters, runNode } from './runNode';
import { yieldsIn } from './yields';

const { ids, items } = numbered(60);

beforeEach(() => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids, files: ids, directories: ['d1'] });
});

interface LongRun {
	/** Loops over all items, IDs or records. */
	loops: number;
	parameters: INodeParameters;
	input?: IDataObject[];
	onError?: INode['onError'];
	credential?: null;
}

const getFiles = { ...retryParameters, operation: 'getMany', returnAll: true };
const byName = { ...getFiles, filters: { fileName: 't' } };
const tags = { ...retryParameters, operation: 'update', tags: 'a', tagMode: 'replace' };
const wait = { ...retryParameters, operation: 'wait' };
const options = (values: INodeParameters): INodeParameters => ({ options: values });
const onError = 'continueRegularOutput';
const noField = '={{ $json.other }}';

const runs: Array<[string, LongRun]> = [
	// Reading, planning, output.
	['a deletion', { loops: 3, parameters: deleteParameters }],
	['a move', { loops: 3, parameters: moveParameters }],
	[
		'a deletion, one item per batch',
		{ loops: 3, parameters: { ...deleteParameters, ...options({ output: 'perBatch' }) } },
	],
	// Reading and planning only.
	[
		'a deletion with a summary',
		{ loops: 2, parameters: { ...deleteParameters, ...options({ output: 'summary' }) } },
	],
	['a dry run', { loops: 3, parameters: { ...deleteParameters, ...options({ dryRun: true }) } }],
	// The look at the list and the plan without unsuitable files come on top.
	['a retry', { loops: 4, parameters: retryParameters }],
	// Reading the items, and once more for what their error items show.
	[
		'a deletion of which every item is invalid',
		{ loops: 2, parameters: { ...deleteParameters, taskIds: noField }, onError },
	],
	[
		'a run without a credential',
		{ loops: 2, parameters: deleteParameters, onError, credential: null },
	],
	['a list', { loops: 3, parameters: getFiles, input: [{}] }],
	['a list with a filter', { loops: 3, parameters: byName, input: [{}] }],
	['tags for each item', { loops: 3, parameters: tags }],
	[
		'tags of which every item is invalid',
		{ loops: 2, parameters: { ...tags, fileIds: noField }, onError },
	],
	['waiting for each item', { loops: 3, parameters: wait }],
];

it.each(runs)('n8n can do other work at every item of %s', async (_, run) => {
	const { loops, parameters, input = items, credential } = run;
	const yields = await yieldsIn(async () => {
		await runNode({ standin, items: input, parameters, onError: run.onError, credential });
	});
	expect(yields).toBeGreaterThanOrEqual(loops * (ids.length - 1));
});

it('n8n can do other work at every thousandth ID of one item', async () => {
	const target = { knowledgeBaseId: 'kb' };
	const batch = { target, ids: numbered(5001).ids };
	const statuses = new Map(batch.ids.map((id) => [id, 'deleted']));
	const result = { statuses, confirmed: batch.ids.length, unexpectedIds: [] };
	const outcome = { state: 'succeeded', result, isRepeat: false } as const;
	const requests = [{ itemIndex: 0, ...batch }];
	const results = { requests, invalidItems: [], finished: [{ ...batch, outcome }] };
	const rules = {
		byItem: false,
		failedId: () => undefined,
		invalidItem: jest.fn(),
		toItems: jest.fn(),
	};
	let output: INodeExecutionData[] = [];
	const yields = await yieldsIn(async () => {
		output = await toItemsPerId(results, (id) => ({ id }), rules);
	});
	expect(output.map(({ json }) => json.id)).toEqual(batch.ids);
	expect(yields).toBe(5);
});

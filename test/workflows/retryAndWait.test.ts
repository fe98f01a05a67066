/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject } from 'n8n-workflow';

import type { File } from '../../dev/standin/knowledgeBase';
import type { Parsing } from '../../dev/standin/knowledgeBase';
import { beginParsing } from '../../dev/standin/uploads';
import { standin } from '../dev/standin/eachTest';
import type { NodeRun } from './runNode';
import { retryParameters, runNode } from './runNode';
import { callsOf } from './uploads';

const failure = ({ id }: File) => (id === 'bad' ? 'No text in it' : undefined);

function addFiles(ids: string[], parsing: Parsing | undefined = { ms: 500, failure }) {
	const files = ids.map((id) => ({ id, status: 'ERROR' as const, upload_desc: 'As before' }));
	return standin.state.addKnowledgeBase({ id: 'kb', files, parsing });
}

async function retry(ids: string[], options: IDataObject = {}, run: Partial<NodeRun> = {}) {
	return await runNode({
		standin,
		items: ids.map((id) => ({ id })),
		parameters: { ...retryParameters, options: { waitForParsing: true, ...options } },
		...run,
	});
}

/** While it waits; before the call it lists all files. */
const looks = () => callsOf(standin, 'SearchFiles').filter(({ query }) => query.ids);

it('gives the new parsing result of each file', async () => {
	addFiles(['good', 'bad']);
	const { json } = await retry(['good', 'bad']);
	const common = { retried: true, status: 'retried', knowledgeBaseId: 'kb' };
	expect(json).toEqual([
		{ id: 'good', ...common, parsed: true, fileStatus: 'SUCCESS', reason: null },
		{ id: 'bad', ...common, parsed: false, fileStatus: 'ERROR', reason: 'No text in it' },
	]);
	expect(looks().map(({ query }) => query.ids)).toEqual(Array(2).fill(['good', 'bad']));
});

it('does not mistake an earlier failure for the result', async () => {
	const { files } = addFiles(['good']);
	// The service puts the file in line only a moment after its answer.
	const late = { ...files.get('good')! };
	standin.faults.add({
		what: { kind: 'body', body: { total: 1, page_num: 1, page_size: 1, files: [late] } },
		when: { operationId: 'SearchFiles', request: ({ query }) => query.ids !== undefined },
	});
	const { json } = await retry(['good']);
	expect(json).toMatchObject([{ parsed: true, fileStatus: 'SUCCESS' }]);
});

it('waits for a file that was being parsed already, and for none that does not exist', async () => {
	const { files } = addFiles(['busy', 'bad']);
	beginParsing(files.get('busy')!);
	const { json } = await retry(['busy', 'nowhere', 'bad']);
	expect(json).toMatchObject([
		{ id: 'busy', retried: false, status: 'notReady', parsed: true, fileStatus: 'SUCCESS' },
		{ id: 'nowhere', retried: false, status: 'notFound' },
		{ id: 'bad', retried: true, parsed: false, reason: 'No text in it' },
	]);
	expect(json[1]).not.toHaveProperty('parsed');
});

it('does not wait where no file is being parsed', async () => {
	addFiles(['bad']);
	const { json } = await retry(['nowhere'], { output: 'summary' });
	expect(json).toMatchObject([{ statuses: { notFound: 1 }, fileStatuses: {} }]);
	expect(callsOf(standin, 'SearchFiles').map(({ query }) => query.page_num)).toEqual(['1', '2']);
});

it('gives up on a file after the minutes, and says how to go on', async () => {
	addFiles(['slow'], { ms: 1e6 });
	const now = performance.now.bind(performance);
	let ahead = 0;
	jest.spyOn(performance, 'now').mockImplementation(() => now() + (ahead += 20_000));
	const { json } = await retry(['slow'], { waitMinutes: 1 });
	expect(json).toMatchObject([{ retried: true, parsed: null, fileStatus: 'timeout' }]);
	expect(json[0].reason).toContain('the operation Wait for Files and this ID');
});

it('says that a file is retried even if it cannot be looked up afterwards', async () => {
	addFiles(['good']);
	standin.faults.add({
		what: { kind: 'status', status: 400, code: 'KOS.00060002' },
		when: { operationId: 'SearchFiles' },
		skip: 2,
		times: Infinity,
	});
	const { json } = await retry(['good']);
	expect(json).toMatchObject([{ retried: true, parsed: null, fileStatus: 'unknown' }]);
});

it.each([
	['summary', { retried: 2, fileStatuses: { SUCCESS: 1, ERROR: 1 } }],
	['perBatch', { status: 'complete', fileStatuses: { SUCCESS: 1, ERROR: 1 } }],
])('counts the statuses of the files in the output %s', async (output, expected) => {
	addFiles(['good', 'bad']);
	const { json } = await retry(['good', 'bad'], { output });
	expect(json).toMatchObject([expected]);
});

it('returns what was done when the run is canceled while it waits', async () => {
	addFiles(['slow'], { ms: 1e6 });
	const start = Date.now();
	const onStarted = (cancel: () => void) => setTimeout(cancel, 500);
	const result = await retry(['slow'], {}, { onStarted });
	expect(Date.now() - start).toBeLessThan(1_900);
	expect(result.status).toBe('canceled');
	expect(result.json).toMatchObject([{ retried: true, parsed: null, fileStatus: 'canceled' }]);
});

it('sends and waits for nothing in a dry run', async () => {
	addFiles(['good']);
	const { json } = await retry(['good'], { dryRun: true });
	expect(json).toMatchObject([{ dryRun: true, ids: ['good'] }]);
	expect(callsOf(standin, 'BatchRetryFiles')).toEqual([]);
});

/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { Parsing } from '../../dev/standin/knowledgeBase';
import { beginParsing } from '../../dev/standin/uploads';
import { standin } from '../dev/standin/eachTest';
import { errorText, numbered, runNode } from './runNode';
import { callsOf, filesOf, upload } from './uploads';

const waitParameters: INodeParameters = {
	resource: 'file',
	operation: 'wait',
	knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
	fileIds: '={{ $json.id }}',
};

const looks = () => callsOf(standin, 'SearchFiles');

function addFiles(ids: string[], parsing?: Parsing) {
	const knowledgeBase = standin.state.addKnowledgeBase({ id: 'kb', files: ids, parsing });
	if (parsing) for (const file of knowledgeBase.files.values()) beginParsing(file);
	return knowledgeBase;
}

async function wait(items: IDataObject[], run: object = {}) {
	return await runNode({ standin, items, parameters: waitParameters, ...run });
}

it('asks first, and returns at once for files that are parsed or have failed', async () => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		files: [
			{ id: 'f1' },
			{ id: 'f2', status: 'ERROR', upload_desc: 'The file is encrypted' },
			{ id: 'f3', status: 'FILE_ENCODING_ERROR' },
		],
	});
	const start = Date.now();
	const result = await wait([{ id: 'f1, f2' }, { id: 'f3' }]);
	expect(Date.now() - start).toBeLessThan(1_500);
	const common = { knowledgeBaseId: 'kb' };
	expect(result.json).toEqual([
		{ id: 'f1', parsed: true, status: 'SUCCESS', reason: null, name: 'f1.pdf', ...common },
		{
			id: 'f2',
			parsed: false,
			status: 'ERROR',
			reason: 'The file is encrypted',
			name: 'f2.pdf',
			...common,
		},
		{
			id: 'f3',
			parsed: false,
			status: 'FILE_ENCODING_ERROR',
			reason: null,
			name: 'f3.pdf',
			...common,
		},
	]);
	expect(result.output.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 0 },
		{ item: 1 },
	]);
	expect(looks()).toHaveLength(1);
});

it('looks again until the files are parsed', async () => {
	const failure = ({ id }: { id: string }) => (id === 'f2' ? 'No text in it' : undefined);
	addFiles(['f1', 'f2'], { ms: 1_000, failure });
	const result = await wait([{ id: 'f1' }, { id: 'f2' }]);
	expect(result.json).toMatchObject([
		{ parsed: true, status: 'SUCCESS' },
		{ parsed: false, status: 'ERROR', reason: 'No text in it' },
	]);
	expect(looks()).toHaveLength(2);
});

it('asks for 500 files with no more than three calls', async () => {
	const ids = numbered(500, 'a'.repeat(29)).ids;
	addFiles(ids);
	const result = await wait([{ id: ids }]);
	expect(result.json).toHaveLength(500);
	expect(result.json.every(({ parsed }) => parsed === true)).toBe(true);
	expect(looks()).toHaveLength(3);
	for (const { path, query } of looks()) {
		expect(path.length + (query.ids as string[]).join('&ids=').length).toBeLessThan(8_000);
	}
});

it('lists all files where the IDs do not fit into three calls', async () => {
	const { ids } = numbered(500, 'a'.repeat(58));
	addFiles(ids);
	const result = await wait([{ id: ids }]);
	expect(result.json.every(({ parsed }) => parsed === true)).toBe(true);
	expect(looks()).toHaveLength(1);
});

it('notices a service that ignores the IDs, and uses no other file', async () => {
	const ids = numbered(30, 'f').ids;
	const knowledgeBase = addFiles(ids);
	knowledgeBase.ignoresIds = true;
	knowledgeBase.files.get('f30')!.status = 'ERROR';
	const result = await wait([{ id: 'f30' }]);
	expect(result.json).toMatchObject([{ id: 'f30', parsed: false, status: 'ERROR' }]);
	expect(looks()).toHaveLength(2);
});

it('reports a file that does not exist as not found, after a second look', async () => {
	addFiles(['f1']);
	const start = Date.now();
	const result = await wait([{ id: 'f1' }, { id: 'nowhere' }]);
	expect(Date.now() - start).toBeGreaterThan(1_900);
	expect(result.json).toMatchObject([
		{ id: 'f1', parsed: true },
		{ id: 'nowhere', parsed: null, status: 'notFound', name: null },
	]);
});

it('ends at once when the run is canceled', async () => {
	addFiles(['f1'], { ms: 60_000 });
	const start = Date.now();
	const onStarted = (cancel: () => void) => setTimeout(cancel, 300);
	const result = await wait([{ id: 'f1' }], { onStarted });
	expect(result.status).toBe('canceled');
	expect(Date.now() - start).toBeLessThan(1_500);
});

it('fails if the files cannot be looked up', async () => {
	standin.state.addKnowledgeBase({ id: 'other' });
	expect(errorText(await wait([{ id: 'f1' }]))).toContain('The knowledge base does not exist');
	const result = await wait([{ id: 'f1' }], { onError: 'continueRegularOutput' });
	expect(result.json).toMatchObject([{ error: expect.stringContaining('[item 0]') }]);
});

it('gives an item for each file that could not be looked up', async () => {
	standin.state.addKnowledgeBase({ id: 'other' });
	const items = [{ id: 'f1, f2' }, { id: 'f3' }];
	const failed = { parsed: null, status: 'failed', knowledgeBaseId: 'kb' };
	const regular = await wait(items, { onError: 'continueRegularOutput' });
	expect(regular.json).toMatchObject(['f1', 'f2', 'f3'].map((id) => ({ id, ...failed })));
	const { errors } = await wait(items, { onError: 'continueErrorOutput' });
	expect(errors.map(({ json }) => json.error)).toEqual([
		expect.stringContaining('Concerns: f1, f2.'),
		expect.stringContaining('Concerns: f3.'),
	]);
});

describe('as an option of Upload File', () => {
	it('waits for all files together, once they are uploaded', async () => {
		const failure = ({ name }: { name: string }) => (name === 'b.pdf' ? 'Broken' : undefined);
		standin.state.addKnowledgeBase({ id: 'kb', parsing: { ms: 1_000, failure } });
		const files = ['a.pdf', 'b.pdf', 'c.pdf', 'd.pdf', 'e.pdf', 'f.pdf'];
		const result = await upload({ standin, files, options: { waitForParsing: true } });
		expect(result.json.map(({ parsed }) => parsed)).toEqual([true, false, true, true, true, true]);
		expect(result.json[1]).toMatchObject({
			uploaded: true,
			status: 'uploaded',
			fileStatus: 'ERROR',
			reason: 'Broken',
		});
		// One listing before, then two looks at all of them.
		expect(looks()).toHaveLength(3);
		expect(filesOf(standin)).toHaveLength(6);
	});

	it('says that a file is uploaded even if it cannot be looked up afterwards', async () => {
		standin.state.addKnowledgeBase({ id: 'kb', parsing: { ms: 0 } });
		standin.faults.add({
			what: { kind: 'status', status: 400, code: 'KOS.00060002' },
			when: { operationId: 'SearchFiles' },
			skip: 1,
			times: Infinity,
		});
		const result = await upload({ standin, files: ['a.pdf'], options: { waitForParsing: true } });
		expect(result.json).toMatchObject([
			{ uploaded: true, status: 'uploaded', parsed: null, fileStatus: 'unknown' },
		]);
	});
});

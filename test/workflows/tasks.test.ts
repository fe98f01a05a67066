/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { BinaryDataService } from 'n8n-core';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { keepOnDisk, storedBinary } from '../../dev/engine/binaryData';
import { standin } from '../dev/standin/eachTest';
import { errorText, runNode } from './runNode';

const knowledgeBase = { __rl: true, mode: 'id', value: 'kb' };

async function run(
	operation: string,
	more: IDataObject,
	items: IDataObject[] = [{}],
	onError?: 'continueRegularOutput',
) {
	const parameters = { resource: 'task', operation, knowledgeBase, ...more } as INodeParameters;
	return await runNode({ standin, items, parameters, onError });
}

function tasks() {
	return [...standin.state.knowledgeBases.get('kb')!.tasks.values()];
}

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		files: [{ id: 'a', name: 'a.pdf' }, { id: 'b' }, { id: 'c' }],
		tasks: [{ id: 't1', name: 'Täsk 1', file_name: 'a.pdf' }],
	});
});

describe('Create Tasks', () => {
	const creations = () =>
		standin.requests.filter(({ operationId }) => operationId === 'BatchCreateTasks');
	const fields = { taskType: 'QA', fileIds: '={{ $json.id }}' };
	const items = ['a', 'b', 'c'].map((id) => ({ id }));

	it('goes over the wire as the API page has it, all files in one call', async () => {
		const { json } = await run('create', { ...fields, inheritParser: true }, items);
		const file_ids = ['a', 'b', 'c'];
		expect(creations().map(({ method, body }) => [method, body])).toEqual([
			['POST', { task_type: 'QA', file_ids, task_context: { is_inherit_parser: true, file_ids } }],
		]);
		expect(json).toEqual(
			file_ids.map((id) => ({ id, created: true, status: 'created', knowledgeBaseId: 'kb' })),
		);
		expect(tasks()).toHaveLength(4);
	});

	it('makes a call for each task type', async () => {
		const withTypes = items.map(({ id }, n) => ({ id, type: n === 1 ? 'TABLE_EXTRACTION' : 'QA' }));
		await run('create', { ...fields, taskType: '={{ $json.type }}' }, withTypes);
		expect(creations().map(({ ids }) => ids)).toEqual([['a', 'c'], ['b']]);
	});

	it('says that it is not known for which files tasks were created when it was for some', async () => {
		const { json } = await run('create', { ...fields, fileIds: 'a,unknown' });
		expect(json.map(({ created, status }) => [created, status])).toEqual([
			[null, 'unconfirmed'],
			[null, 'unconfirmed'],
		]);
	});

	it('says so when none was created', async () => {
		const { json } = await run('create', { ...fields, fileIds: 'unknown' });
		expect(json).toMatchObject([{ created: false, status: 'notCreated' }]);
	});

	it.each(['reset', 'halfJson'] as const)(
		'never sends a call again whose answer was lost (%s)',
		async (kind) => {
			standin.faults.add({ what: { kind }, when: { method: 'POST' }, at: 'after' });
			const result = await run('create', fields, items, 'continueRegularOutput');
			expect(creations()).toHaveLength(1);
			expect(tasks()).toHaveLength(4);
			expect(JSON.stringify(result.json)).toContain('look before you run it again');
			expect(result.json.some(({ created }) => created === true)).toBe(false);
		},
	);

	it('shows the task type in a dry run', async () => {
		const { json } = await run('create', { ...fields, options: { dryRun: true } }, items);
		expect(json).toMatchObject([{ dryRun: true, taskType: 'QA', count: 3, method: 'POST' }]);
		expect(creations()).toEqual([]);
	});

	it('refuses a type that does not exist', async () => {
		const result = await run('create', { ...fields, taskType: '={{ "NONE" }}' }, items);
		expect(errorText(result)).toContain("'Task Type'");
		expect(standin.requests).toEqual([]);
	});
});

describe('Get Files', () => {
	it('gives a record for each file, with the task', async () => {
		const { json } = await run('getFiles', { taskId: 't1' });
		expect(json).toEqual([{ id: 'a', name: 'a.pdf', taskId: 't1' }]);
		expect(standin.requests[0].query).toEqual({});
	});

	it('reports a task that does not exist', async () => {
		expect(errorText(await run('getFiles', { taskId: 'none' }))).toContain(
			'The task does not exist',
		);
	});

	it.each(["={{ '' }}", '../files', 'a/b'])('refuses the ID %p', async (taskId) => {
		expect(errorText(await run('getFiles', { taskId }))).toContain("'Task ID'");
		expect(standin.requests).toEqual([]);
	});
});

describe('Download Output', () => {
	const text = 'question,answer\nt1,ü\n';

	it('gives the bytes as binary data, under the name that KooSearch gives', async () => {
		const { output } = await run('download', { taskId: 't1', binaryPropertyName: 'file' });
		const [{ json, binary, pairedItem }] = output;
		expect(json).toEqual({
			taskId: 't1',
			fileName: 'Täsk 1.csv',
			size: Buffer.byteLength(text),
		});
		expect(binary!.file).toMatchObject({ fileName: 'Täsk 1.csv', mimeType: 'text/csv' });
		expect(Buffer.from(binary!.file.data, 'base64').toString()).toBe(text);
		expect(pairedItem).toEqual({ item: 0 });
	});

	it('names a file after its task if KooSearch returns no name', async () => {
		standin.faults.add({
			what: { kind: 'body', body: '%PDF', headers: { 'Content-Type': 'application/pdf' } },
		});
		const { output } = await run('download', { taskId: 't1', binaryPropertyName: 'data' });
		expect(output[0].json).toEqual({ taskId: 't1', fileName: 't1', size: 4 });
	});

	it('shows no token that KooSearch puts into the name of a file', async () => {
		const token = standin.state.access.issueToken();
		const disposition = `attachment; filename="of ${token}.csv"`;
		const headers = { 'Content-Type': 'text/csv', 'Content-Disposition': disposition };
		standin.faults.add({ what: { kind: 'body', body: 'a;b', headers } });
		const parameters = { resource: 'task', operation: 'download', knowledgeBase, taskId: 't1' };
		const credential = { token };
		const result = await runNode({ standin, items: [{}], parameters, credential });
		expect(result.json).toMatchObject([{ fileName: 'of ***.csv' }]);
		expect(result.visible).not.toContain(token);
	});

	it('treats a JSON file as a file, and an error code as a refusal, whatever its status', async () => {
		standin.faults.add({ what: { kind: 'body', body: { answers: [] } } });
		standin.faults.add({
			what: { kind: 'body', body: { error_code: 'KOS.00060001', error_msg: 'Not there' } },
		});
		const fields = { taskId: 't1', binaryPropertyName: 'data' };
		expect((await run('download', fields)).json).toMatchObject([{ size: 14 }]);
		expect(errorText(await run('download', fields))).toContain('KOS.00060001');
	});

	it('says what KooSearch refused', async () => {
		const result = await run('download', { taskId: 'none', binaryPropertyName: 'data' });
		expect(errorText(result)).toContain('The task does not exist');
		expect(result.output).toEqual([]);
	});

	describe('onto the disk', () => {
		const content = Buffer.from(text.repeat(20_000));
		const file = { 'Content-Type': 'text/csv' };
		const fields = { taskId: 't1', binaryPropertyName: 'data' };

		beforeAll(keepOnDisk);

		it('streams the bytes to where n8n keeps binary data', async () => {
			standin.faults.add({ what: { kind: 'body', body: content, headers: file } });
			const store = jest.spyOn(BinaryDataService.prototype, 'store');
			const { output } = await run('download', fields);
			expect(output[0].json.size).toBe(content.length);
			const { id } = output[0].binary!.data;
			expect(await storedBinary(id!)).toEqual(content);
			expect(store.mock.calls[0][1]).toBeInstanceOf(Readable);
		});

		it('is tried again when the answer breaks off', async () => {
			standin.faults.add({ what: { kind: 'halfJson' } });
			const { output } = await run('download', fields);
			expect(output[0].json).toMatchObject({
				fileName: 'Täsk 1.csv',
				size: Buffer.byteLength(text),
			});
			expect(standin.requests).toHaveLength(2);
		});

		it('ends when the bytes come too slowly', async () => {
			standin.faults.add({ what: { kind: 'drip', headers: file }, times: Infinity });
			const options = { timeout: 200, maxRetries: 0 };
			expect(errorText(await run('download', { ...fields, options }))).toContain('within 200 ms');
		});

		it('is not tried again when the disk is full', async () => {
			const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
			jest.spyOn(BinaryDataService.prototype, 'store').mockRejectedValue(full);
			expect(errorText(await run('download', fields))).toContain('no space left on device');
			expect(standin.requests).toHaveLength(1);
		});
	});

	it('ends a download that takes longer than its Timeout', async () => {
		standin.faults.add({ what: { kind: 'hang' }, times: Infinity });
		const options = { timeout: 200, maxRetries: 0 };
		const fields = { taskId: 't1', binaryPropertyName: 'data', options };
		expect(errorText(await run('download', fields))).toContain('within 200 ms');
	});
});

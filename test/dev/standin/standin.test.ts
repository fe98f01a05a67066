/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { once } from 'node:events';

import { loadApi } from '../../../dev/standin/api';
import { demoState } from '../../../dev/standin/demoState';
import type { Task } from '../../../dev/standin/knowledgeBase';
import { operations } from '../../../dev/standin/operations';
import { startStandin } from '../../../dev/standin/server';
import type { Standin } from '../../../dev/standin/server';
import { callKooSearch, send } from './callStandin';

const BATCH = '/kb/tasks/batch';
const MOVE = '/kb/directory/files';

let standin: Standin;

beforeEach(async () => {
	standin = await startStandin();
});

afterEach(async () => {
	await standin.close();
	expect(standin.violations).toEqual([]);
});

/** A knowledge base `kb` with tasks, files and directories for the tests below. */
function addKnowledgeBase() {
	return standin.state.addKnowledgeBase({
		id: 'kb',
		tasks: ['t1', 't2', 't3', { id: 'running', status: 'RUNNING' }],
		directories: ['d1', 'd2'],
		files: [
			'f1',
			{ id: 'f2', status: 'ERROR' },
			{ id: 'inside', directory_id: 'd1' },
			{ id: 'twin', name: 'inside.pdf' },
			{ id: 'waiting', status: 'PENDING' },
		],
	});
}

function errorCode(body: unknown): unknown {
	return (body as { error_code?: unknown }).error_code;
}

describe('the document', () => {
	it('has the operations that the stand-in carries out', async () => {
		const documented = (await loadApi()).getOperations().map(({ operationId }) => operationId);
		expect(documented.sort()).toEqual(Object.keys(operations).sort());
	});
});

describe('the examples of the API pages', () => {
	it('BatchDeleteTasks', async () => {
		const task_ids = [
			'8eb90469-0488-4864-b901-5f93ac47212e',
			'82a65f6b-10ef-40c7-be75-5dcba4dd2f19',
		];
		const { tasks } = standin.state.addKnowledgeBase({
			id: '0c3fae2d-428e-454c-ad80-2e5c5fa7b33a',
			tasks: [...task_ids, 'stays'],
		});
		const path =
			'/v1/b25446daeb1a41a7953c5deba2b2677a/applications/be9b19bf-4865-4fb8-b9f8-2fd1fea98d76/uni-search/0c3fae2d-428e-454c-ad80-2e5c5fa7b33a/tasks/batch';
		const token = { 'X-Auth-Token': standin.state.access.issueToken() };
		const { status, body } = await send(standin.url + path, 'DELETE', { task_ids }, token);
		expect({ status, body }).toEqual({ status: 200, body: { total_count: 2, deleted_count: 2 } });
		expect([...tasks.keys()]).toEqual(['stays']);
	});

	it('UpdateDirectoryOfFile', async () => {
		const file_ids = ['622f8e93ec50f5ce415afdd670a00527', '61170c6fc8cc84a0f546556ce1956c1a'];
		const directory_id = '0b6a2f30-3f66-4e8b-bbeb-5dd8cb56b38ea';
		const { files } = standin.state.addKnowledgeBase({
			id: 'kb',
			directories: [directory_id],
			files: file_ids,
		});
		const { status, body } = await callKooSearch(standin, 'PUT', MOVE, { file_ids, directory_id });
		expect(status).toBe(200);
		expect(body).toEqual({
			directory_id,
			success_file_ids: file_ids,
			filter_same_category_file_ids: [],
			filter_exist_file_ids: [],
			filter_not_in_status_file_ids: [],
		});
		expect([...files.values()].map((file) => file.directory_id)).toEqual([
			directory_id,
			directory_id,
		]);
	});
});

describe('BatchDeleteTasks', () => {
	it('deletes known tasks that are not running, and counts only those', async () => {
		const { tasks } = addKnowledgeBase();
		const task_ids = ['t1', 'running', 'unknown', 't3'];
		const { body } = await callKooSearch(standin, 'DELETE', BATCH, { task_ids });
		expect(body).toEqual({ total_count: 4, deleted_count: 2 });
		expect([...tasks.keys()]).toEqual(['t2', 'running']);
	});

	it('has nothing left to delete the second time', async () => {
		addKnowledgeBase();
		await callKooSearch(standin, 'DELETE', BATCH, { task_ids: ['t1'] });
		const { body } = await callKooSearch(standin, 'DELETE', BATCH, { task_ids: ['t1'] });
		expect(body).toEqual({ total_count: 1, deleted_count: 0 });
	});
});

describe('UpdateDirectoryOfFile', () => {
	it('puts every known ID into one list and unknown ones into none', async () => {
		const { files } = addKnowledgeBase();
		const file_ids = ['f1', 'f2', 'inside', 'twin', 'waiting', 'unknown'];
		const { body } = await callKooSearch(standin, 'PUT', MOVE, { file_ids, directory_id: 'd1' });
		expect(body).toEqual({
			directory_id: 'd1',
			success_file_ids: ['f1', 'f2'],
			filter_same_category_file_ids: ['inside'],
			filter_exist_file_ids: ['twin'],
			filter_not_in_status_file_ids: ['waiting'],
		});
		const places = [...files.values()].map((file) => [file.id, file.directory_id]);
		expect(Object.fromEntries(places)).toEqual({
			f1: 'd1',
			f2: 'd1',
			inside: 'd1',
			twin: null,
			waiting: null,
		});
	});

	it.each([{ directory_id: null }, {}])('takes files out of directories: %j', async (target) => {
		const { files } = addKnowledgeBase();
		files.delete('twin');
		const move = { file_ids: ['inside', 'f1'], ...target };
		const { body } = await callKooSearch(standin, 'PUT', MOVE, move);
		expect(body).toMatchObject({
			directory_id: null,
			success_file_ids: ['inside'],
			filter_same_category_file_ids: ['f1'],
		});
		expect(files.get('inside')?.directory_id).toBeNull();
	});

	it('refuses a directory that is not there and moves nothing', async () => {
		const { files } = addKnowledgeBase();
		const move = { file_ids: ['inside'], directory_id: 'd9' };
		const { status, body } = await callKooSearch(standin, 'PUT', MOVE, move);
		expect([status, errorCode(body)]).toEqual([400, 'KOS.00010002']);
		expect(files.get('inside')?.directory_id).toBe('d1');
	});
});

describe('BatchDeleteFiles', () => {
	it('deletes known files and counts only those', async () => {
		const { files } = addKnowledgeBase();
		const file_ids = ['f1', 'unknown', 'inside'];
		const { body } = await callKooSearch(standin, 'DELETE', '/kb/files/batch', { file_ids });
		expect(body).toEqual({ total_count: 3, deleted_count: 2 });
		expect([...files.keys()]).toEqual(['f2', 'twin', 'waiting']);
	});

	it('refuses the whole call for a file that is being parsed', async () => {
		const { files } = addKnowledgeBase();
		const file_ids = ['f1', 'waiting'];
		const { status, body } = await callKooSearch(standin, 'DELETE', '/kb/files/batch', {
			file_ids,
		});
		expect([status, errorCode(body)]).toEqual([400, 'KOS.00050006']);
		expect(files.has('f1')).toBe(true);
	});
});

describe('BatchRetryFiles', () => {
	it.each([{}, { parser: 'inherit' }])('has known files parsed again: %j', async (parser) => {
		const { files } = addKnowledgeBase();
		const body = { file_ids: ['f1', 'f2', 'waiting', 'unknown'], ...parser };
		const answer = await callKooSearch(standin, 'PUT', '/kb/files/retry', body);
		expect(answer.body).toEqual({ total_count: 4, retried_count: 2 });
		expect(['f1', 'f2', 'inside'].map((id) => files.get(id)!.status)).toEqual([
			'PENDING',
			'PENDING',
			'SUCCESS',
		]);
	});

	it('refuses rules that there are not', async () => {
		const { files } = addKnowledgeBase();
		const body = { file_ids: ['f1'], parser: 'newest' };
		const answer = await callKooSearch(standin, 'PUT', '/kb/files/retry', body);
		expect([answer.status, errorCode(answer.body)]).toEqual([400, 'KOS.00010002']);
		expect(files.get('f1')!.status).toBe('SUCCESS');
	});
});

describe('requests that do not fit the document', () => {
	const tooLong = 'x'.repeat(65);

	it.each([
		['no JSON', '{"task_ids":', 'KOS.00010001'],
		['no body', undefined, 'KOS.00010003'],
		['no IDs', { task_ids: [] }, 'KOS.00010003'],
		['no task_ids', {}, 'KOS.00010003'],
		['an ID that is no text', { task_ids: ['t1', 2] }, 'KOS.00010006'],
		['an ID with a space', { task_ids: ['t 1'] }, 'KOS.00010002'],
		['an ID of 65 characters', { task_ids: [tooLong] }, 'KOS.00010002'],
		['an ID twice', { task_ids: ['t1', 't1'] }, 'KOS.00010002'],
		['an unknown key', { task_ids: ['t1'], force: true }, 'KOS.00010002'],
	])('DELETE with %s', async (_, body, code) => {
		const { tasks } = addKnowledgeBase();
		const answer = await callKooSearch(standin, 'DELETE', BATCH, body);
		expect([answer.status, errorCode(answer.body)]).toEqual([400, code]);
		expect(tasks.size).toBe(4);
	});

	it.each([
		['a directory of 65 characters', { file_ids: ['f1'], directory_id: tooLong }],
		['an empty directory', { file_ids: ['f1'], directory_id: '' }],
		['a directory that is a number', { file_ids: ['f1'], directory_id: 1 }],
		['a file twice', { file_ids: ['f1', 'f1'], directory_id: 'd1' }],
		['an empty file ID', { file_ids: [''], directory_id: 'd1' }],
		['no file', { file_ids: [], directory_id: 'd1' }],
	])('PUT with %s', async (_, body) => {
		const { files } = addKnowledgeBase();
		expect((await callKooSearch(standin, 'PUT', MOVE, body)).status).toBe(400);
		expect(files.get('f1')?.directory_id).toBeNull();
	});

	it.each([
		'/kb/tasks?page_size=0',
		'/kb/tasks?page_size=65536',
		'/kb/tasks?page_num=0',
		'/kb/tasks?page_num=two',
		'/kb/tasks?page_num=1&page_num=2',
		'/kb/tasks?task_status=DONE',
		'/kb/tasks?status=ERROR',
		'/kb/files/search?file_name=a%2Fb',
		'/kb/files/search?file_name=ends.',
		'/kb/directory?page_num=1',
		'/knowledge-repo?status=opened',
		'/k%20b/tasks',
		`/${tooLong}/tasks`,
		'/%zz/tasks',
	])('GET %s', async (path) => {
		addKnowledgeBase();
		const { status, body } = await callKooSearch(standin, 'GET', path);
		expect([status, errorCode(body)]).toEqual([400, expect.stringMatching(/^KOS\.0001000[2-6]$/)]);
	});

	it('a body that is not declared as JSON, and one where none belongs', async () => {
		const { tasks } = addKnowledgeBase();
		const token = standin.state.access.issueToken();
		const plain = { 'Content-Type': 'text/plain', 'X-Auth-Token': token };
		const asText = await callKooSearch(standin, 'DELETE', BATCH, { task_ids: ['t1'] }, plain);
		const { projectId, applicationId } = standin.state;
		const path = `/v1/${projectId}/applications/${applicationId}/uni-search/kb/tasks`;
		const withBody = await rawRequest(
			`GET ${path} HTTP/1.1\r\nHost: standin\r\nX-Auth-Token: ${token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
		);
		expect([asText.status, tasks.size]).toEqual([400, 4]);
		expect(withBody).toMatch(/^HTTP\/1\.1 400 /);
	});

	it('says what is wrong without repeating values', async () => {
		const token = standin.state.access.issueToken();
		const headers = { 'X-Auth-Token': token };
		const body = { task_ids: ['t1', `has spaces ${token}`] };
		const answer = await callKooSearch(standin, 'DELETE', BATCH, body, headers);
		expect(answer.body).toMatchObject({
			error_msg: expect.stringContaining('/requestBody/task_ids/1 must match pattern'),
		});
		expect(JSON.stringify(answer.body)).not.toContain(token);
	});
});

/** Sends bytes that fetch wouldn't send. */
async function rawRequest(text: string): Promise<string> {
	const { connect } = await import('node:net');
	const socket = connect(Number(new URL(standin.url).port), '127.0.0.1').setEncoding('utf8');
	let received = '';
	socket.on('data', (chunk: string) => (received += chunk)).end(text);
	await once(socket, 'close');
	return received;
}

describe('refusals of the gateway', () => {
	it.each([
		['no credential', {}, 'APIG.0301'],
		['an unknown token', { 'X-Auth-Token': 'wrong' }, 'APIG.0301'],
		['an unknown AppCode', { 'X-Apig-AppCode': 'wrong' }, 'APIG.0303'],
	])('%s', async (_, headers, code) => {
		const { tasks } = addKnowledgeBase();
		const answer = await callKooSearch(standin, 'DELETE', BATCH, { task_ids: ['t1'] }, headers);
		expect([answer.status, errorCode(answer.body), tasks.size]).toEqual([401, code, 4]);
		expect(JSON.stringify(answer.body)).not.toContain('wrong');
	});

	it.each([
		['expired', { expiresAt: Date.now() - 1 }, 'APIG.0307'],
		['expired, by the other code', { expiresAt: 0, expiryCode: 'APIG.0301' as const }, 'APIG.0301'],
		['of another project', { projectId: 'other' }, 'APIG.0307'],
	])('a token %s', async (_, issued, code) => {
		addKnowledgeBase();
		const headers = { 'X-Auth-Token': standin.state.access.issueToken(issued) };
		const { status, body } = await callKooSearch(standin, 'GET', '/kb/tasks', undefined, headers);
		expect([status, errorCode(body)]).toEqual([401, code]);
	});

	it('a known AppCode is enough', async () => {
		addKnowledgeBase();
		const [appCode] = standin.state.access.appCodes;
		const headers = { 'X-Apig-AppCode': appCode };
		const { status } = await callKooSearch(standin, 'GET', '/kb/tasks', undefined, headers);
		expect(status).toBe(200);
	});

	it.each([
		['GET', '/kb/nothing'],
		['POST', '/kb/tasks/batch'],
		['GET', '/kb/tasks/'],
	])('unknown: %s %s', async (method, path) => {
		const { status, body } = await callKooSearch(standin, method, path);
		expect([status, errorCode(body)]).toEqual([404, 'APIG.0101']);
		expect(standin.requests[0].operationId).toBeUndefined();
	});

	it('a double slash is another path', async () => {
		const { projectId, applicationId } = standin.state;
		const path = `//v1/${projectId}/applications/${applicationId}/uni-search/knowledge-repo`;
		expect((await send(standin.url + path, 'GET')).status).toBe(404);
	});

	it.each([
		['project', 'other', undefined],
		['application', undefined, 'other'],
	])("another's %s", async (_, project, application) => {
		const { projectId, applicationId, access } = standin.state;
		const path = `/v1/${project ?? projectId}/applications/${application ?? applicationId}/uni-search/knowledge-repo`;
		const headers = { 'X-Auth-Token': access.issueToken() };
		const { status, body } = await send(standin.url + path, 'GET', undefined, headers);
		expect([status, errorCode(body)]).toEqual([403, 'APIG.0302']);
	});
});

describe('knowledge bases', () => {
	it.each([
		['DELETE', BATCH, { task_ids: ['t1'] }],
		['PUT', MOVE, { file_ids: ['f1'], directory_id: null }],
		['GET', '/kb/tasks', undefined],
		['GET', '/kb/files/search', undefined],
		['GET', '/kb/directory', undefined],
	])('unknown ones are refused: %s %s', async (method, path, body) => {
		const answer = await callKooSearch(standin, method, path, body);
		expect([answer.status, errorCode(answer.body)]).toEqual([400, 'KOS.00060001']);
	});

	it('closed ones can be read but not changed', async () => {
		const knowledgeBase = addKnowledgeBase();
		knowledgeBase.status = 'close';
		const codes = [
			await callKooSearch(standin, 'DELETE', BATCH, { task_ids: ['t1'] }),
			await callKooSearch(standin, 'PUT', MOVE, { file_ids: ['f1'], directory_id: 'd1' }),
		].map(({ body }) => errorCode(body));
		expect(codes).toEqual(['KOS.00080003', 'KOS.00080003']);
		expect(knowledgeBase.tasks.has('t1')).toBe(true);
		expect(knowledgeBase.files.get('f1')?.directory_id).toBeNull();
		expect((await callKooSearch(standin, 'GET', '/kb/tasks')).status).toBe(200);
	});

	it('refuse seeds that contradict themselves', () => {
		const { state } = standin;
		expect(() => state.addKnowledgeBase({ id: 'a', tasks: ['t', 't'] })).toThrow('t already');
		expect(() =>
			state.addKnowledgeBase({ id: 'b', files: [{ id: 'f', directory_id: 'd' }] }),
		).toThrow('No directory d');
		const chain = ['1', '2', '3', '4', '5', '6'].map((id, index) => ({
			id,
			parent_id: index === 0 ? null : String(index),
		}));
		expect(() => state.addKnowledgeBase({ id: 'c', directories: chain })).toThrow(
			'6 lies too deep',
		);
	});
});

describe('lists', () => {
	beforeEach(async () => {
		await standin.close();
		standin = await startStandin({ state: demoState() });
	});

	async function list(path: string) {
		const { status, body } = await callKooSearch(standin, 'GET', path);
		expect(status).toBe(200);
		return body as Record<string, never> & { total: number };
	}

	function idsIn(records: Array<{ id: string }>): string[] {
		return records.map(({ id }) => id);
	}

	it('SearchTasks: ten on the first page unless asked otherwise', async () => {
		const { total, tasks } = await list('/kb-contracts/tasks');
		expect(total).toBe(200);
		expect(idsIn(tasks)).toEqual([...'123456789'].map((n) => `task-000${n}`).concat('task-0010'));
	});

	it('SearchTasks: pages add up to everything, without overlaps, and then are empty', async () => {
		const pages = [1, 2, 3, 4].map(
			async (n) =>
				idsIn((await list(`/kb-contracts/tasks?page_size=80&page_num=${n}`)).tasks) as string[],
		);
		const ids = await Promise.all(pages);
		expect(ids.map(({ length }) => length)).toEqual([80, 80, 40, 0]);
		const all = standin.state.knowledgeBases.get('kb-contracts')?.tasks.keys() ?? [];
		expect(ids.flat()).toEqual([...all]);
	});

	it('SearchTasks: filters, and counts what matches', async () => {
		const { tasks, ...counts } = await list(
			'/kb-contracts/tasks?task_status=ERROR&task_type=QA&page_size=500',
		);
		const records = tasks as Task[];
		expect(records.length).toBeGreaterThan(5);
		expect(new Set(records.map(({ status, type }) => `${status} ${type}`))).toEqual(
			new Set(['ERROR QA']),
		);
		expect(counts).toEqual({
			total: records.length,
			success_count: 0,
			fail_count: records.length,
			running_count: 0,
			pending_count: 0,
		});
		const week = Date.now() - 7 * 86_400_000;
		expect(records.some(({ create_time }) => create_time < week)).toBe(true);
		expect(records.some(({ create_time }) => create_time > week)).toBe(true);
	});

	it('SearchTasks: by document and by user', async () => {
		const one = await list('/kb-contracts/tasks?file_name=document-0017&create_user=standin-user');
		expect(idsIn(one.tasks)).toEqual(['task-0017']);
		expect((await list('/kb-contracts/tasks?create_user=nobody')).total).toBe(0);
	});

	it('SearchFiles: pages and filters', async () => {
		const page = await list('/kb-support/files/search?page_size=30&page_num=4');
		expect(page).toMatchObject({ total: 100, page_num: 4, page_size: 30 });
		expect(idsIn(page.files)).toHaveLength(10);
		const { files } = await list(
			'/kb-support/files/search?file_status=SUCCESS&file_type=pdf&category=dir-tickets&page_size=500',
		);
		const held = standin.state.knowledgeBases.get('kb-support')?.files.values() ?? [];
		const expected = [...held].filter(
			({ status, type, directory_id }) =>
				status === 'SUCCESS' && type === 'pdf' && directory_id === 'dir-tickets',
		);
		expect(expected.length).toBeGreaterThan(0);
		expect(idsIn(files)).toEqual(idsIn(expected));
		expect(files[0]).toMatchObject({ category: 'dir-tickets' });
		const named = await list('/kb-support/files/search?category=Tickets(dir-tickets)');
		const plain = await list('/kb-support/files/search?category=dir-tickets');
		expect(named).toEqual(plain);
		expect((await list('/kb-support/files/search?file_name=manual-0203')).total).toBe(1);
	});

	it('ListDirectory: everything at once, as a tree', async () => {
		const { total, directory_list } = await list('/kb-contracts/directory');
		const rows = directory_list as Array<{ id: string; parent_id: string | null; level: number }>;
		expect(total).toBe(rows.length);
		expect(rows.find(({ id }) => id === 'dir-contracts-2025-signed')).toMatchObject({
			parent_id: 'dir-contracts-2025',
			level: 3,
		});
	});

	it('ListKnowledgeRepos: pages and filters', async () => {
		const second = await list('/knowledge-repo?page_size=1&page_num=2');
		expect([second.total, idsIn(second.data_list)]).toEqual([2, ['kb-support']]);
		const contracts = standin.state.knowledgeBases.get('kb-contracts');
		if (contracts) contracts.status = 'close';
		expect(idsIn((await list('/knowledge-repo?status=close')).data_list)).toEqual(['kb-contracts']);
		expect(idsIn((await list('/knowledge-repo?name=Supp')).data_list)).toEqual(['kb-support']);
	});
});

describe('the server', () => {
	it('records what arrived and what was answered', async () => {
		addKnowledgeBase();
		const seen: string[] = [];
		standin.onRequest = ({ method, status }) => seen.push(`${method} ${status}`);
		await callKooSearch(standin, 'GET', '/kb/tasks?page_num=2&task_type=QA');
		await callKooSearch(standin, 'DELETE', BATCH, { task_ids: ['t1', 't2'] });
		expect(standin.requests).toMatchObject([
			{
				method: 'GET',
				path: expect.stringMatching(/^\/v1\/.*\/kb\/tasks$/),
				query: { page_num: '2', task_type: 'QA' },
				body: undefined,
				status: 200,
				operationId: 'SearchTasks',
			},
			{
				method: 'DELETE',
				headers: { 'content-type': 'application/json', 'x-auth-token': expect.any(String) },
				body: { task_ids: ['t1', 't2'] },
				ids: ['t1', 't2'],
				status: 200,
				operationId: 'BatchDeleteTasks',
			},
		]);
		expect(standin.requests[1].endedAt).toBeGreaterThanOrEqual(standin.requests[1].startedAt);
		expect(seen).toEqual(['GET 200', 'DELETE 200']);
	});

	it('counts the requests under way at once', async () => {
		addKnowledgeBase();
		await callKooSearch(standin, 'GET', '/kb/tasks');
		await callKooSearch(standin, 'GET', '/kb/tasks');
		expect(standin.maxConcurrent).toBe(1);
		standin.latencyMs = 100;
		await Promise.all([1, 2, 3].map(() => callKooSearch(standin, 'GET', '/kb/tasks')));
		expect(standin.maxConcurrent).toBe(3);
		const { startedAt, endedAt = 0 } = standin.requests[4];
		expect(endedAt - startedAt).toBeGreaterThanOrEqual(95);
	});

	it('publishes KooSearch under a base path only, IAM at the root only', async () => {
		await standin.close();
		standin = await startStandin({ basePath: '/koosearch' });
		expect((await callKooSearch(standin, 'GET', '/knowledge-repo')).status).toBe(200);
		const { pathname } = new URL(standin.requests[0].path, standin.iamUrl);
		const outside = pathname.replace('/koosearch', '');
		expect((await send(standin.iamUrl + outside, 'GET')).status).toBe(404);
		expect((await send(`${standin.url}/v3/auth/tokens`, 'POST', {})).status).toBe(404);
		expect((await send(`${standin.iamUrl}/v3/auth/tokens`, 'POST', {})).status).toBe(400);
	});

	it('never sends an answer of its own that does not fit the document', async () => {
		const { tasks } = addKnowledgeBase();
		tasks.set('t1', { id: 't1', status: 'BOGUS' as Task['status'] } as Task);
		const { status } = await callKooSearch(standin, 'GET', '/kb/tasks');
		expect(status).toBe(500);
		expect(standin.violations).toEqual([expect.stringMatching(/^SearchTasks 200: \/tasks\/0 /)]);
		standin.violations.length = 0;
	});

	it('records its own exceptions', async () => {
		addKnowledgeBase().tasks = undefined as never;
		const { status } = await callKooSearch(standin, 'GET', '/kb/tasks');
		expect(status).toBe(500);
		expect(standin.violations).toEqual([expect.stringContaining('TypeError')]);
		standin.violations.length = 0;
	});
});

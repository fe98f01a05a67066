/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';

import type { What } from '../../../dev/standin/faults';
import type { KnowledgeBase } from '../../../dev/standin/knowledgeBase';
import { callKooSearch, signIn } from './callStandin';
import { standin } from './eachTest';

let knowledgeBase: KnowledgeBase;

beforeEach(() => {
	knowledgeBase = standin.state.addKnowledgeBase({
		id: 'kb',
		tasks: ['t1', 't2', 't3'],
		directories: ['d1'],
		files: ['f1', 'f2'],
	});
});

async function deleteTasks(...task_ids: string[]) {
	return await callKooSearch(standin, 'DELETE', '/kb/tasks/batch', { task_ids });
}

/** Deletes t1 with a fault on, and looks what became of it. */
async function deleteWith(what: What, at?: 'before' | 'after') {
	standin.faults.add({ what, at });
	const answer = await deleteTasks('t1');
	return { ...answer, isDeleted: !knowledgeBase.tasks.has('t1') };
}

describe('answers instead of the real one', () => {
	it.each([
		['before', false],
		['after', true],
	] as const)('%s the effect', async (at, isDeleted) => {
		const answer = await deleteWith({ kind: 'status', status: 504 }, at);
		expect(answer).toMatchObject({
			status: 504,
			body: { error_code: 'APIG.0203', request_id: expect.any(String) },
			isDeleted,
		});
	});

	it('throttle, with seconds, with a date, and as the service does it', async () => {
		const seconds = await deleteWith({ kind: 'throttle', retryAfter: 3 });
		expect([seconds.status, seconds.headers.get('retry-after')]).toEqual([429, '3']);
		expect(seconds).toMatchObject({ body: { error_code: 'APIG.0308' }, isDeleted: false });

		const retryAfter = new Date('2030-01-02T03:04:05Z');
		const date = await deleteWith({ kind: 'throttle', retryAfter });
		expect(date.headers.get('retry-after')).toBe('Wed, 02 Jan 2030 03:04:05 GMT');

		const service = await deleteWith({ kind: 'throttle', status: 400 });
		expect(service).toMatchObject({ status: 400, body: { error_code: 'kos.00050008' } });
		expect(service.headers.get('retry-after')).toBeNull();
	});

	it('status, with a code and as a page', async () => {
		const own = await deleteWith({ kind: 'status', status: 500, code: 'KOS.00020001' });
		expect([own.status, own.body]).toEqual([
			500,
			{ error_code: 'KOS.00020001', error_msg: 'Switched on by a test' },
		]);
		const page = await deleteWith({ kind: 'status', status: 502, html: true });
		expect([page.status, page.headers.get('content-type')]).toEqual([
			502,
			'text/html; charset=utf-8',
		]);
		expect(page.isDeleted).toBe(false);
	});

	it('html', async () => {
		const { status, body, isDeleted } = await deleteWith({ kind: 'html' });
		expect([status, isDeleted]).toEqual([200, false]);
		expect(body).toMatch(/^<!DOCTYPE html>/);
	});

	it('body, of any kind', async () => {
		const counts = { total_count: 'one' };
		expect(await deleteWith({ kind: 'body', body: counts }, 'after')).toMatchObject({
			status: 200,
			body: counts,
			isDeleted: true,
		});
		expect((await deleteWith({ kind: 'body', body: 'null' })).body).toBeNull();
	});

	it('redirect', async () => {
		const location = 'http://127.0.0.1:9/elsewhere';
		const { status, headers, isDeleted } = await deleteWith({ kind: 'redirect', location });
		expect([status, headers.get('location'), isDeleted]).toEqual([302, location, false]);
	});
});

describe('broken connections', () => {
	it.each([
		['before', false],
		['after', true],
	] as const)('reset %s the effect', async (at, isDeleted) => {
		standin.faults.add({ what: { kind: 'reset' }, at });
		await expect(deleteTasks('t1')).rejects.toThrow('fetch failed');
		expect(knowledgeBase.tasks.has('t1')).toBe(!isDeleted);
		expect(standin.requests).toHaveLength(1);
		expect(standin.requests[0]).toMatchObject({ operationId: 'BatchDeleteTasks' });
		expect(standin.requests[0].status).toBeUndefined();
	});

	it.each([
		['before', false],
		['after', true],
	] as const)('hang %s the effect, until the client gives up', async (at, isDeleted) => {
		standin.faults.add({ what: { kind: 'hang' }, at });
		const { projectId, applicationId, access } = standin.state;
		const ended = new Promise((resolve) => (standin.onRequest = resolve));
		const url = `${standin.url}/v1/${projectId}/applications/${applicationId}/uni-search/kb/tasks/batch`;
		const call = fetch(url, {
			method: 'DELETE',
			headers: { 'X-Auth-Token': access.issueToken(), 'Content-Type': 'application/json' },
			body: '{"task_ids":["t1"]}',
			signal: AbortSignal.timeout(150),
		});
		await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
		await ended;
		expect(knowledgeBase.tasks.has('t1')).toBe(!isDeleted);
		const [{ status, startedAt, endedAt = 0 }] = standin.requests;
		expect(status).toBeUndefined();
		expect(endedAt - startedAt).toBeGreaterThanOrEqual(100);
	});

	it('close() ends hanging and slow requests at once', async () => {
		standin.faults.add({ what: { kind: 'hang' } });
		standin.faults.add({ what: { kind: 'slow', ms: 60_000 } });
		const calls = [deleteTasks('t1'), deleteTasks('t2')].map(async (call) => await call);
		const outcomes = Promise.allSettled(calls);
		while (knowledgeBase.tasks.size === 3 || standin.maxConcurrent < 2) {
			await sleep(5);
		}
		const start = Date.now();
		await standin.close();
		expect(Date.now() - start).toBeLessThan(1000);
		expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	});

	it('halfJson announces all and sends half, after the effect', async () => {
		standin.faults.add({ what: { kind: 'halfJson' } });
		await expect(deleteTasks('t1')).rejects.toThrow('terminated');
		expect(knowledgeBase.tasks.has('t1')).toBe(false);
		expect(standin.requests[0].status).toBeUndefined();
	});

	it('truncated sends half as if it were all, after the effect', async () => {
		standin.faults.add({ what: { kind: 'truncated' } });
		await expect(deleteTasks('t1')).rejects.toThrow(SyntaxError);
		expect(knowledgeBase.tasks.has('t1')).toBe(false);
		expect(standin.requests[0].status).toBe(200);
	});
});

describe('real answers with a difference', () => {
	it('slow', async () => {
		const { status, isDeleted } = await deleteWith({ kind: 'slow', ms: 120 });
		expect([status, isDeleted]).toEqual([200, true]);
		const [{ startedAt, endedAt = 0 }] = standin.requests;
		expect(endedAt - startedAt).toBeGreaterThanOrEqual(115);
	});

	it('reject leaves some IDs as they are', async () => {
		standin.faults.add({ what: { kind: 'reject', ids: ['t2', 'f1'] }, times: 2 });
		const deleted = await deleteTasks('t1', 't2');
		expect(deleted.body).toEqual({ total_count: 2, deleted_count: 1 });
		expect([...knowledgeBase.tasks.keys()]).toEqual(['t2', 't3']);
		const move = { file_ids: ['f1', 'f2'], directory_id: 'd1' };
		const moved = await callKooSearch(standin, 'PUT', '/kb/directory/files', move);
		expect(moved.body).toMatchObject({ success_file_ids: ['f2'] });
		expect(knowledgeBase.files.get('f1')?.directory_id).toBeNull();
	});

	it('refuseIds applies to only calls with one of the IDs, and changes nothing', async () => {
		const what: What = { kind: 'refuseIds', ids: ['t2'], code: 'KOS.00050006' };
		const fault = standin.faults.add({ what, times: Infinity });
		expect((await deleteTasks('t1')).status).toBe(200);
		expect(await deleteTasks('t2', 't3')).toMatchObject({
			status: 400,
			body: { error_code: 'KOS.00050006' },
		});
		expect((await deleteTasks('t2')).status).toBe(400);
		expect((await deleteTasks('t3')).status).toBe(200);
		expect([...knowledgeBase.tasks.keys()]).toEqual(['t2']);
		expect(fault.hits).toBe(2);
	});

	it.each([undefined, 'APIG.0301'] as const)('expireTokens, code %s', async (code) => {
		const headers = { 'X-Auth-Token': standin.state.access.issueToken() };
		const list = async (signed?: Record<string, string>) =>
			await callKooSearch(standin, 'GET', '/kb/tasks', undefined, signed);
		expect((await list(headers)).status).toBe(200);
		standin.faults.add({ what: { kind: 'expireTokens', code } });
		const refused = { status: 401, body: { error_code: code ?? 'APIG.0307' } };
		expect(await list(headers)).toMatchObject(refused);
		expect(await list(headers)).toMatchObject(refused);
		expect((await list()).status).toBe(200);
	});
});

describe('which requests are hit', () => {
	async function statuses(...calls: string[]): Promise<number[]> {
		const answers: number[] = [];
		for (const id of calls) answers.push((await deleteTasks(id)).status);
		return answers;
	}

	it('one, unless said otherwise', async () => {
		standin.faults.add({ what: { kind: 'throttle' } });
		expect(await statuses('t1', 't1')).toEqual([429, 200]);
	});

	it('skips, then applies to as often as asked', async () => {
		const fault = standin.faults.add({ what: { kind: 'throttle' }, skip: 1, times: 2 });
		expect(await statuses('t1', 't2', 't2', 't2')).toEqual([200, 429, 429, 200]);
		expect(fault.hits).toBe(2);
	});

	it('the first fault that matches; later ones do not see that request', async () => {
		standin.faults.add({ what: { kind: 'throttle' } });
		standin.faults.add({ what: { kind: 'status', status: 503 }, skip: 1 });
		expect(await statuses('t1', 't1', 't2')).toEqual([429, 200, 503]);
	});

	it('none after remove() or clear()', async () => {
		const fault = standin.faults.add({ what: { kind: 'throttle' }, times: Infinity });
		standin.faults.add({ what: { kind: 'status', status: 503 } });
		fault.remove();
		expect(await statuses('t1')).toEqual([503]);
		standin.faults.add({ what: { kind: 'throttle' }, times: Infinity });
		standin.faults.clear();
		expect(await statuses('t1')).toEqual([200]);
	});

	it.each([
		{ operationId: 'SearchTasks' },
		{ method: 'GET' },
		{ ids: (ids: string[]) => ids.includes('t2') },
		{ request: ({ path }: { path: string }) => path.includes('/other/') },
	])('only those of %o', async (when) => {
		const fault = standin.faults.add({ what: { kind: 'throttle' }, when, times: Infinity });
		expect(await statuses('t1')).toEqual([200]);
		expect(fault.hits).toBe(0);
	});

	it('those that match by operation, method and IDs', async () => {
		const when = {
			operationId: 'BatchDeleteTasks',
			method: 'DELETE',
			ids: (ids: string[]) => ids.includes('t2'),
		};
		standin.faults.add({ what: { kind: 'throttle' }, when });
		expect(await statuses('t1', 't2')).toEqual([200, 429]);
	});

	it('not those that are wrong themselves', async () => {
		const fault = standin.faults.add({ what: { kind: 'throttle' } });
		expect((await deleteTasks()).status).toBe(400);
		const body = { task_ids: ['t1'] };
		const unsigned = await callKooSearch(standin, 'DELETE', '/kb/tasks/batch', body, {});
		expect(unsigned.status).toBe(401);
		expect(fault.hits).toBe(0);
	});

	it('sign-ins too, in the shape of IAM', async () => {
		const when = { operationId: 'KeystoneCreateUserTokenByPassword' };
		standin.faults.add({ what: { kind: 'status', status: 503 }, when });
		const { status, body } = await signIn(standin);
		expect([status, body]).toEqual([
			503,
			{ code: 503, message: 'Switched on by a test', title: 'Service Unavailable' },
		]);
		expect(standin.state.access.tokens.size).toBe(0);
		expect((await signIn(standin)).status).toBe(201);
	});
});

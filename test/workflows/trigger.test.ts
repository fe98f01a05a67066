/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';
import { listSearch, loadFromSource, pollNode } from '../../dev/engine';
import type { PollOptions } from '../../dev/engine';
import type { File, KnowledgeBase } from '../../dev/standin/knowledgeBase';
import { addDirectory, addFile, addTask } from '../../dev/standin/knowledgeBase';
import { KooSearch } from '../../nodes/KooSearch/KooSearch.node';
import { KooSearchTrigger } from '../../nodes/KooSearchTrigger/KooSearchTrigger.node';
import { standin } from '../dev/standin/eachTest';
import { credentialFor, deleteParameters, iamUser, numbered, runNode } from './runNode';

const types = loadFromSource({
	packageName: 'n8n-nodes-koosearch',
	nodes: [new KooSearch(), new KooSearchTrigger()],
	credentials: [new KooSearchApi()],
});

const MINUTE = 60_000;
const isList = { operationId: 'SearchFiles' };

let knowledgeBase: KnowledgeBase;

beforeEach(() => {
	knowledgeBase = standin.state.addKnowledgeBase({
		id: 'kb',
		directories: [{ id: 'd1', name: 'Contracts' }],
		files: ['old1', { id: 'old2', status: 'ERROR' }, { id: 'old3', status: 'PENDING' }],
		tasks: [{ id: 'oldTask', status: 'ERROR' }],
	});
});

/** A trigger of one event, and what n8n keeps of it between its polls. */
function trigger(event: string, more: INodeParameters = {}, options: Partial<PollOptions> = {}) {
	const state: IDataObject = {};
	const parameters = {
		event,
		knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
		stuckMinutes: 60,
		filters: {},
		...more,
	};
	const credentials = options.credentials ?? credentialFor({ standin });
	const poll = async (changed: INodeParameters = {}, again: Partial<PollOptions> = {}) => {
		const result = await pollNode({
			types,
			node: {
				type: 'n8n-nodes-koosearch.kooSearchTrigger',
				parameters: { ...parameters, ...changed },
				credentials: { kooSearchApi: { id: 'c1', name: 'KooSearch' } },
			},
			credentials,
			state,
			...options,
			...again,
		});
		const ids = result.items?.map(({ json }) => json.id) ?? null;
		return {
			...result,
			ids,
			failure: (result.error as { failure?: unknown } | undefined)?.failure,
		};
	};
	return { poll, state };
}

function file(id: string): File {
	return knowledgeBase.files.get(id)!;
}

function listings(): number {
	return standin.requests.filter(({ operationId }) => operationId === 'SearchFiles').length;
}

describe('the events', () => {
	it('begin with the first poll, which is silent', async () => {
		const { poll, state } = trigger('fileFailed');
		expect(await poll()).toMatchObject({ items: null, error: undefined });
		expect(state).toMatchObject({ version: 1 });
		expect((await poll()).items).toBeNull();
	});

	it('of files hold the record, the reason and the knowledge base', async () => {
		const { poll } = trigger('fileFailed');
		await poll();
		const record = { id: 'new', name: 'new.pdf', status: 'ERROR', upload_desc: 'Encrypted' };
		const body = { total: 1, files: [{ ...record, event: 'theirs', tags: ['x'] }] };
		standin.faults.add({ what: { kind: 'body', body } });
		const { items } = await poll();
		expect(items).toEqual([
			{
				json: {
					event: 'fileFailed',
					id: 'new',
					name: 'new.pdf',
					status: 'ERROR',
					reason: 'Encrypted',
					knowledgeBaseId: 'kb',
					upload_desc: 'Encrypted',
					tags: ['x'],
				},
			},
		]);
	});

	it('hold the fields that Get Many adds: the directory, and times that people can read', async () => {
		const { poll } = trigger('fileAdded');
		await poll();
		const create_time = Date.now() - 1_000;
		addFile(knowledgeBase, { id: 'new', directory_id: 'd1', create_time });
		expect((await poll()).items).toEqual([
			{
				json: expect.objectContaining({
					directoryId: 'd1',
					createdAt: new Date(create_time).toISOString(),
					reason: null,
				}),
			},
		]);
	});

	it('of tasks hold the same', async () => {
		const [failed, succeeded] = [trigger('taskFailed'), trigger('taskSucceeded')];
		await failed.poll();
		await succeeded.poll();
		addTask(knowledgeBase, { id: 't1', status: 'ERROR', task_desc: 'No table' });
		addTask(knowledgeBase, { id: 't2', status: 'RUNNING' });
		const { items } = await failed.poll();
		expect(items).toHaveLength(1);
		expect(items![0].json).toMatchObject({ event: 'taskFailed', id: 't1', reason: 'No table' });
		expect((await succeeded.poll()).ids).toBeNull();
		knowledgeBase.tasks.get('t2')!.status = 'SUCCESS';
		expect((await succeeded.poll()).ids).toEqual(['t2']);
		expect((await succeeded.poll()).ids).toBeNull();
	});

	it('come once each: added, parsed, failed, failed again', async () => {
		const events = ['fileAdded', 'fileParsed', 'fileFailed'].map((event) => trigger(event));
		const pollAll = async () => {
			const results = [];
			for (const one of events) results.push((await one.poll()).ids);
			return results;
		};
		await pollAll();
		addFile(knowledgeBase, { id: 'new', status: 'RUNNING' });
		expect(await pollAll()).toEqual([['new'], null, null]);
		file('new').status = 'IMPORT_EXCEPTION';
		expect(await pollAll()).toEqual([null, null, ['new']]);
		file('new').status = 'PENDING';
		expect(await pollAll()).toEqual([null, null, null]);
		file('new').status = 'ERROR';
		expect(await pollAll()).toEqual([null, null, ['new']]);
		file('new').status = 'PENDING';
		await pollAll();
		file('new').status = 'SUCCESS';
		expect(await pollAll()).toEqual([null, ['new'], null]);
		expect(await pollAll()).toEqual([null, null, null]);
	});

	it('are reported oldest first', async () => {
		const { poll } = trigger('fileAdded');
		await poll();
		const now = Date.now();
		addFile(knowledgeBase, { id: 'b', create_time: now - 10 });
		addFile(knowledgeBase, { id: 'a', create_time: now - 20 });
		expect((await poll()).ids).toEqual(['a', 'b']);
	});

	it('of a stuck file come once, counted from the poll that first saw it', async () => {
		const { poll } = trigger('fileStuck', { stuckMinutes: 60 });
		file('old3').create_time = Date.now() - 1000 * MINUTE;
		const began = Date.now();
		const clock = jest.spyOn(Date, 'now');
		const pollAt = async (minutes: number) => {
			clock.mockReturnValue(began + minutes * MINUTE);
			return (await poll()).ids;
		};
		expect(await pollAt(0)).toBeNull();
		expect(await pollAt(59)).toBeNull();
		expect(await pollAt(60)).toEqual(['old3']);
		expect(await pollAt(200)).toBeNull();
		file('old3').status = 'ERROR';
		expect(await pollAt(201)).toBeNull();
		file('old3').status = 'PENDING';
		expect(await pollAt(202)).toBeNull();
		expect(await pollAt(262)).toEqual(['old3']);
	});
});

describe('filters', () => {
	it.each<[IDataObject, string[]]>([
		[{ directory: { __rl: true, mode: 'id', value: 'd1' } }, ['in']],
		[{ directory: { __rl: true, mode: 'path', value: 'Contracts' } }, ['in']],
		[{ fileName: 'OTHER' }, ['other']],
		[{ tags: 'Finance, signed' }, ['tagged']],
		[{ tags: '["finance"]' }, ['half', 'tagged']],
	])('%j let the right files pass', async (filters, expected) => {
		const { poll } = trigger('fileAdded', { filters: filters as INodeParameters });
		await poll();
		addFile(knowledgeBase, { id: 'half', tags: ['finance'] });
		addFile(knowledgeBase, { id: 'in', directory_id: 'd1' });
		addFile(knowledgeBase, { id: 'other' });
		addFile(knowledgeBase, { id: 'tagged', tags: ['signed', 'finance'] });
		expect((await poll()).ids?.sort()).toEqual(expected);
		expect((await poll()).ids).toBeNull();
	});

	it('look a directory up by its path at each poll, and say when it does not exist', async () => {
		const { poll, state } = trigger('fileAdded', {
			filters: { directory: { __rl: true, mode: 'path', value: 'Contracts / 2025' } },
		});
		const missing = await poll();
		expect(missing.error?.message).toContain(
			'\'Directory\': the knowledge base "kb" has no directory',
		);
		expect([missing.failure, state]).toEqual([{ cause: 'configuration-invalid' }, {}]);
		addDirectory(knowledgeBase, { id: 'd2', name: '2025', parent_id: 'd1' });
		expect(await poll()).toMatchObject({ items: null, error: undefined });
		addFile(knowledgeBase, { id: 'in', directory_id: 'd2' });
		addFile(knowledgeBase, { id: 'above', directory_id: 'd1' });
		expect((await poll()).ids).toEqual(['in']);
	});

	it('let the right tasks pass', async () => {
		const { poll } = trigger('taskFailed', { filters: { taskType: 'QA', fileName: 'old' } });
		await poll();
		addTask(knowledgeBase, { id: 't1', status: 'ERROR', type: 'QA' });
		addTask(knowledgeBase, { id: 't2', status: 'ERROR', type: 'RETRY_FILES' });
		expect((await poll()).ids).toEqual(['t1']);
	});

	it('that are empty are refused before anything is sent', async () => {
		const { error, failure } = await trigger('fileAdded', { filters: { tags: '' } }).poll();
		expect(error?.message).toContain("'Tags': ");
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect(standin.requests).toEqual([]);
	});

	it('on a field that no record has are refused, so that no events are lost', async () => {
		const { poll, state } = trigger('fileAdded', { filters: { tags: 'finance' } });
		await poll();
		const before = JSON.stringify(state);
		const body = { total: 1, files: [{ id: 'new', status: 'SUCCESS', name: 'new' }] };
		standin.faults.add({ what: { kind: 'body', body } });
		const { error, failure } = await poll();
		expect(error?.message).toBe(
			"'Tags' can't be applied: KooSearch's files have no 'tags'. Remove the filter.",
		);
		expect(failure).toEqual({ cause: 'configuration-invalid' });
		expect(JSON.stringify(state)).toBe(before);
	});

	it.each<[string, INodeParameters]>([
		['filters', { filters: { fileName: 'new' } }],
		['the knowledge base', { knowledgeBase: { __rl: true, mode: 'id', value: 'kb2' } }],
		['the event', { event: 'fileParsed' }],
	])('a change of %s starts anew, silently', async (_, changed) => {
		standin.state.addKnowledgeBase({ id: 'kb2', files: ['new'] });
		const { poll } = trigger('fileAdded');
		await poll();
		addFile(knowledgeBase, { id: 'new' });
		expect(await poll(changed)).toMatchObject({ items: null, error: undefined });
		addFile(standin.state.knowledgeBases.get('kb2')!, { id: 'new2' });
		addFile(knowledgeBase, { id: 'new2' });
		expect((await poll(changed)).ids).toEqual(['new2']);
	});
});

describe('a list', () => {
	const part = (files: string[], total: number) => ({
		total,
		files: files.map((id) => ({ id, status: 'SUCCESS', tags: [] })),
	});

	it('is read in one page', async () => {
		await trigger('fileAdded').poll();
		expect(standin.requests.map(({ query }) => query)).toEqual([
			{ page_num: '1', page_size: '65535' },
		]);
	});

	it.each([
		['gives fewer records than there are', part(['old1'], 3), 200],
		['refuses so large a page', { error_code: 'KOS.00010002', error_msg: 'page_size' }, 400],
	])('is read in pages of 1,000, twice, where KooSearch %s', async (_, body, status) => {
		const { poll } = trigger('fileAdded');
		const isWhole = (request: { query: IDataObject }) => request.query.page_size === '65535';
		standin.faults.add({
			what: { kind: 'body', body, status },
			when: { request: isWhole },
			times: Infinity,
		});
		await poll();
		expect(listings()).toBe(3);
		addFile(knowledgeBase, { id: 'new' });
		expect((await poll()).ids).toEqual(['new']);
	});

	it('that is incomplete makes no known file new, and forgets none', async () => {
		const { poll } = trigger('fileAdded');
		await poll();
		addFile(knowledgeBase, { id: 'new' });
		const body = part(['old2', 'new'], 4);
		standin.faults.add({ what: { kind: 'body', body }, times: 3 });
		expect((await poll()).ids).toEqual(['new']);
		expect((await poll()).ids).toBeNull();
	});

	it('that is incomplete does not start the trigger', async () => {
		const { poll, state } = trigger('fileAdded');
		standin.faults.add({ what: { kind: 'body', body: part(['old1'], 3) }, times: 5 });
		const { error, failure } = await poll();
		expect(error?.message).toContain('KooSearch returned 1 file of 3');
		expect(failure).toEqual({ cause: 'temporarily-unavailable' });
		expect(state).toEqual({});
		expect(await poll()).toMatchObject({ items: null, error: undefined });
		expect((await poll()).items).toBeNull();
	});

	it('whose pages shift while they are read makes no known file new, and loses none', async () => {
		for (const id of numbered(1_500, 'file').ids) addFile(knowledgeBase, { id });
		standin.faults.add({
			what: {
				kind: 'body',
				body: { error_code: 'KOS.00010002', error_msg: 'page_size' },
				status: 400,
			},
			when: { request: ({ query }) => query.page_size === '65535' },
			times: Infinity,
		});
		const { poll } = trigger('fileAdded');
		await poll();
		// After the first page one file goes and another one comes, so the number of files says nothing.
		let isDone = false;
		standin.onRequest = ({ query }) => {
			if (isDone || query.page_size !== '1000' || query.page_num !== '1') return;
			isDone = true;
			knowledgeBase.files.delete('old1');
			addFile(knowledgeBase, { id: 'new' });
		};
		expect((await poll()).ids).toEqual(['new']);
		expect(isDone).toBe(true);
		expect((await poll()).ids).toBeNull();
	});

	it('that breaks off changes nothing, and loses nothing', async () => {
		const { poll, state } = trigger('fileAdded');
		await poll();
		addFile(knowledgeBase, { id: 'new' });
		const before = JSON.stringify(state);
		standin.faults.add({ what: { kind: 'halfJson' }, times: 4 });
		const { error, failure } = await poll({}, { budgetMs: 3_000 });
		expect(error).toBeDefined();
		expect(failure).toEqual({ cause: 'temporarily-unavailable' });
		expect(JSON.stringify(state)).toBe(before);
		standin.faults.clear();
		expect((await poll()).ids).toEqual(['new']);
	});

	it('of 5,000 files is watched with a state of at most 100 kB', async () => {
		const { poll, state } = trigger('fileParsed');
		for (const id of numbered(4_997, 'file').ids) addFile(knowledgeBase, { id, status: 'PENDING' });
		await poll();
		const size = JSON.stringify(state).length;
		expect(size).toBeGreaterThan(70_000);
		expect(size).toBeLessThanOrEqual(100_000);
		for (const one of knowledgeBase.files.values()) one.status = 'SUCCESS';
		const { ids } = await poll();
		expect(new Set(ids).size).toBe(4_999);
	}, 60_000);
});

describe('a poll that fails', () => {
	it.each([
		[
			'is throttled',
			{ kind: 'throttle', retryAfter: 60 },
			{ cause: 'rate-limited', retryAfterMs: 60_000 },
		],
		['is refused', { kind: 'status', status: 403 }, { cause: 'configuration-invalid' }],
		['has no valid token', { kind: 'status', status: 401 }, { cause: 'credential-invalid' }],
		[
			'meets a closed knowledge base',
			{ kind: 'status', status: 400, code: 'KOS.00080003' },
			{ cause: 'configuration-invalid' },
		],
		['meets a web page', { kind: 'html' }, { cause: 'temporarily-unavailable' }],
	] as const)('says why when it %s', async (_, what, expected) => {
		const { poll, state } = trigger('fileAdded');
		standin.faults.add({ what, times: Infinity });
		const { error, failure } = await poll();
		expect(failure).toEqual(expected);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			description: expect.stringMatching(/^Nothing is lost/),
		});
		expect(state).toEqual({});
	});

	it('says that a field of the credential does not fit', async () => {
		const credentials = credentialFor({ standin, credential: { baseUrl: 'nonsense' } });
		const { error, failure } = await trigger('fileAdded', {}, { credentials }).poll();
		expect(error?.message).toContain("'Base URL'");
		expect(failure).toEqual({ cause: 'credential-invalid' });
	});

	it('keeps to the time that n8n allows, also when KooSearch never answers', async () => {
		standin.faults.add({ what: { kind: 'hang' }, times: Infinity });
		const began = performance.now();
		const { error, failure } = await trigger('fileAdded').poll({}, { budgetMs: 2_500 });
		expect(performance.now() - began).toBeLessThan(2_500);
		expect(failure).toEqual({ cause: 'temporarily-unavailable' });
		expect(error?.message).toContain('in the time that a poll may take');
	});

	it.each([
		['down', { kind: 'status', status: 503 }, 'temporarily-unavailable'],
		['silent', { kind: 'hang' }, 'temporarily-unavailable'],
	] as const)(
		'waits 20 seconds at most for a service that is %s',
		async (_, what, cause) => {
			standin.faults.add({ what, when: isList, times: Infinity });
			const began = performance.now();
			const { failure } = await trigger('fileAdded').poll();
			expect(performance.now() - began).toBeLessThan(22_000);
			expect(failure).toEqual({ cause });
		},
		60_000,
	);
});

describe('polls at the same time', () => {
	it('of one trigger are one poll', async () => {
		const { poll } = trigger('fileAdded');
		await poll();
		addFile(knowledgeBase, { id: 'new' });
		standin.latencyMs = 200;
		const results = await Promise.all([poll(), poll()]);
		expect(results.map(({ ids }) => ids)).toEqual([['new'], null]);
		expect((await poll()).ids).toBeNull();
	});

	it('and runs of the action node share a sign-in, one for each expiry', async () => {
		const credentials = credentialFor({ standin, credential: iamUser(standin) });
		const { poll } = trigger('fileAdded', {}, { credentials });
		const act = () =>
			runNode({
				standin,
				types,
				store: credentials,
				items: [{ id: 'oldTask' }],
				parameters: { ...deleteParameters, options: { dryRun: false } },
				credential: iamUser(standin),
			});
		await Promise.all([poll(), act(), act()]);
		expect(standin.signIns).toBe(1);
		standin.state.access.expireTokens();
		await sleep(10);
		const [polled, ran] = await Promise.all([poll(), act()]);
		expect([polled.error, ran.error]).toEqual([undefined, undefined]);
		expect(standin.signIns).toBe(2);
	});
});

describe('a manual run', () => {
	it('shows the latest event, and does not change the state', async () => {
		const { poll, state } = trigger('fileFailed');
		addFile(knowledgeBase, { id: 'older', status: 'ERROR', create_time: Date.now() - 5_000 });
		addFile(knowledgeBase, { id: 'parsed' });
		file('old2').create_time = Date.now() - 9_000;
		expect((await poll({}, { mode: 'manual' })).ids).toEqual(['older']);
		expect(state).toEqual({});
		await poll();
		const before = JSON.stringify(state);
		addFile(knowledgeBase, { id: 'new', status: 'ERROR' });
		expect((await poll({}, { mode: 'manual' })).ids).toEqual(['new']);
		expect(JSON.stringify(state)).toBe(before);
		expect((await poll()).ids).toEqual(['new']);
	});

	it('says so when there is nothing to show', async () => {
		const filters = { fileName: 'nowhere' };
		const { error } = await trigger('fileAdded', { filters }).poll({}, { mode: 'manual' });
		expect(error?.message).toBe('No data with the current filter could be found');
	});

	it('shows a file that has been unfinished for long enough since it was created', async () => {
		const { poll } = trigger('fileStuck');
		expect((await poll({}, { mode: 'manual' })).error).toBeDefined();
		file('old3').create_time = Date.now() - 61 * MINUTE;
		expect((await poll({}, { mode: 'manual' })).ids).toEqual(['old3']);
	});
});

it('lists knowledge bases and directories as the action node does', async () => {
	const search = (method: string) =>
		listSearch({
			types,
			node: {
				type: 'n8n-nodes-koosearch.kooSearchTrigger',
				parameters: { knowledgeBase: { __rl: true, mode: 'id', value: 'kb' } },
				credentials: { kooSearchApi: { id: 'c1', name: 'KooSearch' } },
			},
			method,
			credentials: credentialFor({ standin }),
		});
	expect((await search('searchKnowledgeBases')).results).toMatchObject([{ value: 'kb' }]);
	expect((await search('searchDirectories')).results).toMatchObject([{ value: 'd1' }]);
});

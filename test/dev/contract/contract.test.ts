import type { IDataObject } from 'n8n-workflow';

import { RawClient } from '../../../dev/contract/client';
import { compare } from '../../../dev/contract/compare';
import { startDemoService, variablesOf } from '../../../dev/contract/demoService';
import { factsFor } from '../../../dev/contract/facts';
import { askAll } from '../../../dev/contract/run';
import type { Result } from '../../../dev/contract/run';
import { Scratch } from '../../../dev/contract/scratch';
import { Service } from '../../../dev/contract/service';
import type { Item } from '../../../dev/contract/service';
import { readSettings } from '../../../dev/contract/settings';
import { DEMO_TOKEN } from '../../../dev/standin/demoState';
import type { Standin } from '../../../dev/standin/server';

let standin: Standin;
let credential: IDataObject;

beforeAll(async () => {
	standin = await startDemoService();
	({ credential } = readSettings([], variablesOf(standin)));
});

afterAll(async () => {
	await standin.close();
	expect(standin.violations).toEqual([]);
});

/** How a service differs from the stand-in. */
interface Difference {
	/** Changes what is asked, as if the service read it so. */
	request?(url: URL, init: RequestInit): void;
	/** Changes an answer of status 200. */
	answer?(body: Item, url: URL): unknown;
	status?(status: number): number;
}

function differing({ request, answer, status }: Difference): typeof fetch {
	return async (input, init = {}) => {
		const url = new URL(String(input));
		const sent = { ...init };
		request?.(url, sent);
		const response = await fetch(url, sent);
		const text = await response.text();
		const body: unknown =
			response.status === 200 && answer ? answer(JSON.parse(text) as Item, url) : undefined;
		return new Response(body === undefined ? text : JSON.stringify(body), {
			status: status?.(response.status) ?? response.status,
		});
	};
}

async function outcomes(ids: string[], fetchFrom: typeof fetch) {
	const client = await RawClient.open(credential, fetchFrom);
	const scratch = new Scratch(new Service(client, 'scratch'), 0);
	const facts = factsFor(scratch).filter(({ id }) => ids.includes(id));
	expect(facts.map(({ id }) => id).sort()).toEqual([...ids].sort());
	// For what is asked of all answers so far.
	await client.get('/knowledge-repo');
	const results = await askAll(facts, new Service(client));
	return results.map(({ fact: { id }, outcome }) => `${id}: ${outcome}`).sort();
}

/** A list under another key. */
function renamed(from: string, to: string) {
	return ({ [from]: list, ...body }: Item): Item => (list ? { ...body, [to]: list } : body);
}

function eachOf(key: string, change: (item: Item) => Item) {
	return (body: Item): Item =>
		Array.isArray(body[key]) ? { ...body, [key]: body[key].map(change) } : body;
}

let lastBody: RequestInit['body'];

const differences: Array<[name: string, ids: string[], difference: Difference]> = [
	[
		'calls the list of files otherwise',
		['files.list', 'files.record', 'files.paging'],
		{ answer: renamed('files', 'data_list') },
	],
	[
		'leaves out the status of a file',
		['files.record', 'files.statuses'],
		{ answer: eachOf('files', ({ status, ...file }) => ({ ...file, state: status })) },
	],
	[
		'gives times as dates',
		['files.time', 'tasks.time'],
		{
			answer: (body) => {
				const toDate = (item: Item) => ({ ...item, create_time: '2026-01-01 12:00:00' });
				return eachOf('tasks', toDate)(eachOf('files', toDate)(body));
			},
		},
	],
	[
		'gives 100 records a page at most',
		['files.largest-page', 'tasks.largest-page'],
		{
			request: ({ searchParams }) => {
				if (Number(searchParams.get('page_size')) > 100) searchParams.set('page_size', '100');
			},
		},
	],
	[
		'gives the first page again and again',
		['tasks.paging'],
		{ request: ({ searchParams }) => searchParams.delete('page_num') },
	],
	[
		'ignores filters',
		['tasks.by-status', 'tasks.file_name-of-nobody', 'tasks.create_user-of-nobody'],
		{
			request: ({ searchParams }) => {
				for (const name of ['task_status', 'file_name', 'create_user']) searchParams.delete(name);
			},
		},
	],
	[
		'ignores the IDs of files',
		['files.by-ids', 'files.ids-of-nobody'],
		{ request: ({ searchParams }) => searchParams.delete('ids') },
	],
	[
		'names the directory of a file without its ID',
		['files.category'],
		{ answer: eachOf('files', (file) => ({ ...file, category: file.category && 'Archive' })) },
	],
	[
		'has no counts of tasks',
		['tasks.counts'],
		{ answer: (body) => ({ ...body, fail_count: undefined }) },
	],
	[
		'marks the top of the tree by an empty text',
		['directories.tree'],
		{ answer: eachOf('directory_list', (one) => ({ ...one, parent_id: one.parent_id ?? '' })) },
	],
	[
		'has two directories of one name',
		['directories.names'],
		{ answer: eachOf('directory_list', (one) => ({ ...one, name: 'Same', parent_id: null })) },
	],
	['encodes its answers twice', ['answers.encoding'], { answer: (body) => JSON.stringify(body) }],
	[
		'refuses in another way',
		['refusals.secret', 'refusals.knowledge-base', 'refusals.parameter', 'refusals.path'],
		{ status: (status) => (status >= 400 ? 418 : status) },
	],
	[
		'takes 500 IDs at most',
		['write.largest-batch'],
		{
			request: (_, init) => {
				if (String(init.body).length > 500 * 35) init.body = '{"task_ids":[]}';
			},
		},
	],
	[
		'counts unknown IDs as deleted',
		['write.delete-unknown'],
		{ answer: (body) => ({ ...body, deleted_count: body.total_count }) },
	],
	[
		'reports unknown files as moved',
		['write.move-unknown'],
		{
			request: (_, init) => {
				lastBody = init.body;
			},
			answer: (body) => ({ ...body, success_file_ids: idsOf(lastBody) }),
		},
	],
	['gives scores as text', ['search.score'], searching(passages(['3', '2', '1']))],
	['calls the list of passages otherwise', ['search.list'], searching({ docs: [] })],
	['gives more passages than asked for', ['search.limit'], searching(passages([3, 2, 1]))],
];

function idsOf(body: RequestInit['body']): string[] {
	return (JSON.parse(String(body ?? '{}')) as { file_ids?: string[] }).file_ids ?? [];
}

/** A search that is answered like this; what is asked instead is of no importance. */
function searching(reply: unknown): Difference {
	return {
		request: (url, init) => {
			if (!url.pathname.endsWith('/experience/searchtext')) return;
			url.pathname = url.pathname.replace('/experience/searchtext', '/knowledge-repo');
			url.hash = 'search';
			Object.assign(init, { method: 'GET', body: undefined });
		},
		answer: (body, { hash }) => (hash === '#search' ? reply : body),
	};
}

function passages(scores: unknown[]) {
	const doc_list = scores.map((score) => ({ file_id: 'f', content: 'c', title: 't', score }));
	return { total: scores.length, doc_list };
}

describe('A service that', () => {
	it.each(differences)('%s is noticed', async (_, ids, difference) => {
		expect(await outcomes(ids, differing(difference))).toEqual(
			ids.map((id) => `${id}: differs`).sort(),
		);
	});

	const known = differences.flatMap(([, ids]) => ids).filter((id) => !id.startsWith('search.'));

	it.each([...new Set(known)])('is like the stand-in keeps %s', async (id) => {
		expect(await outcomes([id], fetch)).toEqual([`${id}: holds`]);
	});

	it('searches as the pages say keeps its facts', async () => {
		const { request, answer } = searching(passages([3, 2, 1]));
		expect(await outcomes(['search.list', 'search.score'], differing({ request, answer }))).toEqual(
			['search.list: holds', 'search.score: holds'],
		);
	});

	it.each([404, 429, 500])('answers with HTTP %s says nothing', async (status) => {
		const difference = { status: () => status };
		expect(await outcomes(['files.list', 'write.directory'], differing(difference))).toEqual([
			'files.list: unknown',
			'write.directory: unknown',
		]);
	});

	it('is not reached says nothing', async () => {
		const lost = async () => await Promise.reject(new TypeError('fetch failed'));
		const client = await RawClient.open(credential, lost);
		const [result] = await askAll(factsFor(), new Service(client));
		expect(result).toMatchObject({ outcome: 'unknown', seen: 'no answer: TypeError' });
	});
});

describe('The whole comparison', () => {
	const unlike = (results: Result[]) =>
		results
			.filter(({ outcome }) => outcome !== 'holds')
			.map(({ fact, outcome, seen }) => `${fact.id}: ${outcome}, ${seen}`);

	it('finds the stand-in as the node takes it to be, and tells nothing private', async () => {
		const client = await RawClient.open(credential);
		const before = standin.requests.length;
		const settings = { credential, reportFile: '', withNames: false };
		const { results, report, left } = await compare(client, settings);
		expect(unlike(results)).toEqual([]);
		expect(results.length).toBeGreaterThan(60);
		expect(left).toEqual([]);
		const searches = /\/experience\/searchtext$/;
		const sent = standin.requests.slice(before).filter(({ path }) => !searches.test(path));
		expect(new Set(sent.map(({ method }) => method))).toEqual(new Set(['GET']));
		for (const hidden of [DEMO_TOKEN, standin.url, standin.state.projectId, 'contract-0001']) {
			expect(report).not.toContain(hidden);
		}
		expect(JSON.parse(report)).toMatchObject({ mode: 'read', leftBehind: 0 });
	}, 120_000);

	it('finds it so too where it writes, and removes all that it created', async () => {
		const empty = standin.state.addKnowledgeBase({ id: 'empty', parsing: { ms: 500 } });
		const settings = { ...readSettings(['--write'], variablesOf(standin)), scratch: empty.id };
		const others = ['kb-contracts', 'kb-support'].map(
			(id) => standin.state.knowledgeBases.get(id)!,
		);
		const count = () => others.map(({ files, directories }) => [files.size, directories.size]);
		const before = count();
		const { results, report, left } = await compare(await RawClient.open(credential), settings);
		expect(unlike(results)).toEqual([]);
		expect(results.length).toBeGreaterThan(80);
		expect(left).toEqual([]);
		expect([empty.files.size, empty.directories.size]).toEqual([0, 0]);
		expect(count()).toEqual(before);
		expect(JSON.parse(report)).toMatchObject({ mode: 'write', leftBehind: 0 });
	}, 120_000);

	it('names the files that it leaves behind where no file is ever parsed', async () => {
		const stuck = standin.state.addKnowledgeBase({ id: 'stuck' });
		const settings = { ...readSettings(['--write'], variablesOf(standin)), scratch: stuck.id };
		const { results, left } = await compare(await RawClient.open(credential), settings, 500);
		const gaveUp = results.filter(({ seen }) => /^the file was still PENDING/.test(seen));
		expect(gaveUp.map(({ outcome }) => outcome)).toContain('unknown');
		expect(left.sort()).toEqual([...stuck.files.keys()].map((id) => `file ${id}`).sort());
		expect(left).not.toEqual([]);
	}, 120_000);

	it('waits once for what is never parsed, and not once for each file', async () => {
		standin.state.addKnowledgeBase({ id: 'waiting' });
		const client = await RawClient.open(credential);
		const scratch = new Scratch(new Service(client, 'waiting'), 500);
		const looks = async () => {
			const before = standin.requests.length;
			const id = await scratch.upload();
			await expect(scratch.untilParsed(id)).rejects.toThrow('the file was still PENDING');
			return standin.requests.slice(before).filter(({ method }) => method === 'GET').length;
		};
		expect(await looks()).toBeGreaterThan(2);
		// One for the list, and one for the status that is told.
		expect(await looks()).toBe(2);
	});

	it('hides a name that an answer has where no name is expected', async () => {
		const answer = eachOf('files', (file) => ({
			...file,
			status: 'Secret plans.pdf',
			name: 'Secret plans.pdf',
		}));
		const client = await RawClient.open(credential, differing({ answer }));
		const settings = { credential, reportFile: '', withNames: false };
		const { report, table } = await compare(client, settings, 0);
		expect(report).toContain('in 200 records: ***');
		expect(report + table).not.toContain('Secret plans');
	}, 120_000);

	it('tells what it leaves behind in the scratch knowledge base', async () => {
		const keeping: typeof fetch = async (input, init) =>
			init?.method === 'DELETE' ? new Response('{}', { status: 500 }) : await fetch(input, init);
		const client = await RawClient.open(credential, keeping);
		const scratch = new Scratch(new Service(client, 'scratch'), 0);
		const id = await scratch.createDirectory('left');
		expect(await scratch.remove()).toEqual([`directory ${id}`]);
	});
});

describe('The settings', () => {
	const env = {
		KOOSEARCH_BASE_URL: 'https://koosearch.example.com',
		KOOSEARCH_PROJECT_ID: 'project',
		KOOSEARCH_APPLICATION_ID: 'application',
	};

	it.each([
		[{ KOOSEARCH_TOKEN: 't' }, { authentication: 'token', token: 't' }],
		[{ KOOSEARCH_APP_CODE: 'a' }, { authentication: 'appCode', appCode: 'a' }],
		[{ KOOSEARCH_AUTHENTICATION: 'none' }, { authentication: 'none' }],
		[
			{ KOOSEARCH_USER_NAME: 'u', KOOSEARCH_PASSWORD: 'p', KOOSEARCH_ACCOUNT_NAME: 'd' },
			{ authentication: 'iamUser', username: 'u', password: 'p', domainName: 'd' },
		],
	])('sign in with %p', (given, expected) => {
		expect(readSettings([], { ...env, ...given }).credential).toMatchObject(expected);
	});

	it('leave out the scratch knowledge base unless it is to be written to', () => {
		const all = { ...env, KOOSEARCH_TOKEN: 't', KOOSEARCH_SCRATCH_KNOWLEDGE_BASE: 's' };
		expect(readSettings([], all).scratch).toBeUndefined();
		expect(readSettings(['--write'], all).scratch).toBe('s');
	});

	it.each([
		[[], {}, 'KOOSEARCH_BASE_URL, KOOSEARCH_PROJECT_ID, KOOSEARCH_APPLICATION_ID: not set'],
		[[], env, 'no way to sign in'],
		[['--write'], { ...env, KOOSEARCH_TOKEN: 't' }, 'KOOSEARCH_SCRATCH_KNOWLEDGE_BASE'],
		[['--wirte'], { ...env, KOOSEARCH_TOKEN: 't' }, '--wirte'],
	])('are refused: %p with %p', (args, given, why) => {
		expect(() => readSettings(args, given)).toThrow(why);
	});
});

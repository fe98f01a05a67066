/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import { standin } from '../dev/standin/eachTest';
import { credentialFor, deleteParameters, iamUser, numbered, runNode } from './runNode';

const { ids, items } = numbered(40);
const options = { batchSize: 5, concurrency: 4 };

beforeEach(() => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids });
});

function tasksLeft(): string[] {
	return [...standin.state.knowledgeBases.get('kb')!.tasks.keys()];
}

function run(fields: Partial<Parameters<typeof runNode>[0]> = {}) {
	return runNode({
		standin,
		items,
		parameters: { ...deleteParameters, options },
		credential: iamUser(standin),
		...fields,
	});
}

describe('runs at the same time in one process', () => {
	/** Ten IDs each, all with one credential. */
	async function runFour(fields: IDataObject) {
		const store = credentialFor({ standin, credential: iamUser(standin, fields) });
		return await Promise.all(
			[0, 10, 20, 30].map((from) => run({ items: items.slice(from, from + 10), store })),
		);
	}

	it('sign in once when there is no token', async () => {
		await runFour({});
		expect(standin.signIns).toBe(1);
		expect(tasksLeft()).toEqual([]);
	});

	it('renew an expired token once', async () => {
		const sessionToken = standin.state.access.issueToken();
		standin.state.access.expireTokens();
		await runFour({ sessionToken });
		expect(standin.signIns).toBe(1);
		expect(tasksLeft()).toEqual([]);
	});

	it('try a wrong password once, and a later run tries it again', async () => {
		// Long enough for all four to have started.
		standin.latencyMs = 200;
		const results = await runFour({ password: 'wrong' });
		expect(standin.signIns).toBe(1);
		for (const { error } of results) expect(error?.message).toContain("'Password'");
		expect(tasksLeft()).toEqual(ids);
		await run({ credential: iamUser(standin, { password: 'wrong' }) });
		expect(standin.signIns).toBe(2);
	});
});

it('makes no run wait for the call of another one once the token is there', async () => {
	const store = credentialFor({ standin, credential: iamUser(standin) });
	const hangs = standin.faults.add({
		what: { kind: 'hang' },
		when: { ids: (sent) => sent.includes(ids[0]) },
	});
	let cancel = () => {};
	const slow = run({
		items: items.slice(0, 1),
		store,
		onStarted: (cancelRun) => (cancel = cancelRun),
	});
	while (hangs.hits === 0) await sleep(10);
	expect((await run({ items: items.slice(1), store })).status).toBe('success');
	expect([standin.signIns, tasksLeft()]).toEqual([1, [ids[0]]]);
	cancel();
	await slow;
});

it('does not sign in for calls of a run that has been canceled', async () => {
	let cancel = () => {};
	standin.onRequest = () => cancel();
	standin.faults.add({
		what: { kind: 'status', status: 503 },
		when: { method: 'POST' },
		times: Infinity,
	});
	await run({ onStarted: (cancelRun) => (cancel = cancelRun) });
	// As long as it takes the other calls to find out that it is their turn.
	await sleep(200);
	expect([standin.signIns, tasksLeft()]).toEqual([1, ids]);
});

it('does not report a wrong password to a run that used another one', async () => {
	const store = credentialFor({ standin, credential: iamUser(standin, { password: 'wrong' }) });
	const correct = () => Object.assign(store.get('c1').data, iamUser(standin));
	const results: Array<ReturnType<typeof run>> = [];
	standin.onRequest = () => {
		if (results.length > 1) return;
		correct();
		results.push(run({ store }));
	};
	results.push(run({ store }));
	expect((await results[0]).error?.message).toContain("'Password'");
	expect((await results[1]).status).toBe('success');
	expect(tasksLeft()).toEqual([]);
});

describe('a credential that was changed', () => {
	it.each([
		['user', { username: 'somebody-else' }],
		['account', { domainName: 'another-account' }],
		['password', { password: 'another-password' }],
	])('to another %s does not go on with the token it had', async (_, fields) => {
		const sessionToken = standin.state.access.issueToken();
		const result = await run({ credential: iamUser(standin, { sessionToken, ...fields }) });
		expect(standin.signIns).toBe(1);
		expect(result.error?.message).toContain('refused the sign-in');
		expect(tasksLeft()).toEqual(ids);
		const sent = standin.requests.map(({ headers }) => headers['x-auth-token']);
		expect(sent).not.toContain(sessionToken);
	});

	it('back to the right user signs in once and goes on', async () => {
		const sessionToken = standin.state.access.issueToken();
		const elsewhere = iamUser(standin, { sessionToken, username: 'somebody-else' });
		const store = credentialFor({ standin, credential: elsewhere });
		store.get('c1').data.sessionToken += ' of somebody else';
		Object.assign(store.get('c1').data, { username: 'standin-user' });
		expect((await run({ store })).status).toBe('success');
		expect([standin.signIns, tasksLeft()]).toEqual([1, []]);
	});
});

it('takes over the token that another process has renewed meanwhile', async () => {
	const sessionToken = standin.state.access.issueToken();
	const renewed = standin.state.access.issueToken();
	const store = credentialFor({ standin, credential: iamUser(standin, { sessionToken }) });
	const refusal = standin.faults.add({
		what: { kind: 'status', status: 401, code: 'APIG.0307' },
		when: {
			request: ({ headers }) => {
				Object.assign(store.get('c1').data, iamUser(standin, { sessionToken: renewed }));
				return headers['x-auth-token'] === sessionToken;
			},
		},
		times: Infinity,
	});
	const result = await run({ store });
	expect(result.status).toBe('success');
	expect(refusal.hits).toBeGreaterThan(0);
	expect(standin.signIns).toBe(0);
	expect(tasksLeft()).toEqual([]);
});

describe('an IAM user', () => {
	it('signs in once, before any call, and n8n stores the token', async () => {
		const result = await run();
		expect(result.status).toBe('success');
		expect(tasksLeft()).toEqual([]);
		expect(standin.signIns).toBe(1);
		// The sign-in, the small call that it is part of, and the deletions.
		expect(standin.requests).toHaveLength(1 + 1 + 8);

		const [{ method, path, query, body }] = standin.requests;
		expect([method, path, query]).toEqual(['POST', '/v3/auth/tokens', { nocatalog: 'true' }]);
		expect(body).toEqual({
			auth: {
				identity: {
					methods: ['password'],
					password: {
						user: {
							name: 'standin-user',
							password: 'standin-password',
							domain: { name: 'standin-account' },
						},
					},
				},
				scope: { project: { id: standin.state.projectId } },
			},
		});
		const { sessionToken } = result.store.get('c1').data;
		const [token] = String(sessionToken).split(' ');
		expect(standin.state.access.tokens.has(token)).toBe(true);
		expect(standin.requests[1].headers['x-auth-token']).toBe(token);
	});

	it('does not sign in while its token is good', async () => {
		const sessionToken = standin.state.access.issueToken();
		await run({ credential: iamUser(standin, { sessionToken }) });
		expect(standin.signIns).toBe(0);
		expect(tasksLeft()).toEqual([]);
	});

	it.each(['APIG.0301', 'APIG.0307'] as const)(
		'renews an expired token once, however many calls are under way (%s)',
		async (code) => {
			const sessionToken = standin.state.access.issueToken();
			standin.state.access.expireTokens(code);
			const result = await run({ credential: iamUser(standin, { sessionToken }) });
			expect(result.status).toBe('success');
			expect(standin.signIns).toBe(1);
			expect(tasksLeft()).toEqual([]);
			expect(result.json.every(({ status }) => status === 'deleted')).toBe(true);
			expect(result.store.get('c1').data.sessionToken).not.toBe(sessionToken);
		},
	);

	it.each([1, 2, 3, 5, 7])('renews a token that expires after %i calls', async (skip) => {
		const sessionToken = standin.state.access.issueToken();
		standin.faults.add({ what: { kind: 'expireTokens' }, skip });
		const result = await run({ credential: iamUser(standin, { sessionToken }) });
		expect(result.status).toBe('success');
		expect(standin.signIns).toBe(1);
		expect(tasksLeft()).toEqual([]);
		expect(result.json.every(({ deleted }) => deleted === true)).toBe(true);
	});

	const refusals: Array<[string, IDataObject, string[]]> = [
		['a wrong password', { password: 'wrong-password' }, ["'Password'", "'User Name'"]],
		['an unknown user', { username: 'nobody' }, ["'User Name'"]],
		['a HUAWEI ID', { username: 'standin-account' }, ['HUAWEI ID', "'User Name'"]],
		[
			'a project of another region',
			{ projectId: 'f'.repeat(32) },
			["'Project ID'", "'IAM Endpoint'"],
		],
		['no password', { password: '' }, ["'Password' of the KooSearch credential is empty"]],
		['plain http', { iamEndpoint: 'http://iam.example.com' }, ["'IAM Endpoint'", 'https://']],
	];
	it.each(refusals)('with %s is tried once, and nothing is sent', async (_, fields, parts) => {
		for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
			standin.requests.length = 0;
			const result = await run({ credential: iamUser(standin, fields), onError });
			expect(standin.signIns).toBeLessThanOrEqual(1);
			expect(standin.requests).toHaveLength(standin.signIns);
			expect(tasksLeft()).toEqual(ids);
			for (const part of parts) expect(result.visible).toContain(part);
			if (onError === 'stopWorkflow') {
				expect(result.status).toBe('error');
				for (const part of parts) expect(result.error?.message).toContain(part);
				expect(result.error?.message).not.toContain('KooSearch was not reached');
			} else {
				expect(result.json).toHaveLength(ids.length);
				for (const { error } of result.json)
					for (const part of parts) expect(error).toContain(part);
			}
		}
	});

	it('whose password is changed in the middle of a run is tried once', async () => {
		const sessionToken = standin.state.access.issueToken();
		const store = credentialFor({ standin, credential: iamUser(standin, { sessionToken }) });
		standin.onRequest = () => {
			if (tasksLeft().length < ids.length) store.get('c1').data.password = 'changed';
		};
		const result = await run({ store, onError: 'continueRegularOutput' });
		expect(standin.signIns).toBe(1);
		expect(result.json).toHaveLength(ids.length);
		for (const { id, error, deleted } of result.json) {
			if (error === undefined)
				expect([deleted, tasksLeft().includes(String(id))]).toEqual([true, false]);
		}
		expect(result.json.filter(({ error }) => error !== undefined)).toHaveLength(tasksLeft().length);
		expect(tasksLeft().length).toBeGreaterThan(0);
	});

	it('whose account is locked is told to wait', async () => {
		const [account] = standin.state.access.accounts;
		account.lockedUntil = Date.now() + 60_000;
		const result = await run();
		expect(result.error?.message).toContain('Wait 15 minutes');
		expect(standin.signIns).toBe(1);
	});

	it('learns that a fresh token is refused as well, after one sign-in', async () => {
		standin.faults.add({
			what: { kind: 'status', status: 401, code: 'APIG.0307' },
			when: { method: 'DELETE' },
			times: Infinity,
		});
		const result = await run({ onError: 'continueRegularOutput' });
		expect(standin.signIns).toBeLessThanOrEqual(2);
		// Each of the four calls under way, and once more after the sign-in.
		const deletions = standin.requests.filter(({ method }) => method === 'DELETE');
		expect(deletions.length).toBeLessThanOrEqual(8);
		for (const { error } of result.json) {
			expect(error).toContain("'IAM Endpoint'");
			expect(error).toContain('APIG.0307');
		}
	});

	it('reads what KooSearch answers to the call that renewed the token', async () => {
		const sessionToken = standin.state.access.issueToken();
		standin.state.access.expireTokens();
		standin.faults.add({
			what: { kind: 'status', status: 400, code: 'KOS.00080003' },
			when: {
				request: ({ headers }) => headers['x-auth-token'] !== sessionToken,
				method: 'DELETE',
			},
			times: Infinity,
		});
		const result = await run({ credential: iamUser(standin, { sessionToken }) });
		expect(standin.signIns).toBe(1);
		expect(result.error?.message).toContain('KOS.00080003, HTTP 400');
		expect(tasksLeft()).toEqual(ids);
	});

	it.each([
		[
			'a redirect',
			{ kind: 'redirect', location: 'https://elsewhere.example.com/login' },
			'elsewhere.example.com',
		],
		['a redirect to nowhere', { kind: 'body', body: {}, status: 302 }, 'redirects elsewhere'],
		['no token', { kind: 'body', body: {}, status: 201 }, 'without a token'],
		['a web page', { kind: 'html' }, 'without a token (HTTP 200)'],
	] as const)('is told of %s at the sign-in', async (_, what, part) => {
		standin.faults.add({ what, times: Infinity });
		const result = await run();
		expect(result.error?.message).toContain(part);
		expect(result.error?.message).toContain("'IAM Endpoint'");
		expect(standin.requests).toHaveLength(1);
	});

	it('signs in again when IAM itself was not available', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0);
		standin.faults.add({
			what: { kind: 'status', status: 503, html: true },
			when: { method: 'POST' },
			times: 2,
		});
		const result = await run();
		expect(result.status).toBe('success');
		expect(standin.signIns).toBe(3);
		expect(tasksLeft()).toEqual([]);
	});
});

describe('a pasted token', () => {
	it.each(['APIG.0301', 'APIG.0307'] as const)(
		'that has expired is reported with what to do, and not sent again (%s)',
		async (code) => {
			const token = standin.state.access.issueToken();
			standin.state.access.expireTokens(code);
			const result = await run({
				credential: { token },
				parameters: { ...deleteParameters, options: { batchSize: 5, concurrency: 1 } },
			});
			expect(standin.requests).toHaveLength(1);
			expect(standin.signIns).toBe(0);
			expect(result.store.preAuthentications).toBeLessThanOrEqual(1);
			expect(result.error?.message).toContain(code);
			expect(result.error?.message).toContain('24 hours');
			expect(result.error?.message).toContain("'IAM User'");
		},
	);

	it('may come with white space around it', async () => {
		const token = `  ${standin.state.access.issueToken()}\n`;
		expect((await run({ credential: { token } })).status).toBe('success');
	});
});

describe('an AppCode', () => {
	const [appCode] = ['standin-app-code'.padEnd(64, '0')];

	it('is sent as X-Apig-AppCode', async () => {
		const result = await run({ credential: { authentication: 'appCode', appCode } });
		expect(result.status).toBe('success');
		expect(standin.requests[0].headers['x-apig-appcode']).toBe(appCode);
		expect(standin.requests[0].headers['x-auth-token']).toBeUndefined();
		expect(tasksLeft()).toEqual([]);
	});

	it('that is wrong is reported, and ends the run', async () => {
		const result = await run({
			credential: { authentication: 'appCode', appCode: 'wrong-app-code' },
			onError: 'continueRegularOutput',
			parameters: { ...deleteParameters, options: { batchSize: 5, concurrency: 1 } },
		});
		expect(standin.requests).toHaveLength(1);
		for (const { error } of result.json) {
			expect(error).toContain('APIG.0303');
			expect(error).toContain("'AppCode'");
		}
	});
});

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { standin } from '../dev/standin/eachTest';
import type { Fault, What } from '../../dev/standin/faults';
import { deleteParameters, errorText, iamUser, moveParameters, numbered, runNode } from './runNode';

const APP_CODE = 'standin-app-code'.padEnd(64, '0');

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		tasks: ['a', 'b'],
		files: ['a', 'b'],
		directories: ['d1'],
	});
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

function credentials(): Array<[name: string, credential: IDataObject]> {
	const sessionToken = standin.state.access.issueToken();
	return [
		['iamUser', iamUser(standin)],
		['iamUser with a token', iamUser(standin, { sessionToken })],
		['iamUser with a wrong password', iamUser(standin, { password: 'wrong-password' })],
		['token', { token: standin.state.access.issueToken() }],
		['appCode', { authentication: 'appCode', appCode: APP_CODE, token: '' }],
	];
}

function secretsIn({ password, token, sessionToken, appCode }: IDataObject): string[] {
	// Behind the token that n8n keeps there stands whose it is.
	const kept = String(sessionToken ?? '').split(' ')[0];
	return [password, token, kept, appCode].filter((one): one is string => Boolean(one));
}

/** Enough of a secret to tell that something of it can be seen, and nothing that stands elsewhere as well. */
function partOf(secret: string): string {
	return secret.slice(4, 18);
}

/** An answer that repeats what it was sent, as a careless proxy might. */
function echo(status: number, credential: IDataObject, tell = (secret: string) => secret): What {
	const told = secretsIn(credential).map(tell).join(' ');
	return {
		kind: 'body',
		status,
		body: { error_code: 'APIG.0201', error_msg: told, error: { message: told } },
		headers: { location: `${standin.url}/login/${secretsIn(credential).at(-1)}` },
	};
}

const always = (what: What): Fault => ({ what, times: Infinity });

/** For what the sign-in would be tried again after, which takes seconds: IAM is untouched. */
const beyondIam = (what: What): Fault => ({
	...always(what),
	when: { request: ({ path }) => path !== '/v3/auth/tokens' },
});

const failures: Array<[string, (credential: IDataObject) => Fault | undefined]> = [
	['no failure', () => undefined],
	['400', () => always({ kind: 'status', status: 400 })],
	['401', () => always({ kind: 'status', status: 401, code: 'APIG.0301' })],
	['403', () => always({ kind: 'status', status: 403 })],
	['404', () => always({ kind: 'status', status: 404 })],
	['429', () => beyondIam({ kind: 'throttle', retryAfter: 0 })],
	['500', () => beyondIam({ kind: 'status', status: 500, html: true })],
	['a reset', () => beyondIam({ kind: 'reset' })],
	['a reset after the effect', () => ({ ...beyondIam({ kind: 'reset' }), at: 'after' })],
	[
		'no answer',
		// The small call that a sign-in is part of has a longer time limit.
		() => ({
			...always({ kind: 'hang' }),
			when: { request: ({ path }) => /batch|files$/.test(path) },
		}),
	],
	['half an answer', () => beyondIam({ kind: 'halfJson' })],
	['a web page', () => always({ kind: 'html' })],
	['a redirect', () => always({ kind: 'redirect', location: 'https://elsewhere.example.com' })],
	['an expired token', () => always({ kind: 'expireTokens' })],
	['an echo of the secrets with 400', (credential) => always(echo(400, credential))],
	['an echo of the secrets with 401', (credential) => always(echo(401, credential))],
	['an echo of the secrets with 403', (credential) => always(echo(403, credential))],
	['an echo of the secrets with 500', (credential) => beyondIam(echo(500, credential))],
	['an echo of the secrets with 302', (credential) => always(echo(302, credential))],
	...[285, 485].map((length): [string, (credential: IDataObject) => Fault] => [
		`an echo of which a message shows ${length} characters before the secret`,
		(credential) => always(echo(400, credential, (secret) => `${'-'.repeat(length)} ${secret}`)),
	]),
	[
		'an echo that the server has shortened',
		(credential) => always(echo(403, credential, (secret) => `${secret.slice(2, 40)}...`)),
	],
	[
		'an echo in several lines',
		(credential) => always(echo(401, credential, (secret) => `told:\n\n${secret}\n`)),
	],
];

describe.each(failures)('after %s', (_, fault) => {
	it('no secret can be seen anywhere', async () => {
		for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
			for (const [name, credential] of credentials()) {
				standin.faults.clear();
				const added = fault(credential);
				if (added) standin.faults.add(added);
				for (const parameters of [deleteParameters, moveParameters]) {
					const result = await runNode({
						standin,
						items: [{ id: 'a' }, { id: 'b' }],
						onError,
						credential,
						parameters: { ...parameters, options: { maxRetries: 1, retryFor: 0, timeout: 100 } },
					});
					const secrets = [...secretsIn(credential), ...standin.state.access.tokens.keys()];
					const seen = secrets.filter((secret) => result.visible.includes(partOf(secret)));
					expect({ name, seen }).toEqual({ name, seen: [] });
				}
			}
		}
	}, 20_000);
});

it('shows no secret after an IAM that is down repeats them', async () => {
	const credential = iamUser(standin);
	standin.faults.add(always(echo(500, credential)));
	const result = await runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: deleteParameters,
		credential,
	});
	expect(errorText(result)).toContain('Huawei Cloud IAM answered HTTP 500');
	for (const secret of secretsIn(credential)) {
		expect(result.visible).not.toContain(partOf(secret));
	}
}, 20_000);

it('hides a token that was issued in the middle of the run', async () => {
	const issued = 'issued-in-the-middle-of-the-run'.padEnd(400, '-');
	const { access } = standin.state;
	const issue = access.issueToken.bind(access);
	jest.spyOn(access, 'issueToken').mockImplementation(() => issue({ value: issued }));
	standin.faults.add({
		what: { kind: 'body', status: 400, body: { error_msg: `told: ${issued}` } },
		when: { method: 'DELETE' },
	});
	const result = await runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: deleteParameters,
		credential: iamUser(standin),
	});
	expect(result.error?.message).toContain('told: ***');
	expect(result.visible).not.toContain(issued);
});

it('looks in the right places: an ID that messages name is found there', async () => {
	standin.faults.add(always({ kind: 'status', status: 400, message: 'a-telling-text' }));
	const run = { standin, items: [{ id: 'a' }], parameters: deleteParameters };
	for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
		expect((await runNode({ ...run, onError })).visible).toContain('a-telling-text');
	}
});

const spellings: Array<[string, (secret: string) => string]> = [
	['plain', (secret) => secret],
	['URL-encoded', encodeURIComponent],
	['JSON-escaped', (secret) => JSON.stringify(secret).slice(1, -1)],
];

describe.each(spellings)('A server that gives back the token %s', (_, spell) => {
	const token = 'MIIDkgYJKoZI+hvcNAQc/CoIIDgz=="quoted'.padEnd(300, 'Ab1+');

	async function runWith(body: IDataObject, parameters: INodeParameters) {
		standin.state.access.issueToken({ value: token });
		standin.faults.add({ what: { kind: 'body', body }, times: Infinity });
		const credential = { token };
		const result = await runNode({ standin, items: [{ id: 'a' }], credential, parameters });
		for (const secret of [token, spell(token)]) {
			// The text of a result is JSON itself.
			expect(result.visible).not.toContain(JSON.stringify(secret).slice(1, -1));
		}
		return result;
	}

	it('shows it in no hint, whole or in part, and a hint is bounded', async () => {
		const told = [spell(token), ...Array.from({ length: 20 }, (_, n) => `x${n}`.padEnd(200, '-'))];
		const lists = { success_file_ids: ['a', `${token.slice(20, 60)}`, ...told] };
		const result = await runWith(lists, moveParameters);
		const hints = result.runData.KooSearch[0].hints?.map(({ message }) => message) ?? [];
		expect(hints.join()).toContain('***');
		expect(result.visible).not.toContain(partOf(token.slice(20)));
		for (const hint of hints) expect(hint.length).toBeLessThanOrEqual(1_001);
	});

	it('shows it in no error of a run that stops, whole or in part, and that is bounded', async () => {
		const told = [token.slice(20, 60), ...Array.from({ length: 20 }, () => 'x'.repeat(10_000))];
		const lists = { success_file_ids: told };
		const options = { notDoneAsError: true };
		const result = await runWith(lists, { ...moveParameters, options });
		expect(errorText(result)).toContain('not confirmed as moved: a. ');
		expect(errorText(result)).toContain('***');
		expect(errorText(result).length).toBeLessThan(20_100);
		expect(result.visible).not.toContain(partOf(token.slice(20)));
	});

	it('shows it in no record', async () => {
		const record = { id: 'a', name: `of ${spell(token)}`, status: 'SUCCESS' };
		const result = await runWith(
			{ total: 1, tasks: [record] },
			{ ...deleteParameters, operation: 'getMany', returnAll: true, filters: {} },
		);
		expect(result.json).toMatchObject([{ id: 'a', name: 'of ***' }]);
	});

	it("shows it in no call's response", async () => {
		const body = { total_count: 1, deleted_count: 1, told: spell(token) };
		const options = { output: 'perBatch' };
		const result = await runWith(body, { ...deleteParameters, options });
		expect(result.json).toMatchObject([{ response: { told: '***' } }]);
	});
});

it('hides a token that was renewed twice since', async () => {
	const { access } = standin.state;
	const issued: string[] = [];
	const issue = access.issueToken.bind(access);
	jest.spyOn(access, 'issueToken').mockImplementation(() => {
		const value = issue();
		issued.push(value);
		return value;
	});
	const { ids, items } = numbered(6);
	standin.state.addKnowledgeBase({ id: 'kb6', tasks: ids });
	for (const skip of [1, 3]) {
		standin.faults.add({ what: { kind: 'expireTokens' }, when: { method: 'DELETE' }, skip });
	}
	standin.onRequest = () => {
		if (issued.length < 3) return;
		const told = issued.join(' ');
		standin.faults.add({
			what: { kind: 'body', status: 400, body: { error_code: 'KOS.00080003', error_msg: told } },
			when: { method: 'DELETE' },
		});
	};
	const result = await runNode({
		standin,
		items,
		parameters: {
			...deleteParameters,
			knowledgeBase: { __rl: true, mode: 'id', value: 'kb6' },
			options: { batchSize: 1, concurrency: 1, retryFor: 0 },
		},
		credential: iamUser(standin),
	});
	expect(issued.length).toBeGreaterThanOrEqual(3);
	expect(result.error?.message).toContain('***');
	for (const token of issued) expect(result.visible).not.toContain(partOf(token));
});

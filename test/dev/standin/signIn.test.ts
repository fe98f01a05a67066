import { callKooSearch, send, signIn } from './callStandin';
import { standin } from './eachTest';

const DAY = 86_400_000;

it('gives a long random token that KooSearch accepts and that lasts a day', async () => {
	const { status, headers, body } = await signIn(standin);
	const token = headers.get('x-subject-token') ?? '';
	expect(status).toBe(201);
	expect(token.length).toBeGreaterThan(1000);
	const { expires_at } = (body as { token: { expires_at: string } }).token;
	expect(expires_at).toMatch(/T\d\d:\d\d:\d\d\.\d{6}Z$/);
	expect(Math.abs(Date.parse(expires_at) - Date.now() - DAY)).toBeLessThan(5000);
	expect(JSON.stringify(body)).not.toContain(token);

	const call = await callKooSearch(standin, 'GET', '/knowledge-repo', undefined, {
		'X-Auth-Token': token,
	});
	expect(call.status).toBe(200);
});

it('gives another token each time and leaves the earlier ones valid', async () => {
	const tokens = [await signIn(standin), await signIn(standin)].map(
		({ headers }) => headers.get('x-subject-token') ?? '',
	);
	expect(tokens[0]).not.toBe(tokens[1]);
	const headers = { 'X-Auth-Token': tokens[0] };
	const { status } = await callKooSearch(standin, 'GET', '/knowledge-repo', undefined, headers);
	expect(status).toBe(200);
});

it('takes the project by name', async () => {
	expect((await signIn(standin, { project: { name: 'cn-southwest-2' } })).status).toBe(201);
});

it.each([{ password: 'wrong-one' }, { name: 'nobody' }])('refuses %j', async (given) => {
	const { status, headers, body } = await signIn(standin, given);
	expect({ status, body }).toEqual({
		status: 401,
		body: {
			error: { code: 401, message: 'The username or password is wrong.', title: 'Unauthorized' },
		},
	});
	expect(headers.get('x-subject-token')).toBeNull();
});

it('locks an account after five wrong passwords, for the right one too, for 15 minutes', async () => {
	for (let n = 0; n < 5; n += 1) await signIn(standin, { password: 'wrong-one' });
	const locked = await signIn(standin);
	expect([locked.status, locked.body]).toEqual([
		401,
		{ error: expect.objectContaining({ message: expect.stringContaining('locked') }) },
	]);
	const [account] = standin.state.access.accounts;
	expect(Math.abs(account.lockedUntil - Date.now() - 15 * 60_000)).toBeLessThan(5000);
	account.lockedUntil = Date.now();
	expect((await signIn(standin)).status).toBe(201);
});

it('forgets wrong passwords after a right one', async () => {
	for (const password of ['a', 'b', 'c', 'd', undefined, 'e']) await signIn(standin, { password });
	expect((await signIn(standin)).status).toBe(201);
});

it.each([
	[{ project: { id: 'other' } }],
	[{ project: { name: 'other' } }],
	[{ project: {} }],
	[{ password: '' }],
])('answers %j with 400 in the bare shape', async (given) => {
	const { status, body } = await signIn(standin, given);
	expect([status, body]).toEqual([
		400,
		{ code: 400, message: expect.any(String), title: 'Bad Request' },
	]);
	expect(standin.state.access.tokens.size).toBe(0);
});

it('knows no other method and no broken JSON', async () => {
	const url = `${standin.iamUrl}/v3/auth/tokens`;
	const identity = { methods: ['hw_ak_sk'], hw_ak_sk: {} };
	const scope = { project: { id: standin.state.projectId } };
	expect((await send(url, 'POST', { auth: { identity, scope } })).status).toBe(400);
	expect((await send(url, 'POST', '{')).body).toMatchObject({ code: 400 });
});

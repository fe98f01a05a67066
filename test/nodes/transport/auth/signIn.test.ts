import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { SignInError } from '../../../../nodes/KooSearch/transport/auth/signIn';
import { readSignInError, signIn } from '../../../../nodes/KooSearch/transport/auth/signIn';
import { causeChain } from '../../../../nodes/KooSearch/transport/errors/cause';
import { answer } from '../fixtures';

const credential: IDataObject = {
	iamEndpoint: ' https://iam.example.com/ ',
	domainName: ' account\n',
	username: ' user ',
	password: ' pass word ',
	projectId: ' project ',
};

type Sender = Parameters<typeof signIn>[1];

/** IAM answers like that. */
function answering(...response: Parameters<typeof answer>): Sender {
	return async () => answer(...response);
}

/** The error of a sign-in. */
async function errorOf(send: Sender, fields: IDataObject = {}): Promise<Error> {
	return await signIn({ ...credential, ...fields }, send).then(
		() => new Error('signed in'),
		(error: Error) => error,
	);
}

/** What the transport reads from it. */
async function failureOf(send: Sender, fields: IDataObject = {}): Promise<SignInError> {
	return readSignInError(causeChain(await errorOf(send, fields)))!;
}

it('The names are sent without the white space around them, and the password as it is', async () => {
	const sent: IHttpRequestOptions[] = [];
	const token = await signIn(credential, async (request) => {
		sent.push(request);
		return answer(201, {}, { 'x-subject-token': 'the-token' });
	});
	expect(token).toBe('the-token');
	const user = { name: 'user', password: ' pass word ', domain: { name: 'account' } };
	expect(sent).toMatchObject([
		{
			method: 'POST',
			url: 'https://iam.example.com/v3/auth/tokens?nocatalog=true',
			body: {
				auth: {
					identity: { methods: ['password'], password: { user } },
					scope: { project: { id: 'project' } },
				},
			},
			disableFollowRedirect: true,
		},
	]);
});

it.each([
	['iamEndpoint', "'IAM Endpoint'"],
	['domainName', "'Account Name'"],
	['username', "'User Name'"],
	['password', "'Password'"],
	['projectId', "'Project ID'"],
])('Nothing is sent without %s, and the message names it', async (field, name) => {
	const send = jest.fn(answering(201));
	for (const empty of ['', ' ', undefined, 7]) {
		const error = await failureOf(send, { [field]: empty });
		expect(error.message).toContain(`${name} of the KooSearch credential is empty`);
		expect(error.isOutage).toBe(false);
	}
	expect(send).not.toHaveBeenCalled();
});

it.each(['one, two', 'to\tken', 'tok\u00e9n', ' '])('A token such as %j is none', async (token) => {
	const error = await failureOf(answering(201, {}, { 'x-subject-token': token }));
	expect(error.message).toContain('Huawei Cloud IAM answered without a token');
	expect(error.isOutage).toBe(false);
});

it.each([429, 500, 503])('HTTP %i is an outage, which passes', async (statusCode) => {
	const error = await failureOf(answering(statusCode));
	expect(error.isOutage).toBe(true);
	expect(error.message).toContain(`answered HTTP ${statusCode}`);
});

const thrown = (code: string) => async () =>
	await Promise.reject(Object.assign(new Error(`failed: ${code}`), { code }));

it.each([
	['ECONNREFUSED', 'was not reached: the connection was refused'],
	['ETIMEDOUT', 'did not answer'],
	['ECONNRESET', 'did not answer'],
	['ERR_CANCELED', 'did not answer'],
])('%s is an outage', async (code, message) => {
	const error = await failureOf(thrown(code));
	expect(error.isOutage).toBe(true);
	expect(error.message).toContain(`The sign-in failed: Huawei Cloud IAM ${message}.`);
});

it.each([
	[
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		"certificate is not trusted. Check 'IAM Endpoint' of the credential; 'Ignore SSL Issues' does not apply to it.",
	],
	['ENOTFOUND', 'its host name was not found'],
	['BLOCKED_BY_N8N', 'failed: BLOCKED_BY_N8N. Check'],
])('%s is not an outage: another attempt would end the same way', async (code, message) => {
	const error = await failureOf(thrown(code));
	expect(error.isOutage).toBe(false);
	expect(error.message).toContain(message);
});

it("n8n's SSRF protection is named, and is no outage", async () => {
	const blocked = Object.assign(new Error('The request was blocked'), {
		name: 'SsrfBlockedIpError',
	});
	const error = await failureOf(async () => {
		throw new Error('wrapped', { cause: blocked });
	});
	expect(error).toMatchObject({ isOutage: false, retryAfter: undefined });
	expect(error.message).toContain("n8n's SSRF protection");
	expect(error.message).toContain("'IAM Endpoint'");
});

it('IAM says how long to wait', async () => {
	const error = await failureOf(async () => answer(429, {}, { 'retry-after': '3' }));
	expect(error).toMatchObject({ isOutage: true, retryAfter: 3000 });
});

it.each([
	[401, "'Password'"],
	[400, "'Project ID'"],
	[403, "'Project ID'"],
	[404, "'IAM Endpoint'"],
])('HTTP %i is a refusal, and the message says where to look', async (statusCode, part) => {
	const error = await failureOf(answering(statusCode));
	expect(error.isOutage).toBe(false);
	expect(error.message).toContain(`refused the sign-in (HTTP ${statusCode}). `);
	expect(error.message).toContain(part);
});

it.each([
	['IAM', { error: { message: 'Not so.' } }],
	['IAM without a frame', { message: 'Not so.' }],
	['another service', { error_msg: 'Not so.' }],
	[
		'a service that says more than one thing',
		{ error: { code: 1 }, message: 7, error_msg: 'Not so' },
	],
])('The message holds the reason that %s gives', async (_, body) => {
	const { message } = await failureOf(answering(401, body));
	expect(message).toContain('refused the sign-in: Not so (HTTP 401). ');
});

it.each([null, '', '<html>', { error: 'text' }, { message: { a: 1 } }])(
	'The message does without a reason in %p',
	async (body) => {
		const { message } = await failureOf(answering(401, body));
		expect(message).toContain('refused the sign-in (HTTP 401). ');
	},
);

it('A locked account has to wait, and a HUAWEI ID cannot sign in', async () => {
	const locked = answering(401, { error: { message: 'The account is locked.' } });
	expect((await failureOf(locked)).message).toContain('Wait 15 minutes');
	expect((await failureOf(answering(401, { message: 'unblocked' }))).message).not.toContain('Wait');
	const same = { username: 'account ' };
	expect((await failureOf(answering(403), same)).message).toContain('are the same');
});

it('A redirect is named with where it leads, without what follows the path', async () => {
	const location = 'https://elsewhere.example.com/login?ticket=a\nb#c';
	const { message } = await failureOf(answering(302, {}, { location }));
	expect(message).toContain('redirects to https://elsewhere.example.com/login, which');
});

it.each([{}, { 'x-subject-token': '' }, { 'x-subject-token': ['a', 'b'] }])(
	'An answer with the headers %p is one without a token',
	async (headers) => {
		const error = await failureOf(answering(201, {}, headers));
		expect(error.message).toContain('without a token');
		expect(error.isOutage).toBe(false);
	},
);

it.each([200, 204])('HTTP %i is no success, even with a token', async (statusCode) => {
	const headers = { 'x-subject-token': 'the-token' };
	const error = await failureOf(answering(statusCode, {}, headers));
	expect(error.message).toContain(`without a token (HTTP ${statusCode})`);
	expect(error.isOutage).toBe(false);
});

it('The password is in no message', async () => {
	const { message } = await failureOf(answering(401, { message: 'told: pass word ' }));
	expect(message).toContain('refused the sign-in: told: *** (HTTP 401)');
});

describe('A failed sign-in', () => {
	it('is recognized however it is wrapped, with its own text', async () => {
		const error = await errorOf(answering(401));
		// n8n before 2.34 keeps only the code and the text.
		const { errorCode: httpCode } = error as Error & { errorCode: string };
		const older = Object.assign(new Error('Wrapped'), { httpCode, messages: [error.message] });
		for (const wrapped of [error, new Error('Wrapped', { cause: error }), older]) {
			expect(readSignInError(causeChain(wrapped))).toMatchObject({
				message: error.message,
				isOutage: false,
			});
		}
	});

	it('is not seen in another error', () => {
		expect(readSignInError(causeChain(new Error('Another')))).toBeUndefined();
		expect(readSignInError([])).toBeUndefined();
	});

	it('holds no answer, which n8n-core would take for an expired token', async () => {
		expect(await errorOf(answering(401))).not.toHaveProperty('response');
	});
});

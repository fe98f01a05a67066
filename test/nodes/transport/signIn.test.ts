import type { IDataObject, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import {
	isSignInOutage,
	isSignInRefusal,
	signIn,
	signInMessage,
} from '../../../nodes/KooSearch/transport/signIn';

const credential: IDataObject = {
	iamEndpoint: ' https://iam.example.com/ ',
	domainName: ' account\n',
	username: ' user ',
	password: ' pass word ',
	projectId: ' project ',
};

function answer(statusCode: number, body: unknown = {}, headers: IDataObject = {}) {
	return async () => ({ statusCode, body, headers }) as IN8nHttpFullResponse;
}

/** The error of a sign-in that IAM answers like that. */
async function failureOf(
	send: () => Promise<IN8nHttpFullResponse>,
	fields: IDataObject = {},
): Promise<Error> {
	return await signIn({ ...credential, ...fields }, send).then(
		() => new Error('signed in'),
		(error: Error) => error,
	);
}

it('sends the names without the white space around them, and the password as it is', async () => {
	const sent: IHttpRequestOptions[] = [];
	const token = await signIn(credential, async (request) => {
		sent.push(request);
		return await answer(201, {}, { 'x-subject-token': 'the-token' })();
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
])('sends nothing without %s, and names it', async (field, name) => {
	const send = jest.fn(answer(201));
	for (const empty of ['', ' ', undefined, 7]) {
		const error = await failureOf(send, { [field]: empty });
		expect(error.message).toContain(`${name} of the KooSearch credential is empty`);
		expect(isSignInRefusal(error)).toBe(true);
	}
	expect(send).not.toHaveBeenCalled();
});

it.each([429, 500, 503])('takes %i for an outage, which passes', async (statusCode) => {
	const error = await failureOf(answer(statusCode));
	expect([isSignInOutage(error), isSignInRefusal(error)]).toEqual([true, false]);
	expect(error.message).toContain(`answered HTTP ${statusCode}`);
});

it('takes no answer for an outage', async () => {
	const error = await failureOf(async () => await Promise.reject(new Error('ECONNRESET')));
	expect([isSignInOutage(error), isSignInRefusal(error)]).toEqual([true, false]);
	expect(error.message).toContain('gave no answer');
});

it.each([
	[401, "'Password'"],
	[400, "'Project ID'"],
	[403, "'Project ID'"],
	[404, "'IAM Endpoint'"],
])('takes %i for a refusal, and says where to look', async (statusCode, part) => {
	const error = await failureOf(answer(statusCode));
	expect([isSignInOutage(error), isSignInRefusal(error)]).toEqual([false, true]);
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
])('passes on the reason that %s gives', async (_, body) => {
	const { message } = await failureOf(answer(401, body));
	expect(message).toContain('refused the sign-in: Not so (HTTP 401). ');
});

it.each([null, '', '<html>', { error: 'text' }, { message: { a: 1 } }])(
	'does without a reason in %p',
	async (body) => {
		const { message } = await failureOf(answer(401, body));
		expect(message).toContain('refused the sign-in (HTTP 401). ');
	},
);

it('tells a locked account to wait, and a HUAWEI ID that it is none', async () => {
	const locked = answer(401, { error: { message: 'The account is locked.' } });
	expect((await failureOf(locked)).message).toContain('Wait 15 minutes');
	expect((await failureOf(answer(401, { message: 'unblocked' }))).message).not.toContain('Wait');
	const same = { username: 'account ' };
	expect((await failureOf(answer(403), same)).message).toContain('are the same');
});

it('names where a redirect leads, without what follows the path', async () => {
	const location = 'https://elsewhere.example.com/login?ticket=a\nb#c';
	const { message } = await failureOf(answer(302, {}, { location }));
	expect(message).toContain('redirects to https://elsewhere.example.com/login, which');
});

it.each([{}, { 'x-subject-token': '' }, { 'x-subject-token': ['a', 'b'] }])(
	'takes the headers %p for an answer without a token',
	async (headers) => {
		const error = await failureOf(answer(201, {}, headers));
		expect(error.message).toContain('without a token');
		expect(isSignInRefusal(error)).toBe(true);
	},
);

it('takes any status but 201 for a refusal, even with a token', async () => {
	const headers = { 'x-subject-token': 'the-token' };
	expect(isSignInRefusal(await failureOf(answer(200, {}, headers)))).toBe(true);
});

it('is known by its name however it is wrapped, and tells its own text', async () => {
	const error = await failureOf(answer(401));
	// n8n before 2.34 keeps only the code and the text.
	const { errorCode: httpCode } = error as Error & { errorCode: string };
	const older = Object.assign(new Error('Wrapped'), { httpCode, messages: [error.message] });
	for (const wrapped of [error, new Error('Wrapped', { cause: error }), older]) {
		expect([isSignInRefusal(wrapped), isSignInOutage(wrapped)]).toEqual([true, false]);
		expect(signInMessage(wrapped)).toBe(error.message);
	}
	expect(signInMessage(new Error('Another'))).toBeUndefined();
	expect(isSignInRefusal(new Error('Another'))).toBe(false);
});

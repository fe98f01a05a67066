import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
	INodeType,
} from 'n8n-workflow';
import { CredentialStore, loadFromSource, runWorkflow, testCredential } from '../../../dev/engine';
import { nodeType, PACKAGE, startServer, workflowWith } from './fixtures';
import type { Answer, SeenRequest, TestServer } from './fixtures';

const ID = 'c1';

const text = (name: string, fallback = ''): INodeProperties => ({
	displayName: name,
	name,
	type: 'string',
	default: fallback,
});

/** A token that is signed in for with a password, kept in a hidden field and renewed after a 401. */
class ProbeApi implements ICredentialType {
	name = 'probeApi';
	displayName = 'Probe API';
	properties: INodeProperties[] = [
		text('baseUrl'),
		text('user', 'guest'),
		text('password'),
		{ ...text('token'), type: 'hidden', typeOptions: { expirable: true } },
	];
	authenticate: ICredentialType['authenticate'] = async ({ token, user }, options) => ({
		...options,
		headers: { ...options.headers, 'x-token': token, 'x-user': user },
	});
	test: ICredentialTestRequest = {
		request: { baseURL: '={{ $credentials.baseUrl }}', url: '/me' },
	};

	async preAuthentication(
		this: IHttpRequestHelper,
		{ baseUrl, user, password }: ICredentialDataDecryptedObject,
	) {
		const url = `${baseUrl as string}/tokens`;
		const body = { user, password };
		const { token } = await this.helpers.httpRequest({ method: 'POST', url, body, json: true });
		return { token };
	}
}

let server: TestServer;
let answer: (request: SeenRequest) => Answer;
beforeEach(async () => {
	answer = knowsToken('fresh');
	server = await startServer((request) => answer(request));
});
afterEach(async () => await server.close());

/** Signs everybody in with this token and refuses every other one. */
function knowsToken(token: string): typeof answer {
	return ({ url, headers }) => {
		if (url === '/tokens') return { body: { token } };
		return headers['x-token'] === token ? { body: { ok: true } } : { status: 401 };
	};
}

const store = (data: ICredentialDataDecryptedObject = {}) =>
	new CredentialStore({
		[ID]: {
			name: 'Probe',
			type: 'probeApi',
			data: { baseUrl: server.url, password: 'p', ...data },
		},
	});

/** Sends DELETE /files, authenticated. */
const remove: INodeType['execute'] = async function () {
	const { baseUrl: baseURL } = await this.getCredentials<{ baseUrl: string }>('probeApi');
	const options: IHttpRequestOptions = {
		baseURL,
		url: '/files',
		method: 'DELETE',
		body: { ids: [1] },
	};
	const json = await this.helpers.httpRequestWithAuthentication.call(this, 'probeApi', options);
	return [[{ json }]];
};

const typesOf = (credential: ICredentialType, execute = remove) =>
	loadFromSource({
		packageName: PACKAGE,
		credentials: [credential],
		nodes: [nodeType(execute, { credentials: [{ name: 'probeApi', required: true }] })],
	});

/** Runs a workflow whose node calls `execute` with this credential. */
const run = async (
	credentials: CredentialStore,
	{ execute = remove, type = new ProbeApi() as ICredentialType, id = ID } = {},
) =>
	await runWorkflow({
		workflow: workflowWith({ credentials: { probeApi: { id, name: 'Probe' } } }),
		types: typesOf(type, execute),
		credentials,
	});

const asked = () =>
	server.requests.map(({ method, url, headers }) => [method, url, headers['x-token']]);

describe('a credential', () => {
	it('gives what is stored, defaults for the rest and the value of expressions', async () => {
		const credentials = store({ password: '={{ "p" + $json.n }}', unknown: 'x' });
		const { items } = await runWorkflow({
			workflow: workflowWith({ credentials: { probeApi: { id: ID, name: 'Probe' } } }),
			types: typesOf(new ProbeApi(), async function () {
				return [[{ json: await this.getCredentials('probeApi', 1) }]];
			}),
			input: [{ n: 1 }, { n: 2 }],
			credentials,
		});
		expect(items('Probe').map(({ json }) => json)).toEqual([
			{
				...{ baseUrl: server.url, user: 'guest', password: 'p2', token: '' },
				allowedHttpRequestDomains: 'all',
			},
		]);
	});

	it('that is not stored, or not with this type, stops the node', async () => {
		const missing = await run(store(), { id: 'c2' });
		expect(missing.error?.message).toBe(
			'Credential with ID "c2" does not exist for type "probeApi".',
		);
		const other = new CredentialStore({ [ID]: { name: 'Probe', type: 'otherApi', data: {} } });
		expect((await run(other)).error?.message).toContain('does not exist for type "probeApi"');
		expect((await run(store(), { id: '' })).error?.message).toBe('Found credential with no ID.');
	});
});

describe('a token', () => {
	it('that is still good is used as it is', async () => {
		const credentials = store({ token: 'fresh' });
		const { items } = await run(credentials);

		expect(items('Success')).toMatchObject([{ json: { ok: true } }]);
		expect(asked()).toEqual([['DELETE', '/files', 'fresh']]);
		expect(server.requests[0].headers['x-user']).toBe('guest');
		expect(credentials.preAuthentications).toBe(0);
	});

	it('that is missing is fetched first and stored', async () => {
		const credentials = store();
		await run(credentials);

		expect(asked()).toEqual([
			['POST', '/tokens', undefined],
			['DELETE', '/files', 'fresh'],
		]);
		expect(credentials.get(ID).data).toEqual({
			baseUrl: server.url,
			password: 'p',
			token: 'fresh',
		});
	});

	it('that has expired is renewed and stored, and the request repeated with its body', async () => {
		const credentials = store({ token: 'old' });
		const { status } = await run(credentials);

		expect(status).toBe('success');
		expect(asked()).toEqual([
			['DELETE', '/files', 'old'],
			['POST', '/tokens', undefined],
			['DELETE', '/files', 'fresh'],
		]);
		expect(server.requests[2].body).toEqual({ ids: [1] });
		expect(credentials.get(ID).data.token).toBe('fresh');
		expect(credentials.preAuthentications).toBe(1);
	});

	it('is not renewed after another status', async () => {
		answer = () => ({ status: 403 });
		const credentials = store({ token: 'old' });
		const { error } = await run(credentials);

		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '403' });
		expect(credentials.preAuthentications).toBe(0);
	});

	it('is not stored if the sign-in gives none', async () => {
		answer = ({ url }) => (url === '/tokens' ? {} : { status: 401 });
		const credentials = store({ token: 'old' });
		const { status } = await run(credentials);

		expect(status).toBe('error');
		expect(credentials.preAuthentications).toBe(1);
		expect(credentials.get(ID).data.token).toBe('old');
	});

	it('is stored beside expressions, which stay expressions', async () => {
		const type = new ProbeApi();
		type.preAuthentication = async () => ({ token: 'fresh', user: 'resolved' });
		const credentials = store({ token: 'old', user: '={{ "someone" }}' });
		await run(credentials, { type });

		expect(server.requests.at(-1)?.headers['x-user']).toBe('resolved');
		expect(credentials.get(ID).data).toMatchObject({ token: 'fresh', user: '={{ "someone" }}' });
	});

	it('is fetched only from the domains that the credential allows', async () => {
		const domains = { allowedHttpRequestDomains: 'domains', allowedDomains: 'example.com' };
		for (const hideDomainRestrictionFields of [false, true]) {
			const type = Object.assign(new ProbeApi(), { hideDomainRestrictionFields });
			const { error } = await run(store(domains), { type });
			expect(error?.message).toContain('Domain not allowed');
		}
		expect(server.requests).toEqual([]);
	});
});

describe('the Test button', () => {
	const press = async (credentials: CredentialStore, type: ICredentialType = new ProbeApi()) => {
		const { status, message } = await testCredential({ types: typesOf(type), credentials, id: ID });
		return [status, message];
	};
	const ok = ['OK', 'Connection successful!'];

	it('signs in, sends the test request and stores the token', async () => {
		const credentials = store();
		expect(await press(credentials)).toEqual(ok);
		expect(asked()).toEqual([
			['POST', '/tokens', undefined],
			['GET', '/me', 'fresh'],
		]);
		expect(credentials.get(ID).data.token).toBe('fresh');
	});

	it('shows the code if there is no answer, and what a sign-in throws', async () => {
		await server.close();
		expect(await press(store({ token: 'fresh' }))).toEqual(['Error', 'ECONNREFUSED']);

		const type = new ProbeApi();
		type.preAuthentication = async () => await Promise.reject(new Error('Wrong password'));
		expect(await press(store(), type)).toEqual(['Error', 'Wrong password']);
	});

	it("has n8n's log with it", async () => {
		answer = () => ({ status: 404 });
		const types = typesOf(new ProbeApi());
		const { log } = await testCredential({ types, credentials: store({ token: 't' }), id: ID });
		expect(log).toMatch(/^error: /m);
	});
});

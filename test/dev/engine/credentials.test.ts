import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
	INodeType,
} from 'n8n-workflow';
import {
	CredentialStore,
	listSearch,
	loadFromSource,
	runWorkflow,
	testCredential,
} from '../../../dev/engine/index';
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
	authenticate: ICredentialType['authenticate'] = {
		type: 'generic',
		properties: {
			headers: { 'x-token': '={{ $credentials.token }}', 'x-user': '={{ $credentials.user }}' },
		},
	};
	test: ICredentialTestRequest | undefined = {
		request: { baseURL: '={{ $credentials.baseUrl }}', url: '/me' },
		rules: [
			{ type: 'responseCode', properties: { value: 403, message: 'No access to this project' } },
		],
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

	it('has the properties of the types it extends; a test resolves expressions without items', async () => {
		const child: ICredentialType = {
			name: 'childApi',
			displayName: 'Child API',
			extends: ['probeApi'],
			properties: [],
		};
		const grandchild: ICredentialType = {
			name: 'grandchildApi',
			displayName: 'Grandchild API',
			extends: ['childApi'],
			properties: [text('path')],
			test: {
				request: { url: '={{ $credentials.baseUrl + $credentials.path + $credentials.user }}' },
			},
		};
		const types = loadFromSource({
			packageName: PACKAGE,
			credentials: [new ProbeApi(), child, grandchild],
		});
		const data = { baseUrl: server.url, path: '={{ "/a" + "/b/" }}' };
		const credentials = new CredentialStore({ [ID]: { name: '', type: 'grandchildApi', data } });
		await testCredential({ types, credentials, id: ID });

		expect(types.credentialTypes.getParentTypes('grandchildApi')).toEqual(['childApi', 'probeApi']);
		expect(asked()[0].slice(0, 2)).toEqual(['GET', '/a/b/guest']);
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

	it('is put into a request by a function too', async () => {
		const type: ICredentialType = new ProbeApi();
		type.authenticate = async ({ token }, options) => ({
			...options,
			headers: { ...options.headers, 'x-token': token },
		});
		const { status } = await run(store({ token: 'fresh' }), { type });

		expect(status).toBe('success');
		expect(asked()).toEqual([['DELETE', '/files', 'fresh']]);
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

	it('of a hidden field that is not expirable is left alone, though n8n repeats the request', async () => {
		const type = new ProbeApi();
		type.properties = [...type.properties.slice(0, 3), { ...text('token'), type: 'hidden' }];
		const credentials = store();
		const { status } = await run(credentials, { type });

		expect(status).toBe('error');
		expect(asked()).toEqual([
			['DELETE', '/files', ''],
			['DELETE', '/files', ''],
		]);
		expect(credentials.preAuthentications).toBe(0);
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

	it('makes do with a token that is still good, whatever the password', async () => {
		expect(await press(store({ token: 'fresh', password: 'wrong' }))).toEqual(ok);
		expect(asked()).toEqual([['GET', '/me', 'fresh']]);
	});

	it('renews a token that has expired', async () => {
		expect(await press(store({ token: 'old' }))).toEqual(ok);
		expect(asked().map(([, url]) => url)).toEqual(['/me', '/tokens', '/me']);
	});

	it("shows the server's status text, or the text of a rule for that status", async () => {
		answer = () => ({ status: 404 });
		expect(await press(store({ token: 'fresh' }))).toEqual(['Error', 'Not Found']);
		answer = () => ({ status: 403 });
		expect(await press(store({ token: 'fresh' }))).toEqual(['Error', 'No access to this project']);
	});

	it('shows the text of a rule for a body that means failure', async () => {
		answer = () => ({ body: { state: { code: 'locked' } } });
		const type = new ProbeApi();
		const properties = { key: 'state.code', value: 'locked', message: 'Locked' };
		type.test!.rules = [{ type: 'responseSuccessBody', properties }];
		expect(await press(store({ token: 'fresh' }), type)).toEqual(['Error', 'Locked']);

		answer = () => ({ body: { state: { code: 'open' } } });
		expect(await press(store({ token: 'fresh' }), type)).toEqual(ok);
	});

	it('shows the code if there is no answer, and what a sign-in throws', async () => {
		await server.close();
		expect(await press(store({ token: 'fresh' }))).toEqual(['Error', 'ECONNREFUSED']);

		const type = new ProbeApi();
		type.preAuthentication = async () => await Promise.reject(new Error('Wrong password'));
		expect(await press(store(), type)).toEqual(['Error', 'Wrong password']);
	});

	it('needs a type with a test', async () => {
		const type = new ProbeApi();
		type.test = undefined;
		expect(await press(store(), type)).toEqual([
			'Error',
			'No testing function found for this credential.',
		]);
	});

	it("has n8n's log with it", async () => {
		answer = () => ({ status: 404 });
		const types = typesOf(new ProbeApi());
		const { log } = await testCredential({ types, credentials: store({ token: 't' }), id: ID });
		expect(log).toMatch(/^error: /m);
	});
});

describe('a list search', () => {
	const node = {
		type: `${PACKAGE}.probe`,
		parameters: { folder: 'b' },
		credentials: { probeApi: { id: ID, name: 'Probe' } },
	};
	const types = typesOf(new ProbeApi());
	types.nodeTypes.getByNameAndVersion(node.type).methods = {
		listSearch: {
			async folders(filter, paginationToken) {
				const { baseUrl: baseURL } = await this.getCredentials<{ baseUrl: string }>('probeApi');
				const options = { baseURL, url: '/folders', qs: { filter, paginationToken } };
				await this.helpers.httpRequestWithAuthentication.call(this, 'probeApi', options);
				const name = String(this.getCurrentNodeParameter('folder'));
				return { results: [{ name, value: 1 }], paginationToken: 2 as never };
			},
		},
	};

	it('gets the filter, the page, the open node and its credential', async () => {
		const credentials = store();
		const page = { filter: 'x', paginationToken: '1' };
		const found = await listSearch({ types, node, method: 'folders', credentials, ...page });

		expect(found).toEqual({ results: [{ name: 'b', value: 1 }], paginationToken: '2' });
		expect(asked()).toEqual([
			['POST', '/tokens', undefined],
			['GET', '/folders?filter=x&paginationToken=1', 'fresh'],
		]);
		expect(credentials.get(ID).data.token).toBe('fresh');
	});

	it('throws what the method throws, and if there is no such method', async () => {
		answer = () => ({ status: 404 });
		const credentials = store({ token: 'fresh' });
		await expect(listSearch({ types, node, method: 'folders', credentials })).rejects.toMatchObject(
			{
				httpCode: '404',
			},
		);
		await expect(listSearch({ types, node, method: 'files' })).rejects.toThrow(
			`Node type "${PACKAGE}.probe" has no listSearch method "files"`,
		);
	});
});

import type { Standin } from '../../../dev/standin/server';

/** An answer as tests look at it; `body` is the parsed JSON. */
export interface Received {
	status: number;
	headers: Headers;
	body: unknown;
}

/** Calls a KooSearch operation; `path` is what follows `…/uni-search`. Without `headers` it is signed with a new token. */
export async function callKooSearch(
	standin: Standin,
	method: string,
	path: string,
	body?: unknown,
	headers: Record<string, string> = { 'X-Auth-Token': standin.state.access.issueToken() },
): Promise<Received> {
	const { projectId, applicationId } = standin.state;
	const root = `${standin.url}/v1/${projectId}/applications/${applicationId}/uni-search`;
	return await send(root + path, method, body, headers);
}

/** Signs in at IAM; what is given replaces the first account's data. */
export async function signIn(
	standin: Standin,
	given: { name?: string; password?: string; project?: object } = {},
): Promise<Received> {
	const [account] = standin.state.access.accounts;
	const { name = account.userName, password = account.password } = given;
	const { project = { id: standin.state.projectId } } = given;
	const user = { name, password, domain: { name: account.domainName } };
	const identity = { methods: ['password'], password: { user } };
	const body = { auth: { identity, scope: { project } } };
	return await send(`${standin.iamUrl}/v3/auth/tokens?nocatalog=true`, 'POST', body);
}

/** Sends a body as JSON; text goes out as it is. */
export async function send(
	url: string,
	method: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<Received> {
	const response = await fetch(url, {
		method,
		headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
		body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
		redirect: 'manual',
	});
	const text = await response.text();
	const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
	return {
		status: response.status,
		headers: response.headers,
		body: isJson ? JSON.parse(text) : text,
	};
}

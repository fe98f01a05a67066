import type { IDataObject, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import { readAddress, secretsOf } from './connection';
import { causes, clause, redirectTarget } from './text';

/**
 * Credential and node are two bundles, so these are told apart by name. They carry no `response`: n8n-core would
 * take one for an expired token and sign in a second time.
 */
const REFUSED = 'SignInRefused';
const UNAVAILABLE = 'SignInUnavailable';

const TIMEOUT = 30_000;

/** How the request is sent: `helpers.httpRequest` of the credential's hook. */
type Send = (options: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

/** What the user filled in for an IAM user. */
interface Account {
	tokensUrl: string;
	domainName: string;
	name: string;
	password: string;
	projectId: string;
	/** Values that no text may show. */
	secrets: string[];
}

/**
 * Signs an IAM user in: `POST {iamEndpoint}/v3/auth/tokens` with the scope of the project.
 *
 * @returns the token, from the header X-Subject-Token; it lasts 24 hours
 * @throws Error whose message says which field to look at, and holds no secret
 */
export async function signIn(credential: IDataObject, send: Send): Promise<string> {
	const account = readAccount(credential);
	const { domainName, name, password, projectId } = account;
	const user = { name, password, domain: { name: domainName } };
	const identity = { methods: ['password'], password: { user } };
	const request: IHttpRequestOptions = {
		method: 'POST',
		url: `${account.tokensUrl}?nocatalog=true`,
		headers: { 'Content-Type': 'application/json;charset=utf8' },
		body: { auth: { identity, scope: { project: { id: projectId } } } },
		json: true,
		timeout: TIMEOUT,
		disableFollowRedirect: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
	};
	const response = await send(request).catch(() => undefined);
	if (!response) throw unavailable('gave no answer');
	return readToken(response, account);
}

function readAccount(credential: IDataObject): Account {
	try {
		return {
			tokensUrl: `${readAddress(credential.iamEndpoint, 'IAM Endpoint')}/v3/auth/tokens`,
			domainName: readText(credential.domainName, 'Account Name').trim(),
			name: readText(credential.username, 'User Name').trim(),
			password: readText(credential.password, 'Password'),
			projectId: readText(credential.projectId, 'Project ID').trim(),
			secrets: secretsOf(credential),
		};
	} catch (error) {
		throw refused((error as Error).message);
	}
}

function readToken(response: IN8nHttpFullResponse, account: Account): string {
	const { statusCode, headers } = response;
	if (statusCode === 429 || statusCode >= 500) throw unavailable(`answered HTTP ${statusCode}`);
	if (statusCode >= 300) throw refused(explain(response, account));
	const token = headers['x-subject-token'];
	if (statusCode === 201 && typeof token === 'string' && token !== '') return token;
	throw refused(
		`Huawei Cloud IAM answered without a token (HTTP ${statusCode}). Check 'IAM Endpoint' of the credential: it may be the address of another service.`,
	);
}

/** Why IAM refused, and which field to look at. */
function explain({ statusCode, body, headers }: IN8nHttpFullResponse, account: Account): string {
	const { secrets } = account;
	if (statusCode >= 300 && statusCode < 400) {
		const target = redirectTarget(headers.location, secrets);
		return `'IAM Endpoint' of the credential redirects ${target}, which is not followed (HTTP ${statusCode}). Enter the address of IAM itself.`;
	}
	const said = clause(reasonIn(body), 300, secrets);
	const told = `Huawei Cloud IAM refused the sign-in${said && `: ${said}`} (HTTP ${statusCode}).`;
	return `${told} ${cure(statusCode, said, account.name === account.domainName)}`;
}

/**
 * IAM refuses with `{error: {message}}` as well as with `{message}`, other services beside it with `{error_msg}`.
 * (No schema: only a text is looked for, and the credential's bundle does without zod.)
 */
function reasonIn(body: unknown): string {
	const { error, message, error_msg } = (body ?? {}) as Record<string, unknown>;
	const { message: wrapped } = (error ?? {}) as Record<string, unknown>;
	return [wrapped, message, error_msg].find((text) => typeof text === 'string') ?? '';
}

function cure(statusCode: number, said: string, sameNames: boolean): string {
	if (/\block/i.test(said)) {
		return "The account is locked after too many tries. Wait 15 minutes, then check 'User Name' and 'Password' of the credential before running again.";
	}
	if (sameNames) {
		return "'User Name' and 'Account Name' of the credential are the same, which is typical of a HUAWEI ID. It cannot sign in here: create an IAM user with programmatic access and enter its name as 'User Name'.";
	}
	if (statusCode === 401) {
		return "Check 'User Name', 'Password' and 'Account Name' of the credential. The user has to be an IAM user with programmatic access; a HUAWEI ID cannot sign in here.";
	}
	return "Check 'Project ID' and 'IAM Endpoint' of the credential: the project has to be in the region of the endpoint, and the IAM user needs access to it.";
}

function readText(value: unknown, field: string): string {
	if (typeof value === 'string' && value.trim() !== '') return value;
	throw new Error(
		`'${field}' of the KooSearch credential is empty. Enter it, or choose another way to sign in under 'Authentication'.`,
	);
}

function refused(message: string): Error {
	return marked(REFUSED, message);
}

function unavailable(what: string): Error {
	return marked(
		UNAVAILABLE,
		`Huawei Cloud IAM ${what} to the sign-in. Check 'IAM Endpoint' of the credential, or try again later.`,
	);
}

/** `errorCode` is what n8n before 2.34 takes along when it wraps the error; see `causes`. */
function marked(name: string, message: string): Error {
	return Object.assign(new Error(message), { name, errorCode: name });
}

/** Whether the sign-in was refused, so that another try could only lock the account. */
export function isSignInRefusal(error: unknown): boolean {
	return causes(error).some(({ name }) => name === REFUSED);
}

/** Whether IAM itself could not answer, which passes. */
export function isSignInOutage(error: unknown): boolean {
	return causes(error).some(({ name }) => name === UNAVAILABLE);
}

/** The sign-in's own text: n8n-core wraps it, and may put another text before it. */
export function signInMessage(error: unknown): string | undefined {
	return causes(error).find(({ name }) => name === REFUSED || name === UNAVAILABLE)?.message;
}

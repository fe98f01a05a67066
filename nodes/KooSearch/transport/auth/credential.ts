import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

/** The ways to sign in; values of the credential's `authentication`. */
export const AUTHENTICATIONS = ['iamUser', 'token', 'appCode', 'none'] as const;
export type Authentication = (typeof AUTHENTICATIONS)[number];

/** A credential that does not fit; the message names its field, and no secret is in it. */
export class InvalidCredentialError extends Error {}

/** What a `kooSearchApi` credential says about the service. */
export interface Connection {
	/** `{baseUrl}/v1/{project_id}/applications/{application_id}/uni-search`, no slash at the end. */
	root: string;
	/** The same without the address: what the API pages print before `/{repo_id}/…`. */
	rootPath: string;
	authentication: Authentication;
	/** Values that no text may show. It grows when a token is renewed; see `learnSecrets`. */
	secrets: string[];
	/** Those of them that no data may show either. */
	tokens: string[];
}

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Checks a credential and builds the start of every KooSearch URL.
 *
 * The project and application ID take 1–64 letters, digits, `-` and `_`. The API pages also ask for a
 * leading letter, but their own examples start with digits, so that isn't demanded.
 *
 * @throws InvalidCredentialError that names the credential's field; no secret is in it
 */
export function readConnection(credential: IDataObject): Connection {
	const authentication = readAuthentication(credential);
	const base = readAddress(credential.baseUrl, 'Base URL', authentication === 'none');
	const projectId = readId(credential.projectId, 'Project ID');
	const applicationId = readId(credential.applicationId, 'Application ID');
	const rootPath = `/v1/${projectId}/applications/${applicationId}/uni-search`;
	const connection = { root: base + rootPath, rootPath, authentication, secrets: [], tokens: [] };
	learnSecrets(connection, credential);
	return connection;
}

/**
 * Whom IAM gives a token to, as a hash: a credential that was changed to another user, project or password must not go
 * on with the token of the one before, which n8n keeps until it is refused.
 */
export function fingerprintOf(credential: IDataObject): string {
	const { iamEndpoint, domainName, username, projectId, password } = credential;
	const account = [iamEndpoint, domainName, username, projectId].map(trimmed);
	const text = JSON.stringify([...account, password]);
	return createHash('sha256').update(text).digest('base64url');
}

/** What n8n is to keep of a sign-in. A token holds no spaces. */
export function toSessionToken(token: string, credential: IDataObject): string {
	return `${token} ${fingerprintOf(credential)}`;
}

/** The token that was kept, or an empty text when it was given for another account or password. */
export function tokenOfSession(credential: IDataObject): string {
	const kept = trimmed(credential.sessionToken);
	const token = bareToken(kept);
	return kept === toSessionToken(token, credential) ? token : '';
}

function bareToken(sessionToken: string): string {
	return sessionToken.replace(/ .*$/s, '');
}

/**
 * The header that signs a request (page "Authentication"): a token, or the AppCode of an app. The internal address
 * of the service asks for neither, so no secret is sent there, whatever other fields still hold.
 */
export function signatureOf(credential: IDataObject): IDataObject {
	const authentication = readAuthentication(credential);
	if (authentication === 'none') return {};
	if (authentication === 'appCode') return { 'X-Apig-AppCode': trimmed(credential.appCode) };
	const pasted = authentication === 'token';
	return { 'X-Auth-Token': pasted ? trimmed(credential.token) : tokenOfSession(credential) };
}

/** Adds the secrets that a credential holds by now. Those it held before may still come back in an answer. */
export function learnSecrets({ secrets, tokens }: Connection, credential: IDataObject): void {
	add(secrets, secretsOf(credential));
	add(tokens, tokensOf(credential));
}

function add(known: string[], values: string[]): void {
	known.push(...values.filter((value) => !known.includes(value)));
}

export function secretsOf(credential: IDataObject): string[] {
	const { password } = credential;
	return [...tokensOf(credential), ...(typeof password === 'string' ? [password] : [])];
}

function tokensOf({ token, sessionToken, appCode }: IDataObject): string[] {
	const tokens = [token, bareToken(trimmed(sessionToken)), appCode];
	return tokens.filter((value): value is string => typeof value === 'string' && value !== '');
}

function readAuthentication({ authentication, token, appCode }: IDataObject): Authentication {
	const known = AUTHENTICATIONS.find((one) => one === authentication);
	if (!known) throw invalidField('Authentication', 'is not set', 'Choose how to sign in');
	if (known === 'token' && !trimmed(token)) {
		throw invalidField(
			'Token',
			'is empty',
			"Paste a token, or choose 'IAM User' to sign in automatically",
		);
	}
	if (known === 'appCode' && !trimmed(appCode)) {
		throw invalidField('AppCode', 'is empty', 'Paste the AppCode of your app');
	}
	return known;
}

/** Pasted values often come with a line break. */
function trimmed(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/**
 * An address without its trailing slashes. Plain http:// would show secrets to everyone on the way, so it is taken
 * for this machine only, or where no secret is sent.
 *
 * @throws InvalidCredentialError that names `field`
 */
export function readAddress(value: unknown, field: string, withoutSecret = false): string {
	const text = trimmed(value);
	if (text === '')
		throw invalidField(field, 'is empty', 'Enter an address that starts with https://');
	const url = parseUrl(text);
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw invalidField(field, 'is not a URL', 'It has to start with https://');
	}
	if (url.username || url.password || url.search || url.hash) {
		throw invalidField(field, 'holds more than an address', 'Leave out user, password, ? and #');
	}
	if (url.protocol === 'http:' && !withoutSecret && !LOOPBACK.test(url.hostname)) {
		throw invalidField(
			field,
			'starts with http://',
			'Use https://, so that no secret travels unencrypted',
		);
	}
	return (url.origin + url.pathname).replace(/\/+$/, '');
}

function readId(value: unknown, field: string): string {
	const text = trimmed(value);
	if (text === '') throw invalidField(field, 'is empty', 'The README says where to find it');
	if (!ID.test(text)) {
		throw invalidField(
			field,
			'is not an ID',
			'It takes 1 to 64 letters, digits, hyphens and underscores',
		);
	}
	return text;
}

function parseUrl(text: string): URL | undefined {
	try {
		return new URL(text);
	} catch {
		return undefined;
	}
}

function invalidField(field: string, what: string, hint: string): Error {
	return new InvalidCredentialError(`'${field}' of the KooSearch credential ${what}. ${hint}.`);
}

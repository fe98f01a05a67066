import type { IDataObject, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import { InvalidCredentialError, readAddress, secretsOf } from './credential';
import { AnswerTooLargeError, MAX_ANSWER, withBody } from '../body';
import { causeChain } from '../errors/cause';
import {
	codeIn,
	isConnectionLostCode,
	isTimeoutCode,
	networkErrorKind,
} from '../errors/networkErrorKinds';
import { readRetryAfter } from '../retryAfter';
import { redirectTarget, sanitizeSentence } from '../errors/text';

/**
 * How a sign-in failed. n8n-core wraps what the credential's hook throws, so it is recognized by its name. It carries
 * no `response`: n8n-core would take that for an expired token and sign in a second time.
 */
const REFUSED = 'SignInRefused';
const UNAVAILABLE = 'SignInUnavailable';

/** For one sign-in, in milliseconds: two of them fit into what a run waits for IAM. */
export const SIGN_IN_TIMEOUT = 7_000;

/** How the request is sent: `helpers.httpRequest` of the credential's hook. */
type SendSignIn = (options: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

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
export async function signIn(credential: IDataObject, send: SendSignIn): Promise<string> {
	const account = readAccount(credential);
	const { domainName, name, password, projectId } = account;
	const user = { name, password, domain: { name: domainName } };
	const identity = { methods: ['password'], password: { user } };
	// The helper's own time-out ends with the headers of the answer.
	const abortSignal = AbortSignal.timeout(SIGN_IN_TIMEOUT);
	const request: IHttpRequestOptions = {
		method: 'POST',
		url: `${account.tokensUrl}?nocatalog=true`,
		headers: { 'Content-Type': 'application/json;charset=utf8' },
		body: { auth: { identity, scope: { project: { id: projectId } } } },
		json: true,
		timeout: SIGN_IN_TIMEOUT,
		encoding: 'stream',
		abortSignal,
		disableFollowRedirect: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
	};
	try {
		const response = await withBody(await send(request), abortSignal, []);
		return readToken(response, account);
	} catch (error) {
		throw isSignInError(error) ? error : notReached(error, account.secrets);
	}
}

/** n8n's own protection, which an administrator may have switched on (from 2.41). */
const SSRF_BLOCKED =
	"n8n's SSRF protection does not allow requests to 'IAM Endpoint' of the credential. Check the address; if it is right, ask n8n's administrator to allow it.";

const TOO_LARGE = `Huawei Cloud IAM did not sign in: its answer is larger than ${MAX_ANSWER / 1024 / 1024} MB. Check 'IAM Endpoint' of the credential: it may be the address of another service.`;

function notReached(error: unknown, secrets: string[]): Error {
	if (error instanceof AnswerTooLargeError) return refused(TOO_LARGE);
	const chain = causeChain(error);
	const code = codeIn(chain);
	const kind = networkErrorKind(code);
	if (kind?.isTransient) return unavailable(`was not reached: ${kind.what}`);
	if (kind) {
		const own = kind.hint === 'certificate' ? "; 'Ignore SSL Issues' does not apply to it" : '';
		return refused(
			`Huawei Cloud IAM was not reached: ${kind.what}. Check 'IAM Endpoint' of the credential${own}.`,
		);
	}
	if (isTimeoutCode(code) || isConnectionLostCode(code) || isCancelCode(code)) {
		return unavailable('did not answer');
	}
	if (chain.some(({ name }) => name.startsWith('SsrfBlocked'))) return refused(SSRF_BLOCKED);
	const said = sanitizeSentence(chain.at(-1)?.message ?? '', 300, secrets);
	return refused(
		`Huawei Cloud IAM was not reached: ${said || 'no reason was given'}. Check 'IAM Endpoint' of the credential, and that n8n may reach it.`,
	);
}

/** The request was ended by its own time limit. */
function isCancelCode(code: string): boolean {
	return code === 'ERR_CANCELED';
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
		throw error instanceof InvalidCredentialError ? refused(error.message) : error;
	}
}

/** Of two headers Node.js makes one text, with a comma and a space. */
const TOKEN = /^[\x21-\x7e]+$/;

function readToken(response: IN8nHttpFullResponse, account: Account): string {
	const { statusCode, headers } = response;
	if (statusCode === 429 || statusCode >= 500) {
		const retryAfter = readRetryAfter(headers);
		throw unavailable(`answered HTTP ${statusCode}`, retryAfter);
	}
	if (statusCode >= 300) throw refused(explainRefusal(response, account));
	const token = headers['x-subject-token'];
	if (statusCode === 201 && typeof token === 'string' && TOKEN.test(token)) return token;
	throw refused(
		`Huawei Cloud IAM answered without a token (HTTP ${statusCode}). Check 'IAM Endpoint' of the credential: it may be the address of another service.`,
	);
}

/** Why IAM refused, and which field to look at. */
function explainRefusal(
	{ statusCode, body, headers }: IN8nHttpFullResponse,
	account: Account,
): string {
	const { secrets } = account;
	if (statusCode >= 300 && statusCode < 400) {
		const target = redirectTarget(headers.location, secrets);
		return `'IAM Endpoint' of the credential redirects ${target}, which is not followed (HTTP ${statusCode}). Enter the address of IAM itself.`;
	}
	const said = sanitizeSentence(messageIn(body), 300, secrets);
	const what = `Huawei Cloud IAM refused the sign-in${said && `: ${said}`} (HTTP ${statusCode}).`;
	return `${what} ${hintFor(statusCode, said, account.name === account.domainName)}`;
}

/**
 * IAM refuses with `{error: {message}}` as well as with `{message}`, other services beside it with `{error_msg}`.
 */
function messageIn(body: unknown): string {
	const { error, message, error_msg } = (body ?? {}) as Record<string, unknown>;
	const { message: wrapped } = (error ?? {}) as Record<string, unknown>;
	return [wrapped, message, error_msg].find((text) => typeof text === 'string') ?? '';
}

function hintFor(statusCode: number, said: string, sameNames: boolean): string {
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
	throw new InvalidCredentialError(
		`'${field}' of the KooSearch credential is empty. Enter it, or choose another way to sign in under 'Authentication'.`,
	);
}

function refused(message: string): Error {
	return signInError(REFUSED, message);
}

function unavailable(what: string, retryAfter?: number): Error {
	const message = `The sign-in failed: Huawei Cloud IAM ${what}. Check 'IAM Endpoint' of the credential, or try again later.`;
	return Object.assign(signInError(UNAVAILABLE, message), { retryAfter });
}

/** `errorCode` is what n8n before 2.34 takes along when it wraps the error; see `causeChain`. */
function signInError(name: string, message: string): Error {
	return Object.assign(new Error(message), { name, errorCode: name });
}

function isSignInError(error: unknown): boolean {
	return error instanceof Error && (error.name === REFUSED || error.name === UNAVAILABLE);
}

/** A failed sign-in, as far as it can be read from what n8n-core made of it. */
export interface SignInError {
	message: string;
	/** Whether IAM itself could not answer, which may pass. Else another try could only lock the account. */
	isOutage: boolean;
	/** In milliseconds. */
	retryAfter?: number;
}

/** @param chain an error and its causes: n8n-core wraps the sign-in's own error, and may put another text before it */
export function readSignInError(chain: Error[]): SignInError | undefined {
	const error = chain.find(isSignInError);
	if (!error) return undefined;
	const { message, name } = error;
	const { retryAfter } = error as { retryAfter?: number };
	return { message, isOutage: name === UNAVAILABLE, retryAfter };
}

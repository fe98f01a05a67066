import type { IDataObject, IN8nHttpFullResponse } from 'n8n-workflow';
import { z } from 'zod';

import type { FailedCall } from './errorCodes';
import { CallFailure } from './errors';
import { signInMessage } from './signIn';
import { causes, clause } from './text';

/** What kept a call from arriving at all. */
interface Obstacle {
	/** Of Node.js or of its TLS layer. */
	codes: RegExp;
	what: string;
	remedy: string;
	/** Whether another try may get through. */
	passes: boolean;
}

const OBSTACLES: Obstacle[] = [
	{
		codes: /^ECONNREFUSED$/,
		what: 'the connection was refused',
		remedy: "Check 'Base URL' of the credential and that the gateway is running.",
		passes: true,
	},
	{
		codes: /^(ENOTFOUND|ERR_INVALID_URL)$/,
		what: 'its host name was not found',
		remedy: "Check 'Base URL' of the credential.",
		passes: false,
	},
	{
		codes: /^EAI_AGAIN$/,
		what: 'its host name could not be looked up',
		remedy: "Check the network that n8n is in, and 'Base URL' of the credential.",
		passes: true,
	},
	{
		codes: /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/,
		what: 'there is no way to its address',
		remedy: "Check 'Base URL' of the credential, and that n8n may reach the gateway's network.",
		passes: true,
	},
	{
		codes: /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/,
		what: 'its certificate is not trusted',
		remedy:
			"Check 'Base URL' of the credential; turn on 'Ignore SSL Issues' there only if the address is right and the network is yours.",
		passes: false,
	},
	{
		codes: /ERR_SSL|EPROTO/,
		what: 'what answers there does not speak TLS as it should',
		remedy: "Check host and port of 'Base URL' of the credential.",
		passes: false,
	},
];

/** Codes of Node.js and of axios for a call that may have arrived. */
const LATE = /^(ETIMEDOUT|ECONNABORTED|ESOCKETTIMEDOUT)$/;
const CUT_OFF = /^(ECONNRESET|EPIPE|ERR_BAD_RESPONSE|ERR_STREAM_PREMATURE_CLOSE|HPE_\w+)$/;

const CHECK_NETWORK =
	"If it happens again, check 'Base URL' of the credential and the network between n8n and the gateway.";

/** A call without any answer: `cause` is what n8n-core's request helper threw, `timeout` is in milliseconds. */
export function unreachable(cause: unknown, timeout: number, call: FailedCall): CallFailure {
	const signIn = signInMessage(cause);
	if (signIn !== undefined) return new CallFailure(signIn, 'run');
	const code = errorCode(cause);
	const obstacle = obstacleFor(code);
	if (obstacle) {
		const { what, remedy } = obstacle;
		return new CallFailure(`KooSearch was not reached: ${what}. ${remedy}`, 'call');
	}
	return new CallFailure(broken(cause, code, timeout, call), 'call', undefined, true);
}

/** Whether a call that got no answer may have reached KooSearch all the same. */
export function mayHaveArrived(cause: unknown): boolean {
	return signInMessage(cause) === undefined && !obstacleFor(errorCode(cause));
}

/** Whether what kept a call from being answered may be over by the next try. */
export function passes(cause: unknown): boolean {
	const code = errorCode(cause);
	return LATE.test(code) || CUT_OFF.test(code) || obstacleFor(code)?.passes === true;
}

function obstacleFor(code: string): Obstacle | undefined {
	return OBSTACLES.find(({ codes }) => codes.test(code));
}

function broken(
	cause: unknown,
	code: string,
	timeout: number,
	{ listing, secrets }: FailedCall,
): string {
	if (LATE.test(code)) {
		const remedy = listing
			? 'Try again later.'
			: "Raise 'Timeout (Ms)' or lower 'Items per Batch' in the node's options.";
		return `KooSearch did not answer within ${timeout} ms. ${remedy}`;
	}
	if (CUT_OFF.test(code)) return `The connection to KooSearch was cut off. ${CHECK_NETWORK}`;
	const said = cause instanceof Error ? clause(cause.message, 300, secrets) : '';
	return `KooSearch was not reached: ${said || 'no reason was given'}. ${CHECK_NETWORK}`;
}

/** The code of Node.js or axios; n8n wraps the request's error, so it may be one or two causes down. */
export function errorCode(error: unknown): string {
	for (const cause of causes(error)) {
		if ('code' in cause && typeof cause.code === 'string') return cause.code;
	}
	return '';
}

const axiosAnswer = z.object({
	response: z.object({ status: z.number(), data: z.unknown(), headers: z.record(z.any()) }),
});

/** The answer inside an error that n8n-core threw for its status, or undefined when there was none. */
export function answerIn(error: unknown): IN8nHttpFullResponse | undefined {
	for (const cause of causes(error)) {
		const parsed = axiosAnswer.safeParse(cause);
		if (!parsed.success) continue;
		const { status, data, headers } = parsed.data.response;
		return { statusCode: status, body: data as IDataObject, headers: { ...headers } };
	}
	return undefined;
}

/**
 * Whether the connection broke in the middle of the body. n8n-core gives such an answer without a body, or with the
 * text that came, as if it were whole. (Text that was compressed on the way is longer than its Content-Length.)
 */
export function isCutOff({ statusCode, body, headers }: IN8nHttpFullResponse): boolean {
	// Of a refusal the status is enough, and a proxy's page may have been compressed or lost its byte order mark.
	if (statusCode >= 400 || (typeof body === 'object' && body !== null)) return false;
	return Buffer.byteLength(String(body ?? '')) < Number(headers['content-length']);
}

/** A broken connection, as Node.js tells of it. */
export function connectionReset(): Error {
	return Object.assign(new Error('The connection was cut off'), { code: 'ECONNRESET' });
}

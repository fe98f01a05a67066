/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { ownAnswer } from './exchange';
import type { Answer, Delivery, RecordedRequest } from './exchange';
import type { Fault, What } from './faults';
import { gatewayRefusal, iamRefusal, serviceRefusal } from './refusals';
import type { State } from './state';

const NOTHING: Answer = { status: 200 };
const HTML = { 'Content-Type': 'text/html; charset=utf-8' };

/** Does what the request asks for, without touching these IDs. */
type Perform = (untouched?: string[]) => Answer;

/** Applies a fault to a request. */
export function applyFault(
	fault: Fault,
	request: RecordedRequest,
	state: State,
	perform: Perform,
): Delivery {
	const { what, at = 'before' } = fault;
	switch (what.kind) {
		case 'slow':
			return ownAnswer(perform(), what.ms);
		case 'reject':
			return ownAnswer(perform(what.ids));
		case 'halfJson':
			return { answer: perform(), how: 'half', own: true };
		case 'halfChunked':
			return { answer: perform(), how: 'halfChunked', own: true };
		case 'truncated':
			return instead(truncate(perform()));
		case 'late':
			setTimeout(perform, what.ms);
			return { answer: NOTHING, how: 'never', own: false };
	}
	if (at === 'after') perform();
	switch (what.kind) {
		case 'drip':
			return { answer: { ...NOTHING, headers: what.headers }, how: 'drip', own: false };
		case 'switchingProtocols':
			return { answer: NOTHING, how: what.kind, own: false };
		case 'reset':
		case 'cutBody':
			return { answer: NOTHING, how: 'cut', own: false };
		case 'hang':
			return { answer: NOTHING, how: 'never', own: false };
		case 'expireTokens':
			state.access.expireTokens(what.code);
			return instead(expired(what.code));
		default:
			return instead(replacement(what, request));
	}
}

function instead(answer: Answer): Delivery {
	return { answer, how: 'whole', own: false };
}

type Replacing = Extract<
	What,
	{ kind: 'throttle' | 'status' | 'html' | 'body' | 'redirect' | 'refuseIds' }
>;

function replacement(what: Replacing, { operationId }: RecordedRequest): Answer {
	switch (what.kind) {
		case 'throttle':
			return throttled(what.status ?? 429, what.retryAfter, operationId);
		case 'status':
			return what.html ? webPage(what.status) : failure(what, operationId);
		case 'html':
			return webPage(200);
		case 'body':
			return { status: what.status ?? 200, headers: what.headers, body: what.body };
		case 'redirect':
			return { status: what.status ?? 302, headers: { Location: what.location } };
		case 'refuseIds':
			return serviceRefusal(what.code ?? 'KOS.00010002', 'An ID is refused').answer;
	}
}

function truncate(answer: Answer): Answer {
	const text = JSON.stringify(answer.body);
	return { ...answer, body: text.slice(0, text.length / 2) };
}

function expired(code: 'APIG.0301' | 'APIG.0307' = 'APIG.0307'): Answer {
	return gatewayRefusal(401, code, 'The token must be updated: token expired').answer;
}

/** The gateway's own throttling, or the service's, whose HTTP status is not documented. */
function throttled(status: 429 | 400, retryAfter?: number | Date, operationId?: string): Answer {
	const code = status === 429 ? 'APIG.0308' : 'kos.00050008';
	const message = 'The throttling threshold has been reached: 100 requests in 1 minute';
	const answer = failure({ status, code, message }, operationId);
	if (retryAfter === undefined) return answer;
	const text = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
	return { ...answer, headers: { 'Retry-After': text } };
}

function webPage(status: number): Answer {
	const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body>A web page</body></html>`;
	return { status, headers: HTML, body };
}

/** The code that usually comes with a status (APIG's table, page ErrorCode). */
const USUAL_CODES: Record<number, string> = {
	400: 'KOS.00010002',
	401: 'APIG.0301',
	403: 'APIG.0302',
	404: 'APIG.0101',
	413: 'APIG.0201',
	429: 'APIG.0308',
	500: 'KOS.00060002',
	502: 'APIG.0202',
	504: 'APIG.0203',
};

interface Failure {
	status: number;
	code?: string;
	message?: string;
}

function failure({ status, code, message = 'Switched on by a test' }: Failure, operationId = '') {
	if (operationId.startsWith('Keystone')) return iamRefusal(status, message).answer;
	const usual = code ?? USUAL_CODES[status] ?? 'APIG.0201';
	return usual.startsWith('APIG')
		? gatewayRefusal(status, usual, message).answer
		: serviceRefusal(usual, message, status).answer;
}

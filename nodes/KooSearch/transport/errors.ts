import { z } from 'zod';

import type { FailedCall } from './errorCodes';
import { adviceFor } from './errorCodes';
import { clause, clean, redirectTarget } from './text';

/**
 * What a call that gave no usable answer means for the other calls of the run.
 *
 * - `content`: the answer may be about one of the IDs, the others could still go through
 * - `call`: this call only
 * - `run`: every further call would be refused as well
 */
export type FailureScope = 'content' | 'call' | 'run';

/** A call that gave no usable answer. The message is complete: what happened and what to do. */
export class CallFailure extends Error {
	constructor(
		message: string,
		readonly scope: FailureScope,
		readonly httpStatus?: number,
		/** Whether the service may have done what it was asked for all the same. */
		public effectUnknown = false,
	) {
		super(message);
	}
}

/**
 * 400 codes that speak of the request's content, so that a smaller call may succeed. KooSearch answers 400
 * for everything (page ErrorCode); a closed knowledge base or a broken database is not mended that way.
 */
const ABOUT_CONTENT = new Set([
	'KOS.00010002',
	'KOS.00010003',
	'KOS.00010006',
	'KOS.00050001',
	'KOS.00050006',
]);

/**
 * Both spellings of the message key occur: the gateway and the API pages say `error_msg`, one older sample
 * `error_message`.
 */
const errorBody = z.object({
	error_code: z.string().optional(),
	error_msg: z.string().optional(),
	error_message: z.string().optional(),
});

/** Turns an answer other than 2xx, or one that holds an error code all the same, into what is told to the user. */
export function refusal(httpStatus: number, body: unknown, call: FailedCall): CallFailure {
	const parsed = errorBody.safeParse(body);
	const { error_code, error_msg, error_message } = parsed.success ? parsed.data : {};
	const code = error_code ? clean(error_code, 64, call.secrets) : undefined;
	const advice = adviceFor(code, httpStatus, call);
	const said = clause(error_msg ?? error_message ?? advice.meaning, 500, call.secrets);
	const name = code ? `${code}, HTTP ${httpStatus}` : `HTTP ${httpStatus}`;
	const did = httpStatus >= 500 ? 'could not carry out' : 'refused';
	return new CallFailure(
		`KooSearch ${did} the call: ${said} (${name}). ${advice.remedy}`,
		scopeOf(httpStatus, code),
		httpStatus,
		httpStatus >= 500 || httpStatus < 300,
	);
}

function scopeOf(httpStatus: number, code: string | undefined): FailureScope {
	if (httpStatus === 401 || httpStatus === 403) return 'run';
	if (httpStatus !== 400) return 'call';
	return code === undefined || ABOUT_CONTENT.has(code.toUpperCase()) ? 'content' : 'call';
}

/** A 2xx answer that isn't what the API page promises; `why` says what is missing or wrong. */
export function unusableAnswer(httpStatus: number, why: string): CallFailure {
	return new CallFailure(
		`KooSearch's answer could not be understood: ${why} (HTTP ${httpStatus}). ` +
			"Check 'Base URL' of the credential, and whether a proxy answers in KooSearch's place.",
		'call',
		httpStatus,
		true,
	);
}

/** A redirect: never followed, since the token would go along to wherever it leads. */
export function redirected(
	httpStatus: number,
	location: unknown,
	{ secrets }: FailedCall,
): CallFailure {
	return new CallFailure(
		`KooSearch's address redirects ${redirectTarget(location, secrets)} (HTTP ${httpStatus}), which is not followed. ` +
			"Enter the address it leads to as 'Base URL' of the credential, if you trust it.",
		'run',
		httpStatus,
	);
}

/** The `error_code` of a body in upper case: it is printed both `KOS.` and `kos.`. */
export function serviceCode(body: unknown): string | undefined {
	const parsed = errorBody.safeParse(body);
	return parsed.success ? parsed.data.error_code?.toUpperCase() : undefined;
}

/** The execution was stopped or ran out of time while a call was under way. */
export function cancelled(): CallFailure {
	return new CallFailure('The execution was canceled.', 'run');
}

/** Passes an error on as it is. */
export function rethrow(error: unknown): never {
	throw error;
}

import { z } from 'zod';

import type { FailureContext } from './codes';
import { explain } from './codes';
import type { FailureScope, Outage, Quota } from './failure';
import { ApiFailure } from './failure';
import { redirectTarget, sanitizeSentence, sanitizeText } from './text';
import { MAX_ANSWER } from '../body';

/**
 * 400 codes that are about the content of the call, so that a smaller call may succeed. KooSearch answers 400
 * for everything (page ErrorCode); a closed knowledge base or a broken database is not mended that way.
 */
const ABOUT_CONTENT = new Set([
	'KOS.00010002',
	'KOS.00010003',
	'KOS.00010006',
	'KOS.00050001',
	'KOS.00050006',
]);

/** The service's own code for too many calls; the status it comes with is not documented, so any counts. */
const TOO_MANY_CALLS = 'KOS.00050008';

/** The gateway names the limit that was reached: `policy user over ratelimit,limit:5,time:1 minute` (APIG.0308). */
const NAMED_LIMIT = /\blimit:\s*(\d+),\s*time:\s*(\d+)\s*(second|minute|hour|day)/i;
const UNITS = new Map([
	['second', 1000],
	['minute', 60_000],
	['hour', 3_600_000],
	['day', 86_400_000],
]);

/** Worth another try of the same call: page ErrorCode's and the gateway's own trouble, and what HTTP says so of. */
const TRANSIENT_STATUS = new Set([408, 425, 500, 502, 503, 504]);

/** The service is not there at all, whatever is called. */
const UNAVAILABLE_STATUS = new Set([502, 503]);

/** What is no text is not there: it must not hide the rest. */
const text = z.string().optional().catch(undefined);

/** A number is one as well, but for 0: that is how other services say that all is well. */
const code = z
	.union([z.string(), z.number().transform((number) => (number === 0 ? '' : String(number)))])
	.optional()
	.catch(undefined);

/**
 * Both spellings of the message key occur: the gateway and the API pages say `error_msg`, one older sample
 * `error_message`.
 */
const errorBody = z.object({
	error_code: code,
	error_msg: text,
	error_message: text,
});

/** The `error_code` of a body in upper case: it is printed both `KOS.` and `kos.`. */
export function codeIn(body: unknown): string | undefined {
	const parsed = errorBody.safeParse(body);
	return (parsed.success && parsed.data.error_code?.toUpperCase()) || undefined;
}

/** Judges an answer that is an error by its status, or that holds an error code in spite of it. */
export function refused(
	httpStatus: number,
	body: unknown,
	retryAfter: number | undefined,
	context: FailureContext,
): ApiFailure {
	const { error_code, error_msg, error_message } = errorBody.safeParse(body).data ?? {};
	const code = error_code ? sanitizeText(error_code, 64, context.secrets) : undefined;
	const { meaning, hint } = explain(code, httpStatus, context);
	const said = sanitizeSentence(error_msg ?? error_message ?? meaning, 500, context.secrets);
	const verb = httpStatus >= 500 ? 'could not carry out' : 'refused';
	const outage = outageIn(httpStatus, code);
	return new ApiFailure({
		kind: 'http',
		scope: scopeOf(httpStatus, code),
		what: `KooSearch ${verb} the call: ${said} (${code ? `${code}, ` : ''}HTTP ${httpStatus}).`,
		hint,
		effect: context.effect,
		// A call that was throttled was not carried out, whatever status says so.
		mayHaveTakenEffect: outage !== 'throttled' && isUnclear(httpStatus),
		isTransient: outage !== undefined || TRANSIENT_STATUS.has(httpStatus),
		outage,
		retryAfter,
		quota: outage === 'throttled' ? quotaIn(error_msg ?? error_message ?? '') : undefined,
		httpStatus,
	});
}

function quotaIn(message: string): Quota | undefined {
	const [, limit, count, unit] = NAMED_LIMIT.exec(message) ?? [];
	const [calls, period] = [Number(limit), Number(count) * (UNITS.get(unit?.toLowerCase()) ?? 0)];
	return calls > 0 && period > 0 ? { calls, period } : undefined;
}

/** Gateways answer 408 also when the service behind them took too long. */
function isUnclear(httpStatus: number): boolean {
	return httpStatus >= 500 || httpStatus < 300 || httpStatus === 408;
}

function outageIn(httpStatus: number, code: string | undefined): Outage | undefined {
	if (httpStatus === 429 || code?.toUpperCase() === TOO_MANY_CALLS) return 'throttled';
	return UNAVAILABLE_STATUS.has(httpStatus) ? 'unavailable' : undefined;
}

function scopeOf(httpStatus: number, code: string | undefined): FailureScope {
	if (httpStatus === 401 || httpStatus === 403) return 'run';
	if (httpStatus !== 400) return 'call';
	return code === undefined || ABOUT_CONTENT.has(code.toUpperCase()) ? 'ids' : 'call';
}

/**
 * An answer that is not what the API page promises.
 *
 * @param why what is missing or wrong
 * @param isTransient whether it may be whole another time
 */
export function malformed(
	httpStatus: number,
	why: string,
	{ effect, secrets }: FailureContext,
	isTransient = false,
): ApiFailure {
	return new ApiFailure({
		kind: 'malformed',
		scope: 'call',
		what: `KooSearch's answer could not be understood: ${sanitizeText(why, 300, secrets)} (HTTP ${httpStatus}).`,
		hint: "Check 'Base URL' of the credential, and whether a proxy answers in KooSearch's place.",
		effect,
		mayHaveTakenEffect: true,
		isTransient,
		httpStatus,
	});
}

/** An answer that is longer than any that is meant, of which the rest was not read. */
export function tooLarge({ effect }: FailureContext): ApiFailure {
	return new ApiFailure({
		kind: 'malformed',
		scope: 'call',
		what: `KooSearch's answer is larger than ${MAX_ANSWER / 1024 / 1024} MB, so it was not read to its end.`,
		hint: "Check 'Base URL' of the credential, and whether a proxy answers in KooSearch's place.",
		effect,
		mayHaveTakenEffect: true,
		isTransient: false,
	});
}

/** A redirect: never followed, since the token would go along to wherever it leads. */
export function redirected(
	httpStatus: number,
	location: unknown,
	{ effect, secrets }: FailureContext,
): ApiFailure {
	return new ApiFailure({
		kind: 'http',
		scope: 'run',
		what: `KooSearch's address redirects ${redirectTarget(location, secrets)} (HTTP ${httpStatus}), which is not followed.`,
		hint: "Enter the address it leads to as 'Base URL' of the credential, if you trust it.",
		effect,
		mayHaveTakenEffect: false,
		isTransient: false,
		httpStatus,
	});
}

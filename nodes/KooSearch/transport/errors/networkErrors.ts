import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { FailureContext } from './codes';
import type { FailureFacts } from './failure';
import { codeIn, isConnectionLostCode, isTimeoutCode, networkErrorKind } from './networkErrorKinds';
import { ApiFailure } from './failure';
import { causeChain, toPlainCause } from './cause';
import { readSignInError } from '../auth/signIn';
import { readRetryAfter } from '../retryAfter';
import { refused } from './refusals';
import { sanitizeSentence } from './text';

/** What to look at, by the kind of network error. */
const HINTS = {
	address: "Check 'Base URL' of the credential and that the gateway is running.",
	network: "Check 'Base URL' of the credential, and that n8n may reach the gateway's network.",
	certificate:
		"Check 'Base URL' of the credential; turn on 'Ignore SSL Issues' there only if the address is right and the network is yours.",
};

const statusError = z.object({
	response: z.object({
		status: z.number(),
		data: z.unknown(),
		headers: z.record(z.unknown()).catch({}),
	}),
});

const CHECK_NETWORK =
	"If it happens again, check 'Base URL' of the credential and the network between n8n and the gateway.";

/**
 * Judges what n8n's request helper threw.
 *
 * @returns undefined for a programming error, which is nobody's answer
 */
export function judgeThrown(error: unknown, context: FailureContext): ApiFailure | undefined {
	const chain = causeChain(error);
	const answer = answerIn(chain);
	if (answer && answer.status >= 300) {
		const retryAfter = readRetryAfter(answer.headers as IDataObject);
		return refused(answer.status, answer.data, retryAfter, context);
	}
	const facts = { cause: toPlainCause(error, context.secrets), effect: context.effect };
	const signIn = readSignInError(chain);
	if (signIn) {
		const { message: what, isOutage, retryAfter } = signIn;
		const never = { hint: '', mayHaveTakenEffect: false, isTransient: isOutage };
		return new ApiFailure({ ...facts, ...never, kind: 'signIn', scope: 'run', what, retryAfter });
	}
	const code = codeIn(chain);
	if (code === '' && chain.some(isProgrammingError)) return undefined;
	if (isTimeoutCode(code)) return timedOut(context, facts.cause);
	const known = networkErrorKind(code);
	if (!known) return connectionLost(code, chain, context, facts.cause);
	return new ApiFailure({
		...facts,
		kind: 'network',
		scope: 'call',
		what: `KooSearch was not reached: ${known.what}.`,
		hint: HINTS[known.hint ?? 'address'],
		mayHaveTakenEffect: false,
		isTransient: known.isTransient,
		outage: known.isTransient ? 'unavailable' : undefined,
	});
}

/** The answer in an error that n8n-core threw: for its status or, with 200, because the body broke off. */
function answerIn(chain: Error[]): z.infer<typeof statusError>['response'] | undefined {
	for (const error of chain) {
		const parsed = statusError.safeParse(error);
		if (parsed.success) return parsed.data.response;
	}
	return undefined;
}

function isProgrammingError(error: Error): boolean {
	return /^(Type|Range|Reference|Syntax)Error$/.test(error.name);
}

/** A try that took longer than it may. */
export function timedOut(
	{ effect, isUpload, timeout }: FailureContext,
	cause?: FailureFacts['cause'],
): ApiFailure {
	return new ApiFailure({
		kind: 'timeout',
		scope: 'call',
		what: `KooSearch did not answer within ${timeout} ms.`,
		hint: isUpload
			? "Raise 'Timeout (Ms)' in the node's options."
			: effect === 'none'
				? 'Try again later.'
				: "Raise 'Timeout (Ms)' or lower 'Items per Batch' in the node's options.",
		effect,
		mayHaveTakenEffect: true,
		isTransient: true,
		cause,
	});
}

function connectionLost(
	code: string,
	[error]: Error[],
	{ effect, secrets }: FailureContext,
	cause?: FailureFacts['cause'],
): ApiFailure {
	const isLost = isConnectionLostCode(code);
	const said = error ? sanitizeSentence(error.message, 300, secrets) : '';
	return new ApiFailure({
		kind: 'network',
		scope: 'call',
		what: isLost
			? 'The connection to KooSearch was lost.'
			: `KooSearch was not reached: ${said || 'no reason was given'}.`,
		hint: CHECK_NETWORK,
		effect,
		mayHaveTakenEffect: true,
		isTransient: isLost,
		cause,
	});
}

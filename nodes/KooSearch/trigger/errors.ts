import type { Failure, IPollFunctions } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { InvalidFieldError } from '../parameters/readField';
import { InvalidCredentialError } from '../transport/auth/credential';
import type { FailureFacts } from '../transport/errors/failure';
import { ApiFailure } from '../transport/errors/failure';

const UNCHANGED = 'Nothing is lost: the next poll that succeeds reports what happened meanwhile.';

/** What n8n gets to see of a poll that failed; what nobody expected stays as it is. */
export function pollError(context: IPollFunctions, error: unknown): unknown {
	const node = context.getNode();
	if (error instanceof ApiFailure) {
		const { message, facts } = error;
		const httpCode = facts.httpStatus === undefined ? undefined : String(facts.httpStatus);
		const options = { message, description: UNCHANGED, httpCode };
		const shown = new NodeApiError(node, {}, options);
		// n8n replaces a message that happens to hold a code such as EPERM, so it is set once more.
		return Object.assign(shown, { message, cause: facts.cause, failure: failureOf(facts) });
	}
	if (error instanceof InvalidFieldError || error instanceof InvalidCredentialError) {
		const { message } = error;
		const isField = error instanceof InvalidFieldError;
		const failure: Failure = { cause: isField ? 'configuration-invalid' : 'credential-invalid' };
		return Object.assign(new NodeOperationError(node, message), { message, failure });
	}
	return error;
}

/** What n8n's editor says of a trigger that has nothing to show. */
export function noDataError(context: IPollFunctions): NodeApiError {
	const message = 'No data with the current filter could be found';
	return new NodeApiError(context.getNode(), {}, { message });
}

/** In n8n's words: whether waiting helps, or somebody has to act. */
function failureOf({ kind, outage, isTransient, retryAfter, httpStatus }: FailureFacts): Failure {
	const wait = retryAfter === undefined ? {} : { retryAfterMs: retryAfter };
	if (outage === 'throttled') return { cause: 'rate-limited', ...wait };
	const passes = ['timeout', 'canceled', 'malformed'].includes(kind);
	if (isTransient || passes || (httpStatus ?? 0) >= 500) {
		return { cause: 'temporarily-unavailable', ...wait };
	}
	if (kind === 'signIn' || httpStatus === 401) return { cause: 'credential-invalid' };
	return { cause: 'configuration-invalid' };
}

import type { IExecuteFunctions } from 'n8n-workflow';

import type { KooSearchClient } from '../transport/client';
import { toPlainCause } from '../transport/errors/cause';
import { ApiFailure } from '../transport/errors/failure';
import { hideSecrets } from '../transport/errors/text';
import type { Effect } from '../transport/request';

/**
 * Passes a failure on. Any other error is a defect in this package or in n8n that occurred during a call: it ends the
 * run, goes into n8n's log, and must never look like an answer from KooSearch.
 */
export function toFailure(
	context: Pick<IExecuteFunctions, 'logger'>,
	{ connection: { secrets } }: KooSearchClient,
	error: unknown,
	effect: Effect,
): ApiFailure {
	if (error instanceof ApiFailure) return withoutSecrets(error, secrets);
	const cause = toPlainCause(error, secrets);
	const said = cause?.message ?? hideSecrets(String(error), secrets);
	context.logger.error(`KooSearch: unexpected error: ${cause?.stack ?? said}`);
	return new ApiFailure({
		kind: 'unexpected',
		scope: 'run',
		what: `Unexpected: ${said}.`,
		hint: "This is a fault of the node: please report it, with the stack that n8n's log shows.",
		effect,
		mayHaveTakenEffect: true,
		isTransient: false,
		cause,
	});
}

/** The transport hides secrets in its own texts; failures from the layers above may quote a server's records. */
function withoutSecrets(failure: ApiFailure, secrets: string[]): ApiFailure {
	const what = hideSecrets(failure.facts.what, secrets);
	return what === failure.facts.what ? failure : new ApiFailure({ ...failure.facts, what });
}

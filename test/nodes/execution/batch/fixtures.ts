import type {
	FailureFacts,
	FailureScope,
} from '../../../../nodes/KooSearch/transport/errors/failure';
import { ApiFailure } from '../../../../nodes/KooSearch/transport/errors/failure';

/** A failure that concerns the IDs, the call or the run. */
export function failureOf(scope: FailureScope, facts: Partial<FailureFacts> = {}): ApiFailure {
	return new ApiFailure({
		kind: 'http',
		scope,
		what: 'It was refused.',
		hint: '',
		effect: 'idempotent',
		mayHaveTakenEffect: false,
		isTransient: false,
		...facts,
	});
}

import type { IExecuteFunctions } from 'n8n-workflow';

import type { CallOptions } from '../descriptions/batchOptions';
import type { CallSettings } from '../transport/client';

const MINUTE = 60_000;

/** A person is waiting for a manual run, so its first call has to get through soon. */
const MANUAL_RETRY_FOR = 30_000;

/** The settings for the calls of a run, from the options of its operation. */
export function toCallSettings(
	context: Pick<IExecuteFunctions, 'getMode'>,
	{ batchInterval = 0, ...options }: CallOptions & { batchInterval?: number },
): CallSettings {
	const retryFor = options.retryFor * MINUTE;
	const isManual = context.getMode() === 'manual';
	const retryFirstFor = isManual ? Math.min(retryFor, MANUAL_RETRY_FOR) : retryFor;
	const { timeout, maxRetries } = options;
	return { timeout, maxRetries, batchInterval, retryFor, retryFirstFor };
}

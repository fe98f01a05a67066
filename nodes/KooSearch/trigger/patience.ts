import type { IHttpRequestOptions, IPollFunctions } from 'n8n-workflow';

/** How long a poll waits in all for a service that throttles, is down or does not answer, in milliseconds. */
export const MAX_WAIT = 20_000;

/** What n8n itself allows since it has a limit, in milliseconds. */
const OWN_BUDGET = 300_000;

/** The time that is left for n8n to take what was found. */
const RESERVE = 1_000;

/** A poll that has its time. */
export interface LimitedPoll {
	/** The same context, whose requests end when the time is up. */
	context: IPollFunctions;
	signal: AbortSignal;
}

/**
 * Ends a poll when it has waited long enough. Time in which KooSearch answered does not count, so that a long list
 * may take its time, within what n8n allows.
 */
export function limitPoll(context: IPollFunctions): LimitedPoll {
	const started = performance.now();
	const budget = (context.getPollBudgetMs?.() ?? OWN_BUDGET) - RESERVE;
	const end = new AbortController();
	let productive = 0;

	const check = () => {
		const spent = performance.now() - started;
		const left = Math.min(budget - spent, MAX_WAIT - (spent - productive));
		if (left <= 0) end.abort();
		else AbortSignal.timeout(Math.ceil(left)).addEventListener('abort', check);
	};
	check();

	const request = context.helpers.httpRequestWithAuthentication;
	async function timedRequest(
		this: IPollFunctions,
		credential: string,
		options: IHttpRequestOptions,
	): Promise<unknown> {
		const began = performance.now();
		const response = (await request.call(this, credential, options)) as { statusCode?: number };
		if ((response.statusCode ?? 200) < 300) productive += performance.now() - began;
		return response;
	}
	const helpers = { ...context.helpers, httpRequestWithAuthentication: timedRequest };
	const limited = Object.create(context, {
		helpers: { value: helpers },
		getExecutionCancelSignal: { value: () => end.signal },
	}) as IPollFunctions;
	return { context: limited, signal: end.signal };
}

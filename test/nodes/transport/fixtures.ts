import type { IDataObject, IN8nHttpFullResponse } from 'n8n-workflow';
import { z } from 'zod';

import type { FailureContext } from '../../../nodes/KooSearch/transport/errors/codes';
import type { ApiFailure } from '../../../nodes/KooSearch/transport/errors/failure';
import { judgeThrown } from '../../../nodes/KooSearch/transport/errors/networkErrors';
import type { ApiCall, Effect, Send } from '../../../nodes/KooSearch/transport/request';
import { judgeResponse } from '../../../nodes/KooSearch/transport/response';

export function contextOf(fields: Partial<FailureContext> = {}): FailureContext {
	return { authentication: 'token', effect: 'idempotent', secrets: [], timeout: 500, ...fields };
}

export function apiCall(effect: Effect = 'idempotent'): ApiCall<unknown> {
	const history = { sent: 0, mayHaveTakenEffect: false };
	return { method: 'PUT', path: '/kb', effect, schema: z.unknown(), history };
}

export function answer(
	statusCode: number,
	body?: unknown,
	headers: IDataObject = {},
): IN8nHttpFullResponse {
	return { statusCode, body: body as IDataObject, headers };
}

/** An error with a code, as n8n-core wraps it. */
export function broken(code: string): Error {
	return new Error('wrapped', { cause: Object.assign(new Error(code), { code }) });
}

/** How a call ends: with an answer of this status, without one, or with an error that nobody expected. */
export type Step = number | IN8nHttpFullResponse | Error;

/**
 * Sends as the door does, and ends each try as the script says; the last step is repeated for ever.
 *
 * `sentAt` are the starts of the tries, in milliseconds since the script was made.
 */
export function scripted(...script: Step[]): { sentAt: number[]; send: Send } {
	const start = performance.now();
	const sentAt: number[] = [];
	const send: Send = async <T>({ effect, history }: ApiCall<T>) => {
		const step = script[Math.min(sentAt.length, script.length - 1)];
		sentAt.push(performance.now() - start);
		history.sent++;
		const failure = failureOf(step, contextOf({ effect }));
		if (failure) throw failure;
		return step as T;
	};
	return { sentAt, send };
}

function failureOf(step: Step, context: FailureContext): Error | undefined {
	if (step instanceof Error) return judgeThrown(step, context) ?? step;
	const response = typeof step === 'number' ? answer(step) : step;
	if (response.statusCode < 300) return undefined;
	return judgeResponse(response, z.unknown(), context);
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<ApiFailure> {
	return await promise.then(
		() => {
			throw new Error('It was not rejected');
		},
		(error: ApiFailure) => error,
	);
}

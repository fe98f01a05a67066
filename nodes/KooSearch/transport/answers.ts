import type { IN8nHttpFullResponse } from 'n8n-workflow';
import { z } from 'zod';

import type { FailedCall } from './errorCodes';
import type { CallFailure } from './errors';
import { redirected, refusal, serviceCode, unusableAnswer } from './errors';

/** A number of things. */
export const count = z
	.number({ required_error: 'is missing', invalid_type_error: 'is not a number' })
	.int('is not a whole number')
	.min(0, 'is negative');

/** A list that has to be there. */
export function listOf<T extends z.ZodTypeAny>(element: T): z.ZodArray<T> {
	return z.array(element, {
		required_error: 'is missing',
		invalid_type_error: 'is not a list',
	});
}

/** What the body of an answer has to be. */
export type Schema<T> = z.ZodType<T, z.ZodTypeDef, unknown>;

/** What a 2xx answer holds, or undefined when it isn't what the API page promises. */
export function valueIn<T>(
	{ statusCode, body }: IN8nHttpFullResponse,
	schema: Schema<T>,
): T | undefined {
	return statusCode >= 200 && statusCode < 300 ? schema.safeParse(body).data : undefined;
}

/** Why an answer without a value has none. */
export function whyUnusable<T>(
	{ statusCode, body, headers }: IN8nHttpFullResponse,
	schema: Schema<T>,
	call: FailedCall,
): CallFailure {
	if (statusCode >= 300 && statusCode < 400) return redirected(statusCode, headers.location, call);
	const isSuccess = statusCode >= 200 && statusCode < 300;
	if (!isSuccess || serviceCode(body)) return refusal(statusCode, body, call);
	if (typeof body !== 'object' || body === null)
		return unusableAnswer(statusCode, 'it is not JSON');
	const [issue] = schema.safeParse(body).error!.issues;
	const field = issue.path.length > 0 ? `'${issue.path.join('.')}'` : 'it';
	return unusableAnswer(statusCode, `${field} ${issue.message}`);
}

import type { IN8nHttpFullResponse } from 'n8n-workflow';
import type { z } from 'zod';

import type { FailureContext } from './errors/codes';
import type { ApiFailure } from './errors/failure';
import { codeIn, malformed, redirected, refused } from './errors/refusals';
import { readRetryAfter } from './retryAfter';
import type { Schema } from './schema';

/** What an API page promises where it names no other status. */
const OK = [200];

/**
 * An answer whose body may be JSON in a JSON string: clients of Huawei's own parse such bodies twice. Anything else
 * stays as it is.
 */
export function withoutDoubleEncoding(response: IN8nHttpFullResponse): IN8nHttpFullResponse {
	const { body } = response;
	if (typeof body !== 'string' || !/^\s*[[{]/.test(body)) return response;
	try {
		return { ...response, body: JSON.parse(body) as IN8nHttpFullResponse['body'] };
	} catch {
		return response;
	}
}

/** What a usable answer holds, or undefined. */
export function parseBody<T>(
	response: IN8nHttpFullResponse,
	schema: Schema<T>,
	expectedStatuses = OK,
): { value: T } | undefined {
	if (!expectedStatuses.includes(response.statusCode) || codeIn(response.body)) return undefined;
	const parsed = schema.safeParse(response.body);
	return parsed.success ? { value: parsed.data } : undefined;
}

export function isSuccess({ statusCode }: IN8nHttpFullResponse): boolean {
	return statusCode >= 200 && statusCode < 300;
}

/** Why an answer is of no use. */
export function judgeResponse(
	response: IN8nHttpFullResponse,
	schema: Schema<unknown>,
	context: FailureContext,
	expectedStatuses = OK,
): ApiFailure {
	const { statusCode, headers, body } = response;
	if (statusCode >= 300 && statusCode < 400) {
		return redirected(statusCode, headers.location, context);
	}
	if (!isSuccess(response) || codeIn(body)) {
		return refused(statusCode, body, readRetryAfter(headers), context);
	}
	if (!expectedStatuses.includes(statusCode)) {
		// 202 says that the work has yet to be done, 207 that some of it may have failed.
		return malformed(statusCode, `its status is not ${expectedStatuses.join(' or ')}`, context);
	}
	if (isCutShort(body)) return malformed(statusCode, 'its JSON is cut short', context, true);
	const { error } = schema.safeParse(body);
	return malformed(statusCode, error ? whyUnusable(body, error) : 'it changed', context);
}

/** It begins as JSON does, but isn't: compressed bodies may end too early though their frame is whole. */
function isCutShort(body: unknown): boolean {
	return typeof body === 'string' && /^\s*[[{]/.test(body);
}

function whyUnusable(body: unknown, { issues: [issue] }: z.ZodError): string {
	if (typeof body !== 'object' || body === null) return 'it is not JSON';
	const field = issue.path.length > 0 ? `'${issue.path.join('.')}'` : 'it';
	return `${field} ${issue.message}`;
}

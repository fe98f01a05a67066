import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { InvalidItem } from '../parameters/parseItems';
import { withItem } from '../parameters/parseItems';
import { InvalidFieldError } from '../parameters/readField';
import { pluralize } from '../parameters/values';
import { InvalidCredentialError } from '../transport/auth/credential';
import { secretsSeen } from '../transport/auth/secretsSeen';
import type { ApiFailure } from '../transport/errors/failure';
import { sanitizeText } from '../transport/errors/text';
import { MAX_ERROR } from './texts';

/** @throws NodeOperationError for invalid input, unless the run continues without it */
export function throwIfInvalid(context: IExecuteFunctions, invalidItems: InvalidItem[]): void {
	if (invalidItems.length > 0 && !context.continueOnFail()) throw inputError(context, invalidItems);
}

/** The error for invalid input; nothing has been sent yet. */
function inputError(context: IExecuteFunctions, invalidItems: InvalidItem[]) {
	const [first, ...others] = [...invalidItems].sort((a, b) => a.itemIndex - b.itemIndex);
	const more = pluralize(others.length, { one: 'more item', many: 'more items' });
	const error = new NodeOperationError(context.getNode(), first.message, {
		itemIndex: first.itemIndex,
		description: `Nothing was sent, so nothing has changed.${others.length > 0 ? ` ${more} can't be used either.` : ''}`,
	});
	return withMessage(error, first.message);
}

/**
 * The error of a run that ends because of a call without a usable answer.
 *
 * @param itemIndex the item that caused the failure, if it was a single one
 * @param description what was done before
 */
export function callError(
	context: Pick<IExecuteFunctions, 'getNode'>,
	failure: ApiFailure,
	itemIndex: number | undefined,
	description?: string,
) {
	const fit = fitFor(context);
	const text = itemIndex === undefined ? failure.message : withItem(failure.message, itemIndex);
	const message = fit(text);
	const { httpStatus, cause } = failure.facts;
	const httpCode = httpStatus === undefined ? undefined : String(httpStatus);
	const options = { message, description: description && fit(description), httpCode, itemIndex };
	const error = new NodeApiError(context.getNode(), {}, options);
	return Object.assign(withMessage(error, message), { cause });
}

/** The error of a run that its options don't allow, or whose result they treat as an error. */
export function runError(context: IExecuteFunctions, text: string, more?: string) {
	const fit = fitFor(context);
	const message = fit(text);
	const description = more && fit(more);
	return withMessage(new NodeOperationError(context.getNode(), message, { description }), message);
}

/**
 * A canceled execution returns the items of what was done: an error would show the node as failed, and under Continue
 * n8n would pass its input on. The editor shows only the items, so the counts go to the log.
 */
export function logCancellation(context: IExecuteFunctions, counts = ''): void {
	context.logger.info(`KooSearch: ${`The execution was canceled. ${counts}`.trim()}`);
}

/** Why the node could not start, if that is known: a missing credential, an invalid option. */
export function startError(
	context: Pick<IExecuteFunctions, 'getNode'>,
	error: unknown,
): Error | undefined {
	if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
	if (error instanceof InvalidFieldError || error instanceof InvalidCredentialError) {
		const { message } = error;
		return withMessage(new NodeOperationError(context.getNode(), message), message);
	}
	return undefined;
}

/** Makes a text fit to be shown: not too long, and without the run's secrets. */
function fitFor(context: object): (text: string) => string {
	const secrets = secretsSeen(context);
	return (text) => sanitizeText(text, MAX_ERROR, secrets);
}

/** n8n replaces a message that happens to hold a code such as EPERM ("filePermission"), so it is set again. */
function withMessage<T extends Error>(error: T, message: string): T {
	error.message = message;
	return error;
}

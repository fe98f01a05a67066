import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { InvalidItem } from '../parameters/parseItems';
import { withItem } from '../parameters/parseItems';
import { InvalidFieldError } from '../parameters/readField';
import { pluralize } from '../parameters/values';
import { InvalidCredentialError } from '../transport/auth/credential';
import type { ApiFailure } from '../transport/errors/failure';

/** Input that can't be carried out, before anything was sent. */
export function inputError(context: IExecuteFunctions, invalidItems: InvalidItem[]) {
	const [first, ...others] = [...invalidItems].sort((a, b) => a.itemIndex - b.itemIndex);
	const more = pluralize(others.length, { one: 'more item', many: 'more items' });
	const error = new NodeOperationError(context.getNode(), first.message, {
		itemIndex: first.itemIndex,
		description: `Nothing was sent, so nothing has changed.${others.length > 0 ? ` ${more} can't be used either.` : ''}`,
	});
	return withMessage(error, first.message);
}

/**
 * A call without a usable answer, where that ends the run.
 *
 * @param itemIndex the item that is to blame, where it is one
 * @param description what was done before
 */
export function callError(
	context: Pick<IExecuteFunctions, 'getNode'>,
	failure: ApiFailure,
	itemIndex: number | undefined,
	description?: string,
) {
	const message = itemIndex === undefined ? failure.message : withItem(failure.message, itemIndex);
	const { httpStatus, cause } = failure.facts;
	const httpCode = httpStatus === undefined ? undefined : String(httpStatus);
	const options = { message, description, httpCode, itemIndex };
	const error = new NodeApiError(context.getNode(), {}, options);
	return Object.assign(withMessage(error, message), { cause });
}

/** The error of a run that was carried out, but didn't do or was not allowed what its options ask for. */
export function runError(context: IExecuteFunctions, message: string, description?: string) {
	return withMessage(new NodeOperationError(context.getNode(), message, { description }), message);
}

/**
 * A canceled execution gives out what was done: an error would show the node as failed, and under Continue n8n would
 * hand its input on. The editor shows no more than the items, so the rest of the story goes to the log.
 */
export function logCancellation(context: IExecuteFunctions, counts = ''): void {
	context.logger.info(`KooSearch: ${`The execution was canceled. ${counts}`.trim()}`);
}

/** What kept the node from starting, where that is known: a missing credential, an option that does not fit. */
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

/** n8n replaces a message that happens to hold a code such as EPERM ("filePermission"), so it is set once more. */
function withMessage<T extends Error>(error: T, message: string): T {
	error.message = message;
	return error;
}

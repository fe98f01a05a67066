import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { Wording } from '../batching/tell';
import { amount, progress } from '../batching/tell';
import type { Results } from '../batching/toItems';
import type { Rejection } from '../batching/types';
import type { CallFailure } from '../transport/errors';

/** Input that can't be carried out, before anything was sent. */
export function inputError(context: IExecuteFunctions, rejections: Rejection[]) {
	const [first, ...others] = [...rejections].sort((a, b) => a.itemIndex - b.itemIndex);
	const count = amount(others.length, 'more items');
	const more = others.length > 0 ? ` ${count} can't be used either.` : '';
	const error = new NodeOperationError(context.getNode(), first.message, {
		itemIndex: first.itemIndex,
		description: `Nothing was sent, so nothing has changed.${more}`,
	});
	return worded(error, first.message);
}

/**
 * How a run ended before its end, or undefined when it didn't: cancelled, or (On Error = Stop) by a failed call.
 * The error tells what had been done.
 */
export function runError(
	context: IExecuteFunctions,
	{ entries, finished }: Results,
	wording: Wording,
) {
	if (context.getExecutionCancelSignal()?.aborted) {
		const { counts, done } = progress(finished, wording);
		return cancelError(context, counts, done);
	}
	if (context.continueOnFail()) return undefined;
	for (const { outcome, ids, target } of finished) {
		if (outcome.state !== 'failed') continue;
		// Every batch stands for at least one entry.
		const { itemIndex } = entries.find(
			(entry) =>
				entry.target.knowledgeBaseId === target.knowledgeBaseId && entry.ids.includes(ids[0]),
		)!;
		const { counts, done } = progress(finished, wording);
		return callError(context, outcome.failure, itemIndex, `${counts} ${done}`.trim());
	}
	return undefined;
}

/** A call without a usable answer, where that ends the run. */
export function callError(
	context: IExecuteFunctions,
	failure: CallFailure,
	itemIndex: number,
	description?: string,
) {
	const message = `${failure.message} [item ${itemIndex}]`;
	const httpCode = failure.httpStatus === undefined ? undefined : String(failure.httpStatus);
	const options = { message, description, httpCode, itemIndex };
	return worded(new NodeApiError(context.getNode(), {}, options), message);
}

/** The one error that On Error = Continue doesn't hold back. */
export function cancelError(context: IExecuteFunctions, counts = '', done = '') {
	const message = `The execution was canceled. ${counts}`.trim();
	// The editor shows a canceled execution without its error, so the log is told as well.
	context.logger.info(`KooSearch: ${message}`);
	return worded(new NodeOperationError(context.getNode(), message, { description: done }), message);
}

/** Anything else that kept the node from starting: a missing credential, an option that can't be evaluated. */
export function startError(context: IExecuteFunctions, error: unknown) {
	if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
	const { message } = error as Error;
	return worded(new NodeOperationError(context.getNode(), message), message);
}

/** n8n replaces a message that happens to hold a code such as EPERM ("filePermission"), so it is set once more. */
function worded<T extends Error>(error: T, message: string): T {
	error.message = message;
	return error;
}

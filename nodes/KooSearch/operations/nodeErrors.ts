import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { progress } from '../batching/tell';
import type { Results } from '../batching/toItems';
import type { Rejection } from '../batching/types';

/** Input that can't be carried out, before anything was sent. */
export function inputError(context: IExecuteFunctions, rejections: Rejection[]) {
	const [first, ...others] = [...rejections].sort((a, b) => a.itemIndex - b.itemIndex);
	const more = others.length > 0 ? ` ${others.length} more items can't be used either.` : '';
	const error = new NodeOperationError(context.getNode(), first.message, {
		itemIndex: first.itemIndex,
		description: `Nothing was sent, so nothing has changed.${more}`,
	});
	return worded(error, first.message);
}

/**
 * How a run ended before its end, or undefined when it didn't: cancelled, or (On Error = Stop) by a failed call.
 * The error tells what had been done.
 *
 * @param meaning whether a status means done
 */
export function runError(
	context: IExecuteFunctions,
	{ entries, finished }: Results,
	noun: string,
	meaning: (status: string) => boolean | null,
) {
	const told = () => progress(finished, noun, (status) => meaning(status) === true);
	if (context.getExecutionCancelSignal()?.aborted) {
		const message = `The execution was canceled. ${told()}`;
		return worded(new NodeOperationError(context.getNode(), message), message);
	}
	if (context.continueOnFail()) return undefined;
	for (const { outcome, ids, target } of finished) {
		if (outcome.state !== 'failed') continue;
		const itemIndex = entries.find(
			(entry) =>
				entry.target.knowledgeBaseId === target.knowledgeBaseId && entry.ids.includes(ids[0]),
		)?.itemIndex;
		const { message, httpStatus } = outcome.failure;
		const httpCode = httpStatus === undefined ? undefined : String(httpStatus);
		const options = { message, description: told(), httpCode, itemIndex };
		return worded(new NodeApiError(context.getNode(), {}, options), message);
	}
	return undefined;
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

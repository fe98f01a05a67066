import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import pLimit from 'p-limit';

import type { OptionTable, OptionValues } from '../../parameters/options';
import type { InvalidItem } from '../../parameters/parseItems';
import { invalidItem } from '../../parameters/parseItems';
import { pluralize } from '../../parameters/values';
import type { Attempt } from '../attempts';
import { Attempts } from '../attempts';
import { errorGroup, inInputOrder } from '../errorItems';
import { callError, cancelError } from '../errors';
import { notAttempted, shortList } from '../texts';
import type { Output } from './itemOperation';

/** What one input item asks for. */
export interface ItemRequest<Input, Own extends OptionTable> {
	itemIndex: number;
	input: Input;
	options: OptionValues<Own>;
}

interface ItemResult {
	output: Output[];
}

/** What became of an item. */
export interface FinishedItem {
	itemIndex: number;
	outcome: Attempt<ItemResult>;
}

/**
 * Carries out each item, at most `concurrency` at once, started in their order. Items that are under way when one
 * fails are waited for: what they did is part of the result.
 *
 * @param perform throws ApiFailure
 */
export async function runItems<Request extends { itemIndex: number }>(
	context: IExecuteFunctions,
	requests: Request[],
	perform: (request: Request) => Promise<ItemResult>,
	concurrency: number,
): Promise<FinishedItem[]> {
	const limit = pLimit(concurrency);
	const stopOnFailure = !context.continueOnFail();
	const signal = context.getExecutionCancelSignal();
	const attempts = new Attempts({ stopOnFailure, signal });
	const finish = async (request: Request) => {
		const outcome = await attempts.run(async () => await perform(request));
		return { itemIndex: request.itemIndex, outcome };
	};
	return await Promise.all(requests.map((request) => limit(finish, request)));
}

/**
 * The output items by input item, each paired with it; an error item for an input item that has no result.
 *
 * @throws the error of a run that ended early; it says what was done
 */
export function toOutput(
	context: IExecuteFunctions,
	finished: FinishedItem[],
	invalidItems: InvalidItem[],
): INodeExecutionData[] {
	if (context.getExecutionCancelSignal()?.aborted) {
		const { counts, done } = progress(finished);
		throw cancelError(context, counts, done);
	}
	const errors = invalidItems.map(errorGroup);
	for (const { itemIndex, outcome } of finished) {
		if (outcome.state === 'succeeded') continue;
		if (outcome.state === 'failed' && !context.continueOnFail()) {
			const { counts, done } = progress(finished);
			throw callError(context, outcome.failure, itemIndex, `${counts} ${done}`.trim());
		}
		const message =
			outcome.state === 'failed' ? outcome.failure.message : notAttempted(outcome.cause);
		errors.push(errorGroup(invalidItem(itemIndex, message)));
	}
	const groups = finished.map(({ itemIndex, outcome }) => {
		const output = outcome.state === 'succeeded' ? outcome.output : [];
		return { itemIndex, items: output.map((one) => ({ ...one, pairedItem: { item: itemIndex } })) };
	});
	return inInputOrder(groups, errors);
}

/** How far a run got that ended early, for the person who has to carry on from there. */
function progress(finished: FinishedItem[]): { counts: string; done: string } {
	const count = (state: Attempt<ItemResult>['state']) =>
		finished.filter(({ outcome }) => outcome.state === state).length;
	const items = pluralize(finished.length, { one: 'item', many: 'items' });
	const done = finished
		.filter(({ outcome }) => outcome.state === 'succeeded')
		.map(({ itemIndex }) => `item ${itemIndex}`);
	return {
		counts: `Of ${items}, ${count('succeeded')} succeeded, ${count('failed')} failed, ${count('skipped')} not attempted.`,
		done: done.length > 0 ? `Done: ${shortList(done)}.` : '',
	};
}

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import pLimit from 'p-limit';

import type { OptionTable, OptionValues } from '../../parameters/options';
import type { InvalidItem } from '../../parameters/parseItems';
import { withItem } from '../../parameters/parseItems';
import { pluralize } from '../../parameters/values';
import { eachInSlices, mapInSlices } from '../../transport/wait';
import type { Attempt } from '../attempts';
import { Attempts } from '../attempts';
import type { Failed, Subject } from '../errorItems';
import { errorItems, errorStyle, inInputOrder, invalid } from '../errorItems';
import { callError, logCancellation } from '../errors';
import { addHints, invalidHints } from '../hints';
import type { Output, Part } from './parts';
import { describeParts, isOutput, PartialFailure, toPartItems } from './parts';
import { notAttempted, shortList, were } from '../texts';

/** What one input item asks for. */
export interface ItemRequest<Input, Own extends OptionTable> {
	itemIndex: number;
	input: Input;
	options: OptionValues<Own>;
}

interface ItemResult {
	output: Output[];
}

/** The outcome of an item. */
export interface FinishedItem {
	itemIndex: number;
	outcome: Attempt<ItemResult>;
}

/** What an operation's error items say about an item. */
export interface ItemSubjects {
	doneKey?: string;
	/** Also for an item that can't be read. */
	subjectOf(itemIndex: number): Subject;
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
	const started = await mapInSlices(requests, (request) => {
		const work = limit(finish, request);
		// An unexpected error while others are still being started is handled by the `await` below.
		work.catch(() => {});
		return work;
	});
	return await Promise.all(started);
}

/**
 * The output items by input item, each paired with it; an error item for an input item that has no result. After
 * a cancellation, only the items that were carried out.
 *
 * @throws the error of a run that ended early; it says what was done
 */
export async function toOutput(
	context: IExecuteFunctions,
	finished: FinishedItem[],
	invalidItems: InvalidItem[],
	{ doneKey, subjectOf }: ItemSubjects,
): Promise<INodeExecutionData[]> {
	const style = errorStyle(context, doneKey);
	const isCanceled = context.getExecutionCancelSignal()?.aborted === true;
	const groups = await mapInSlices(finished, ({ itemIndex, outcome }) => {
		const parts = partsOf(outcome).filter((part) => !isCanceled || isOutput(part));
		return { itemIndex, items: toPartItems(itemIndex, parts, style) };
	});
	if (isCanceled) {
		logCancellation(context, progress(finished).counts);
		return inInputOrder(groups, []);
	}
	if (!context.continueOnFail()) throwFailure(context, finished);
	addHints(context, [...failureHints(finished), ...invalidHints(invalidItems)]);
	const errors = await mapInSlices(invalidItems, (item) => {
		const failed = invalid(subjectOf(item.itemIndex), item);
		return { itemIndex: item.itemIndex, items: errorItems(item.itemIndex, [failed], style) };
	});
	await eachInSlices(finished, ({ itemIndex, outcome }) => {
		if (outcome.state === 'succeeded' || partsOf(outcome).length > 0) return;
		const failed = toFailed(outcome, itemIndex, subjectOf(itemIndex));
		errors.push({ itemIndex, items: errorItems(itemIndex, [failed], style) });
	});
	return inInputOrder(groups, errors);
}

/** The output of an item, and its failed parts if it failed in part. */
function partsOf(outcome: FinishedItem['outcome']): Part[] {
	if (outcome.state === 'succeeded') return outcome.output;
	const failure = outcome.state === 'failed' ? outcome.failure : undefined;
	return failure instanceof PartialFailure ? failure.parts : [];
}

/** @throws NodeApiError */
function throwFailure(context: IExecuteFunctions, finished: FinishedItem[]): void {
	for (const { itemIndex, outcome } of finished) {
		if (outcome.state !== 'failed') continue;
		const { counts, done } = progress(finished);
		const { failure } = outcome;
		const blamed = failure.facts.scope === 'run' ? undefined : itemIndex;
		const description = [counts, done, describeParts(failure)].filter(Boolean).join(' ');
		throw callError(context, failure, blamed, description);
	}
}

/** Why something has no result: it failed, or was not attempted. */
export function toFailed(
	outcome: Exclude<Attempt<ItemResult>, { state: 'succeeded' }>,
	itemIndex: number,
	subject: Subject,
): Failed {
	if (outcome.state === 'skipped') {
		const error = notAttempted(outcome.cause);
		return { ...subject, done: false, status: 'notAttempted', error };
	}
	const { message, facts } = outcome.failure;
	const error = facts.scope === 'run' ? message : withItem(message, itemIndex);
	return { ...subject, done: null, status: 'failed', error };
}

/** How many failed, and the first reason. */
function failureHints(finished: FinishedItem[]): string[] {
	const failed = finished.filter(({ outcome }) => outcome.state === 'failed').length;
	const skipped = finished.filter(({ outcome }) => outcome.state === 'skipped').length;
	const first = finished.find(({ outcome }) => outcome.state === 'failed')?.outcome;
	if (first?.state !== 'failed') return [];
	const items = pluralize(finished.length, { one: 'item', many: 'items' });
	const rest = skipped > 0 ? `, and ${skipped} ${were(skipped)} not attempted` : '';
	return [`${failed} of ${items} failed${rest}. ${first.failure.message}`];
}

/** How far a run got before it ended early, so that a person can go on from there. */
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

import type { Noun } from '../../parameters/values';
import { pluralize } from '../../parameters/values';
import { withItem } from '../../parameters/parseItems';
import { notAttempted, shortList } from '../texts';
import { hasSucceeded } from './types';
import type { FinishedBatch, ItemRequest, Outcome, SucceededBatch } from './types';

/** What an operation's results are called. */
export interface ResultLabels {
	/** What an ID stands for. */
	noun: Noun;
	/** What was to be done to it: "deleted". It is the output's key for `done` as well. */
	doneKey: string;
	statuses: Record<string, StatusMeaning>;
}

export interface StatusMeaning {
	/** Whether what was asked for is done (true), is not (false), or nobody knows (null). */
	done: boolean | null;
	/** How a hint puts it after a number: "2 already there". */
	label: string;
}

/**
 * Why some IDs of an input item have no result: each reason once, with the IDs it applies to.
 *
 * @returns undefined when every ID of the item has a result
 */
export function requestError(
	request: ItemRequest,
	batches: Map<string, FinishedBatch>,
): string | undefined {
	const idsByReason = new Map<string, string[]>();
	for (const id of request.ids) {
		const reason = reasonOf(batches.get(id)!.outcome);
		if (reason === undefined) continue;
		const ids = idsByReason.get(reason);
		if (ids) ids.push(id);
		else idsByReason.set(reason, [id]);
	}
	if (idsByReason.size === 0) return undefined;
	const texts = [...idsByReason].map(([reason, ids]) => `${reason} Concerns: ${ids.join(', ')}.`);
	return withItem(texts.join(' '), request.itemIndex);
}

function reasonOf(outcome: Outcome): string | undefined {
	if (outcome.state === 'succeeded') return undefined;
	if (outcome.state === 'failed') return outcome.failure.message;
	return notAttempted(outcome.cause);
}

/** How far a run got that ended early, for the person who has to carry on from there. */
export interface Progress {
	/** Calls and IDs by what became of them. */
	counts: string;
	/** The IDs that are done; empty when there are none. */
	done: string;
}

export function progress(finished: FinishedBatch[], { noun, statuses }: ResultLabels): Progress {
	const succeeded = finished.filter(hasSucceeded);
	const failed = finished.filter(({ outcome }) => outcome.state === 'failed');
	const skipped = finished.filter(({ outcome }) => outcome.state === 'skipped');
	const results = [...countStatuses(succeeded)].map(([status, count]) => `${count} ${status}`);
	const result = results.length > 0 ? `: ${results.join(', ')}` : '';
	const done = succeeded.flatMap(({ ids, outcome }) =>
		ids.filter((id) => statuses[outcome.result.statuses.get(id)!].done),
	);
	const ids = (batches: FinishedBatch[]) => pluralize(countIds(batches), noun);
	return {
		counts:
			`Of ${pluralize(finished.length, { one: 'call', many: 'calls' })}, ` +
			`${succeeded.length} succeeded (${ids(succeeded)}${result}), ` +
			`${failed.length} failed (${ids(failed)}), ` +
			`${skipped.length} not attempted (${ids(skipped)}).`,
		done: done.length > 0 ? `Done: ${shortList(done)}.` : '',
	};
}

/** What a glance at the output doesn't show: how many IDs were left undone and why, and what was ignored. */
export function resultHints(
	finished: FinishedBatch[],
	{ noun, doneKey, statuses }: ResultLabels,
): string[] {
	const succeeded = finished.filter(hasSucceeded);
	const hints: string[] = [];
	const undone = [...countStatuses(succeeded)].filter(([status]) => !statuses[status].done);
	if (undone.length > 0) {
		const count = undone.reduce((total, [, one]) => total + one, 0);
		const isUnknown = undone.some(([status]) => statuses[status].done === null);
		const verb = isUnknown ? `not confirmed as ${doneKey}` : `not ${doneKey}`;
		const reasons = undone.map(([status, one]) => `${one} ${statuses[status].label}`).join(', ');
		const was = count === 1 ? 'was' : 'were';
		hints.push(`${count} of ${pluralize(countIds(succeeded), noun)} ${was} ${verb}: ${reasons}.`);
	}
	const unexpected = succeeded.flatMap(({ outcome }) => outcome.result.unexpectedIds);
	if (unexpected.length > 0) {
		hints.push(
			`KooSearch's answers named ${pluralize(unexpected.length, noun)} that this run did not send. Ignored: ${shortList(unexpected)}.`,
		);
	}
	const warnings = new Set(succeeded.map(({ outcome }) => outcome.result.warning));
	return [...hints, ...[...warnings].filter((warning) => warning !== undefined)];
}

function countStatuses(succeeded: SucceededBatch[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { outcome } of succeeded) {
		for (const status of outcome.result.statuses.values()) {
			counts.set(status, (counts.get(status) ?? 0) + 1);
		}
	}
	return counts;
}

function countIds(batches: FinishedBatch[]): number {
	return batches.reduce((total, { ids }) => total + ids.length, 0);
}

import type { Noun } from '../../parameters/values';
import { pluralize } from '../../parameters/values';
import type { Failed } from '../errorItems';
import { notAttempted, shortList, were } from '../texts';
import { hasSucceeded } from './types';
import type { FinishedBatch, SucceededBatch } from './types';

/** How the texts of an operation name its results. */
export interface ResultLabels {
	/** What an ID stands for. */
	noun: Noun;
	/** What was to be done to it: "deleted". It is the output's key for `done` as well. */
	doneKey: string;
	statuses: Record<string, StatusMeaning>;
}

export interface StatusMeaning {
	/** Whether what was asked for is done (true), is not done (false), or is not known (null). */
	done: boolean | null;
	/** Follows a number in a hint: "2 already there". */
	label: string;
	/** What to do about it, if the hints need a sentence of their own for it. */
	hint?: string;
	/** Whether the ID is in the wanted state already, although nothing was done. */
	isAsWanted?: true;
}

/** Why an ID has no result, or undefined when it has one. */
export function failedId(
	id: string,
	{ outcome, target: { knowledgeBaseId } }: FinishedBatch,
): Failed | undefined {
	if (outcome.state === 'succeeded') return undefined;
	if (outcome.state === 'failed') {
		const error = outcome.failure.message;
		return { id, knowledgeBaseId, done: null, status: 'failed', error };
	}
	const error = notAttempted(outcome.cause);
	return { id, knowledgeBaseId, done: false, status: 'notAttempted', error };
}

/** An ID whose result is an error with the option 'Treat Not Done as Error'. */
export function notDoneId(
	id: string,
	{ outcome: { result }, target: { knowledgeBaseId } }: SucceededBatch,
	{ doneKey, statuses }: ResultLabels,
): Failed | undefined {
	const status = result.statuses.get(id)!;
	const { done, label, isAsWanted } = statuses[status];
	if (done || isAsWanted) return undefined;
	const verb = done === null ? `Not confirmed as ${doneKey}` : `Not ${doneKey}`;
	const error = `${verb}: ${result.reasons?.get(id) ?? label}.`;
	return { id, knowledgeBaseId, done, status, error };
}

/** How far a run got before it ended early, so that a person can go on from there. */
export interface Progress {
	/** The number of calls and IDs by outcome. */
	counts: string;
	/** The IDs that are done; empty when there are none. */
	done: string;
}

export function progress(finished: FinishedBatch[], { noun, statuses }: ResultLabels): Progress {
	const calls = finished.filter(({ isUnsent }) => !isUnsent);
	const succeeded = calls.filter(hasSucceeded);
	const failed = calls.filter(({ outcome }) => outcome.state === 'failed');
	const skipped = calls.filter(({ outcome }) => outcome.state === 'skipped');
	const results = [...countStatuses(succeeded)].map(([status, count]) => `${count} ${status}`);
	const result = results.length > 0 ? `: ${results.join(', ')}` : '';
	const done = succeeded.flatMap(({ ids, outcome }) =>
		ids.filter((id) => statuses[outcome.result.statuses.get(id)!].done),
	);
	const ids = (batches: FinishedBatch[]) => pluralize(countIds(batches), noun);
	return {
		counts:
			`Of ${pluralize(calls.length, { one: 'call', many: 'calls' })}, ` +
			`${succeeded.length} succeeded (${ids(succeeded)}${result}), ` +
			`${failed.length} failed (${ids(failed)}), ` +
			`${skipped.length} not attempted (${ids(skipped)}).`,
		done: done.length > 0 ? `Done: ${shortList(done)}.` : '',
	};
}

/** The IDs of a refused call, and how to find the one that caused the refusal. */
export function refusedIds({ ids, outcome }: FinishedBatch): string {
	const listed = `IDs in the call that failed: ${shortList(ids)}.`;
	const mayIsolate =
		outcome.state === 'failed' && outcome.failure.facts.scope === 'ids' && ids.length > 1;
	if (!mayIsolate) return listed;
	return `${listed} With 'On Error' set to Continue, the node isolates the ID that the call was refused for, and processes the others.`;
}

/** What the output doesn't show at once: how many IDs were not done and why, and what was ignored. */
export function resultHints(finished: FinishedBatch[], labels: ResultLabels): string[] {
	const { noun } = labels;
	const succeeded = finished.filter(hasSucceeded);
	const hints = [...undoneHints(succeeded, labels), ...failureHints(finished, labels)];
	const unexpected = succeeded.flatMap(({ outcome }) => outcome.result.unexpectedIds);
	if (unexpected.length > 0) {
		hints.push(
			`KooSearch's answers named ${pluralize(unexpected.length, noun)} that this run did not send. Ignored: ${shortList(unexpected)}.`,
		);
	}
	const warnings = new Set(succeeded.map(({ outcome }) => outcome.result.warning));
	return [...hints, ...[...warnings].filter((warning) => warning !== undefined)];
}

function undoneHints(
	succeeded: SucceededBatch[],
	{ noun, doneKey, statuses }: ResultLabels,
): string[] {
	const total = pluralize(countIds(succeeded), noun);
	const hints: string[] = [];
	for (const [status, count] of countStatuses(succeeded)) {
		const { label, hint } = statuses[status];
		if (hint) hints.push(`${count} of ${total} ${were(count)} ${label}. ${hint}`);
	}
	const labels = new Map<string, number>();
	let count = 0;
	let isUnknown = false;
	for (const { ids, outcome } of succeeded) {
		for (const id of ids) {
			const { done, label, hint } = statuses[outcome.result.statuses.get(id)!];
			if (done || hint) continue;
			const reason = outcome.result.reasons?.get(id) ?? label;
			labels.set(reason, (labels.get(reason) ?? 0) + 1);
			count++;
			isUnknown ||= done === null;
		}
	}
	if (count === 0) return hints;
	const verb = isUnknown ? `not confirmed as ${doneKey}` : `not ${doneKey}`;
	const reasons = [...labels].map(([label, one]) => `${one} ${label}`).join(', ');
	return [`${count} of ${total} ${were(count)} ${verb}: ${reasons}.`, ...hints];
}

/** Under Continue: what failed, and why first. */
function failureHints(finished: FinishedBatch[], { noun }: ResultLabels): string[] {
	const failed = finished.filter(({ outcome }) => outcome.state === 'failed');
	const skipped = countIds(finished.filter(({ outcome }) => outcome.state === 'skipped'));
	const [first] = failed;
	if (first?.outcome.state !== 'failed') return [];
	const rest = skipped > 0 ? `, and ${skipped} ${were(skipped)} not attempted` : '';
	const total = pluralize(countIds(finished), noun);
	return [`${countIds(failed)} of ${total} failed${rest}. ${first.outcome.failure.message}`];
}

export function countStatuses(succeeded: SucceededBatch[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { outcome } of succeeded) {
		for (const status of outcome.result.statuses.values()) {
			counts.set(status, (counts.get(status) ?? 0) + 1);
		}
	}
	return counts;
}

export function countIds(batches: FinishedBatch[]): number {
	return batches.reduce((total, { ids }) => total + ids.length, 0);
}

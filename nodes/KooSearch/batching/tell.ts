import { isAnswered } from './types';
import type { AnsweredBatch, Entry, FinishedBatch, Outcome } from './types';

/** The words in which an operation is told of. */
export interface Wording {
	/** What an ID stands for, in the plural: "tasks". */
	noun: string;
	/** What was to be done to it: "deleted". It is the output's key for `done` as well. */
	doneKey: string;
	statuses: Record<string, StatusMeaning>;
}

export interface StatusMeaning {
	/** Whether what was asked for is done (true), is not (false), or nobody knows (null). */
	done: boolean | null;
	/** How a hint puts it after a number: "2 already there". */
	told: string;
}

/** How many IDs a text for people lists before it counts the rest. */
const LISTED = 20;

/**
 * Why some IDs of an input item have no result: each reason once, with the IDs it holds for.
 *
 * @returns undefined when every ID of the item was answered
 */
export function entryError(entry: Entry, batches: Map<string, FinishedBatch>): string | undefined {
	const reasons = new Map<string, string[]>();
	for (const id of entry.ids) {
		const reason = reasonOf(batches.get(id)!.outcome);
		if (reason === undefined) continue;
		const ids = reasons.get(reason);
		if (ids) ids.push(id);
		else reasons.set(reason, [id]);
	}
	if (reasons.size === 0) return undefined;
	const told = [...reasons].map(([reason, ids]) => `${reason} Concerns: ${ids.join(', ')}.`);
	return `${told.join(' ')} [item ${entry.itemIndex}]`;
}

function reasonOf(outcome: Outcome): string | undefined {
	if (outcome.state === 'answered') return undefined;
	if (outcome.state === 'failed') return outcome.failure.message;
	const why =
		outcome.because?.message ?? 'The run ended before. Run the node again with these IDs.';
	return `Not attempted, since another call ended the run. ${why}`;
}

/** How far a run got that ended early, for the person who has to carry on from there. */
export interface Progress {
	/** Calls and IDs by what became of them. */
	counts: string;
	/** The IDs that are done; empty when there are none. */
	done: string;
}

export function progress(finished: FinishedBatch[], { noun, statuses }: Wording): Progress {
	const answered = finished.filter(isAnswered);
	const failed = finished.filter(({ outcome }) => outcome.state === 'failed');
	const skipped = finished.filter(({ outcome }) => outcome.state === 'skipped');
	const results = [...countStatuses(answered)].map(([status, count]) => `${count} ${status}`);
	const result = results.length > 0 ? `: ${results.join(', ')}` : '';
	const done = answered.flatMap(({ ids, outcome }) =>
		ids.filter((id) => statuses[outcome.settled.statusOf(id)].done),
	);
	return {
		counts:
			`Of ${amount(finished.length, 'calls')}, ${answered.length} answered (${amount(sum(answered), noun)}${result}), ` +
			`${failed.length} failed (${amount(sum(failed), noun)}), ` +
			`${skipped.length} not attempted (${amount(sum(skipped), noun)}).`,
		done: done.length > 0 ? `Done: ${shortList(done)}.` : '',
	};
}

/** What a glance at the output doesn't show: how many IDs were left undone and why, and what was ignored. */
export function hints(finished: FinishedBatch[], { noun, doneKey, statuses }: Wording): string[] {
	const answered = finished.filter(isAnswered);
	const told: string[] = [];
	const undone = [...countStatuses(answered)].filter(([status]) => !statuses[status].done);
	if (undone.length > 0) {
		const count = undone.reduce((total, [, one]) => total + one, 0);
		const unknown = undone.some(([status]) => statuses[status].done === null);
		const verb = unknown ? `not confirmed as ${doneKey}` : `not ${doneKey}`;
		const reasons = undone.map(([status, one]) => `${one} ${statuses[status].told}`).join(', ');
		const was = count === 1 ? 'was' : 'were';
		told.push(`${count} of ${amount(sum(answered), noun)} ${was} ${verb}: ${reasons}.`);
	}
	const strangers = answered.flatMap(({ outcome }) => outcome.settled.strangers);
	if (strangers.length > 0) {
		told.push(
			`KooSearch's answers named ${amount(strangers.length, noun)} that this run did not send. Ignored: ${shortList(strangers)}.`,
		);
	}
	const caveats = new Set(answered.map(({ outcome }) => outcome.settled.caveat));
	return [...told, ...[...caveats].filter((caveat) => caveat !== undefined)];
}

function countStatuses(answered: AnsweredBatch[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { ids, outcome } of answered) {
		for (const id of ids) {
			const status = outcome.settled.statusOf(id);
			counts.set(status, (counts.get(status) ?? 0) + 1);
		}
	}
	return counts;
}

function sum(batches: FinishedBatch[]): number {
	return batches.reduce((total, { ids }) => total + ids.length, 0);
}

/** A number of things, such as "1 task". @param noun in the plural */
export function amount(count: number, noun: string): string {
	return `${count} ${count === 1 ? noun.replace(/s$/, '') : noun}`;
}

/** The first IDs, and how many more there are. */
function shortList(ids: string[]): string {
	const rest = ids.length - LISTED;
	return ids.slice(0, LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

import { isAnswered } from './types';
import type { AnsweredBatch, Entry, FinishedBatch, Outcome } from './types';

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
	const why = outcome.because?.message ?? 'The run ended before.';
	return `Not attempted, since another call ended the run. ${why}`;
}

/**
 * What had been done when a run ended early, for the person who has to carry on from there.
 *
 * @param noun what an ID stands for, in the plural
 * @param isDone whether a status means that what was asked for is done
 */
export function progress(
	finished: FinishedBatch[],
	noun: string,
	isDone: (status: string) => boolean,
): string {
	const answered = finished.filter(isAnswered);
	const failed = finished.filter(({ outcome }) => outcome.state === 'failed');
	const skipped = finished.filter(({ outcome }) => outcome.state === 'skipped');
	const { counts, done } = tally(answered, isDone);
	const results = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
	const told = [
		`Of ${amount(finished.length, 'call')}, ${answered.length} answered (${sum(answered)} ${noun}${results && `: ${results}`}),`,
		`${failed.length} without a usable answer (${sum(failed)} ${noun}),`,
		`${skipped.length} not attempted (${sum(skipped)} ${noun}).`,
	];
	if (done.length > 0) told.push(`Done: ${shortList(done)}.`);
	return told.join(' ');
}

/** How many IDs have which status, and the IDs whose status means done. */
function tally(answered: AnsweredBatch[], isDone: (status: string) => boolean) {
	const counts = new Map<string, number>();
	const done: string[] = [];
	for (const { ids, outcome } of answered) {
		for (const id of ids) {
			const status = outcome.settled.statusOf(id);
			counts.set(status, (counts.get(status) ?? 0) + 1);
			if (isDone(status)) done.push(id);
		}
	}
	return { counts, done };
}

function sum(batches: FinishedBatch[]): number {
	return batches.reduce((total, { ids }) => total + ids.length, 0);
}

function amount(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first IDs, and how many more there are. */
export function shortList(ids: string[]): string {
	const rest = ids.length - LISTED;
	return ids.slice(0, LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

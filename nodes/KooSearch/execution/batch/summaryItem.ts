import type { IDataObject } from 'n8n-workflow';

import type { ResultLabels } from './summary';
import { countIds, countStatuses } from './summary';
import { hasSucceeded } from './types';
import type { FinishedBatch } from './types';

/** Max number of IDs that a summary lists. */
const MAX_LISTED = 1_000;

/** Facts about a run, for its summary. */
export interface RunFacts {
	operation: string;
	/** API calls that were answered or failed; retries are not counted. */
	calls: number;
	/** In milliseconds. */
	duration: number;
}

/** A run in one item: how many IDs were requested, their outcomes, and which are not done. */
export function summaryOf(
	finished: FinishedBatch[],
	{ doneKey, statuses }: ResultLabels,
	{ operation, calls, duration }: RunFacts,
): IDataObject {
	const byStatus = countStatuses(finished.filter(hasSucceeded));
	const count = (done: boolean | null) =>
		[...byStatus]
			.filter(([status]) => statuses[status].done === done)
			.reduce((total, [, one]) => total + one, 0);
	const countState = (state: 'failed' | 'skipped') =>
		countIds(finished.filter(({ outcome }) => outcome.state === state));
	const notDoneIds = finished.flatMap((batch) => {
		if (!hasSucceeded(batch)) return batch.ids;
		const { statuses: statusOf } = batch.outcome.result;
		return batch.ids.filter((id) => !statuses[statusOf.get(id)!].done);
	});
	const omitted = notDoneIds.length - MAX_LISTED;
	return {
		operation,
		requested: countIds(finished),
		[doneKey]: count(true),
		notDone: count(false),
		unconfirmed: count(null),
		failed: countState('failed'),
		notAttempted: countState('skipped'),
		statuses: Object.fromEntries(byStatus),
		notDoneIds: notDoneIds.slice(0, MAX_LISTED),
		...(omitted > 0 ? { notDoneIdsOmitted: omitted } : {}),
		...fileStatuses(finished),
		calls,
		seconds: Math.round(duration / 100) / 10,
	};
}

/** The number of files by status, if the run waited for them. */
export function fileStatuses(finished: FinishedBatch[]): IDataObject {
	const counts = new Map<string, number>();
	let isAwaited = false;
	for (const { ids, outcome } of finished.filter(hasSucceeded)) {
		const { parsing } = outcome.result;
		isAwaited ||= parsing !== undefined;
		for (const id of ids) {
			const status = parsing?.get(id)?.fileStatus;
			if (status !== undefined) counts.set(status, (counts.get(status) ?? 0) + 1);
		}
	}
	return isAwaited ? { fileStatuses: Object.fromEntries(counts) } : {};
}

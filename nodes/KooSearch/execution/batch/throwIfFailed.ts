import type { OptionTable } from '../../parameters/options';
import { pluralize } from '../../parameters/values';
import { callError, runError } from '../errors';
import { shortList, were } from '../texts';
import type { BatchedRun } from './definition';
import { countIds, notDoneId, progress, refusedIds, resultHints } from './summary';
import type { Results } from './toItems';
import { sourceItems } from './toItems';
import type { FinishedBatch } from './types';
import { hasSucceeded } from './types';

/** With On Error = Stop, a failed call ends the run. @throws NodeApiError that says what was done */
export async function throwIfFailed<Answer extends object, Own extends OptionTable>(
	{ context, operation }: BatchedRun<Answer, Own>,
	{ requests, finished }: Results,
): Promise<void> {
	if (context.continueOnFail()) return;
	for (const batch of finished) {
		if (batch.outcome.state !== 'failed') continue;
		const { failure } = batch.outcome;
		const items = (await sourceItems(requests, [batch])).get(batch)!;
		const isToBlame = failure.facts.scope === 'ids' && items.length === 1;
		const { counts, done } = progress(finished, operation);
		const description = [counts, refusedIds(batch), done].filter(Boolean).join(' ');
		throw callError(context, failure, isToBlame ? items[0] : undefined, description);
	}
}

/**
 * Does something only with On Error = Stop and 'Treat Not Done as Error' on.
 *
 * @throws NodeOperationError that says what was done, and what was not
 */
export function throwIfNotDone<Answer extends object, Own extends OptionTable>(
	{ context, operation, options }: BatchedRun<Answer, Own>,
	finished: FinishedBatch[],
): void {
	if (!options.notDoneAsError || context.continueOnFail()) return;
	const { doneKey, noun } = operation;
	const notDone = finished
		.filter(hasSucceeded)
		.flatMap((batch) => batch.ids.filter((id) => notDoneId(id, batch, operation)));
	if (notDone.length === 0) return;
	const count = `${notDone.length} of ${pluralize(countIds(finished), noun)}`;
	const reasons = resultHints(finished, operation).join(' ');
	const { counts, done } = progress(finished, operation);
	throw runError(
		context,
		`${count} ${were(notDone.length)} not confirmed as ${doneKey}: ${shortList(notDone)}. ${reasons}`,
		`${counts} ${done}`.trim(),
	);
}

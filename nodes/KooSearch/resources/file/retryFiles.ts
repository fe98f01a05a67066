import { fileIdsField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { waitOptions } from '../../descriptions/waitOptions';
import { batchOperation } from '../../execution/batch/batchOperation';
import { countedAnswer } from '../../execution/batch/countedAnswer';
import type { ReconciledRun } from '../../execution/batch/definition';
import { findListed } from '../../execution/list/completeListing';
import { fileList } from '../../execution/list/endpoints';
import { getOrCreate } from '../../execution/maps';
import type { FinishedBatch } from '../../execution/batch/types';
import { hasSucceeded } from '../../execution/batch/types';
import { FileLookup } from '../../execution/wait/fileLookup';
import type { Parsing } from '../../execution/wait/waitForParsing';
import { waitForParsing } from '../../execution/wait/waitForParsing';
import type { AwaitedFile } from '../../execution/wait/waitUntilParsed';
import { choiceOption } from '../../parameters/options';
import type { KooSearchClient } from '../../transport/client';

const counted = countedAnswer('retried');

const options = {
	...waitOptions,
	parser: choiceOption(
		{ displayName: 'Parsing Rules', description: 'Which rules to parse the files by' },
		[
			{
				name: 'Of the Knowledge Base',
				value: 'latest',
				description: 'The rules that the knowledge base has now',
			},
			{
				name: 'Of Each File',
				value: 'inherit',
				description: 'The rules that were chosen for the file',
			},
		],
	),
};

/** Page BatchRetryFiles: `PUT …/{repo_id}/files/retry`, `{file_ids, parser}` → `{total_count, retried_count}`. */
export const retryFiles = batchOperation({
	...counted,
	statuses: {
		...counted.statuses,
		notReady: { done: false, label: 'still being parsed' },
		notFound: {
			done: false,
			label: 'not in the knowledge base',
			hint: "Check 'Knowledge Base' and the IDs.",
		},
	},
	noun: { one: 'file', many: 'files' },
	resource: 'file',
	option: {
		name: 'Retry Files',
		value: 'retry',
		action: 'Retry parsing of files',
		description:
			'Have files of a knowledge base parsed again, such as those that could not be parsed',
	},
	fields: [knowledgeBaseField],
	idsField: fileIdsField('parse again'),
	options,
	readTarget: (read) => ({ knowledgeBaseId: readKnowledgeBaseId(read) }),
	findUnsuitable,
	reconciles: ({ waitForParsing: isWanted }) => isWanted,
	reconcile: waitForRetried,
	request: ({ target, ids: file_ids }, { parser }) => ({
		method: 'PUT',
		path: `/${target.knowledgeBaseId}/files/retry`,
		body: { file_ids, parser },
		effect: 'idempotent',
	}),
});

/**
 * With one such file in a call, the answer doesn't show for any file whether it was retried. If the list is not
 * reliable, all are sent.
 */
async function findUnsuitable(
	client: KooSearchClient,
	knowledgeBaseId: string,
	ids: Set<string>,
): Promise<Map<string, string>> {
	const unsuitable = new Map<string, string>();
	const files = await findListed(client, fileList(knowledgeBaseId), ids);
	for (const id of files ? ids : []) {
		const file = files!.get(id);
		if (!file) unsuitable.set(id, 'notFound');
		else if (file.status === 'PENDING' || file.status === 'RUNNING') unsuitable.set(id, 'notReady');
	}
	return unsuitable;
}

/** Statuses of files that are being parsed afterwards, or may be. */
const AWAITED = ['retried', 'notReady', 'unconfirmed'];

/** Waits for all files together, in each knowledge base. */
async function waitForRetried(
	client: KooSearchClient,
	finished: FinishedBatch[],
	{ options: { waitMinutes }, logger }: ReconciledRun<typeof options>,
): Promise<FinishedBatch[]> {
	const awaited = new Map<string, AwaitedFile[]>();
	const done = finished.filter(hasSucceeded);
	for (const { target, ids, outcome } of done) {
		const { statuses } = outcome.result;
		for (const id of ids.filter((one) => AWAITED.includes(statuses.get(one)!))) {
			const files = getOrCreate(awaited, target.knowledgeBaseId, (): AwaitedFile[] => []);
			files.push({ id, minutes: waitMinutes });
		}
	}
	const waits = [...awaited].map(async ([knowledgeBaseId, files]) => {
		const lookup = new FileLookup(client, knowledgeBaseId);
		const results = await waitForParsing(lookup, files, { client, logger, isRepeated: true });
		return [knowledgeBaseId, results] as const;
	});
	const parsingIn = new Map(await Promise.all(waits));
	return finished.map((batch) => {
		if (!hasSucceeded(batch)) return batch;
		const { outcome, target } = batch;
		const parsing = parsingIn.get(target.knowledgeBaseId) ?? new Map<string, Parsing>();
		const result = { ...outcome.result, parsing };
		return { ...batch, outcome: { ...outcome, result } };
	});
}

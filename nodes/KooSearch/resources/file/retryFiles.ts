import { fileIdsField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { batchOperation } from '../../execution/batch/batchOperation';
import { countedAnswer } from '../../execution/batch/countedAnswer';
import { findListed } from '../../execution/list/completeListing';
import { fileList } from '../../execution/list/endpoints';
import { choiceOption } from '../../parameters/options';
import type { KooSearchClient } from '../../transport/client';

const counted = countedAnswer('retried');

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
			'Have files of a knowledge base parsed again, such as those whose parsing went wrong',
	},
	fields: [knowledgeBaseField],
	idsField: fileIdsField('parse again'),
	options: {
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
	},
	readTarget: (read) => ({ knowledgeBaseId: readKnowledgeBaseId(read) }),
	findUnsuitable,
	request: ({ target, ids: file_ids }, { parser }) => ({
		method: 'PUT',
		path: `/${target.knowledgeBaseId}/files/retry`,
		body: { file_ids, parser },
		effect: 'idempotent',
	}),
});

/**
 * One such file in a call makes its answer say of no file whether it was retried. Where the list can't be relied on, all
 * are sent.
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

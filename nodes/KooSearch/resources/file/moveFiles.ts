import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import {
	createDirectoriesField,
	directoryField,
	fileIdsField,
	knowledgeBaseField,
	readKnowledgeBaseId,
} from '../../descriptions/fields';
import { batchOperation } from '../../execution/batch/batchOperation';
import type { ItemRequest, Target } from '../../execution/batch/types';
import type { ReadField } from '../../parameters/readField';
import { readChoice } from '../../parameters/options';
import type { KooSearchClient } from '../../transport/client';
import { listOf } from '../../transport/schema';
import {
	explainDirectory,
	findDirectory,
	locateDirectory,
	readDestination,
} from '../directory/locate';
import { readDirectoryPath } from '../directory/path';
import { joinPath } from '../directory/paths';
import { directoryTrees } from '../directory/tree';

const ids = listOf(z.string({ message: 'is not an ID' }));
/** The lists of documents that were not moved; a missing list counts as empty. */
const leftIds = ids.nullish().transform((list) => list ?? []);

const answer = z
	.object({
		success_file_ids: ids,
		filter_same_category_file_ids: leftIds,
		filter_exist_file_ids: leftIds,
		filter_not_in_status_file_ids: leftIds,
	})
	.passthrough();

const REPEATED =
	'A call was sent more than once, so files reported as already there may have been moved by the first attempt.';

/** For IDs in none of the lists, or in two. */
const UNREPORTED = 'unreported';

const destinationField: INodeProperties = {
	displayName: 'Destination',
	name: 'destination',
	type: 'options',
	options: [
		{
			name: 'Directory',
			value: 'directory',
			description: 'Put the files into a directory of the knowledge base',
		},
		{
			name: 'No Directory',
			value: 'none',
			description: 'Take the files out of the directory they are in',
		},
	],
	default: 'directory',
	description: 'Where the files should be afterwards',
};

const targetDirectoryField: INodeProperties = {
	...directoryField,
	displayOptions: { show: { destination: ['directory'] } },
	description: 'The directory to move the files to. It has to be in the same knowledge base.',
};

const createField: INodeProperties = {
	...createDirectoriesField,
	displayOptions: { show: { destination: ['directory'] } },
};

/** Page UpdateDirectoryOfFile: `PUT …/{repo_id}/directory/files`, `{file_ids, directory_id|null}` → five lists. */
export const moveFiles = batchOperation({
	resource: 'file',
	option: {
		name: 'Move Files',
		value: 'move',
		action: 'Move files to directory',
		description: 'Put files of a knowledge base into another directory, or into none',
	},
	fields: [knowledgeBaseField, destinationField, targetDirectoryField, createField],
	idsField: fileIdsField('move'),
	noun: { one: 'file', many: 'files' },
	doneKey: 'moved',
	statuses: {
		moved: { done: true, label: 'moved' },
		sameDirectory: { done: false, label: 'already there', isAsWanted: true },
		alreadyExists: { done: false, label: 'already existing in the target directory' },
		notReady: { done: false, label: 'not in the status SUCCESS or ERROR' },
		unreported: { done: null, label: "not mentioned in KooSearch's answer" },
	},
	readTarget,
	resolve: resolveTarget,
	prepare: prepareTarget,
	explain: async (client, { knowledgeBaseId, directoryId }, failure) =>
		directoryId ? await explainDirectory(failure, client, knowledgeBaseId, directoryId) : failure,
	// The page demands an explicit null for no directory.
	request: ({ target, ids: file_ids }) => ({
		method: 'PUT',
		path: `/${target.knowledgeBaseId}/directory/files`,
		body: { file_ids, directory_id: target.directoryId ?? null },
		effect: 'idempotent',
	}),
	answer: () => answer,
	describeConflict,
	interpret: (response, sent, isRepeat) => {
		const { statuses, reasons, unexpectedIds } = classifyIds(response, sent);
		const confirmed = sent.filter((id) => statuses.get(id) === 'moved').length;
		const mayBeOurs = isRepeat && sent.some((id) => statuses.get(id) === 'sameDirectory');
		const warning = mayBeOurs ? REPEATED : undefined;
		return { statuses, confirmed, unexpectedIds, reasons, warning };
	},
});

const TO_TAKE_OUT = "To take files out of their directory, set 'Destination' to 'No Directory'.";

/** An empty expression must never mean "No Directory": that has to be chosen. */
function readTarget(read: ReadField): Target {
	const destination = read(destinationField.name, destinationField.displayName, (value) =>
		readChoice(value, ['directory', 'none']),
	);
	const knowledgeBaseId = readKnowledgeBaseId(read);
	if (destination === 'none') return { directoryId: null, knowledgeBaseId };
	const directory = readDestination(read, TO_TAKE_OUT);
	if ('id' in directory) return { directoryId: directory.id, knowledgeBaseId };
	const { path, create } = directory;
	return { directoryPath: joinPath(path), createDirectories: create, knowledgeBaseId };
}

/** A path that exists becomes its ID; one to be created stays a path until the first call needs it. */
async function resolveTarget(client: KooSearchClient, target: Target): Promise<Target> {
	const { knowledgeBaseId, directoryPath, createDirectories } = target;
	if (directoryPath === undefined) return target;
	const path = readDirectoryPath(directoryPath);
	const existing = await directoryTrees(client)(knowledgeBaseId).find(path);
	if (!existing && createDirectories) return { directoryPath, knowledgeBaseId };
	const { id } = existing ?? (await findDirectory(client, knowledgeBaseId, path));
	return { directoryId: id, knowledgeBaseId };
}

async function prepareTarget(client: KooSearchClient, target: Target): Promise<void> {
	const { knowledgeBaseId, directoryPath } = target;
	if (directoryPath === undefined) return;
	const path = readDirectoryPath(directoryPath);
	target.directoryId = await locateDirectory(client, knowledgeBaseId, { path, create: true });
	delete target.directoryPath;
}

/** A file can only be in one directory. */
function describeConflict(id: string, first: ItemRequest, second: ItemRequest): string {
	return (
		`'${destinationField.displayName}': "${id}" is to go to ${nameOf(second.target)} here, but item ${first.itemIndex} already sends it to ` +
		`${nameOf(first.target)} in the same run. Let one item name it, or use two nodes, one after the other.`
	);
}

function nameOf({ directoryId, directoryPath }: Target): string {
	if (directoryPath !== undefined) return `directory "${directoryPath}"`;
	return directoryId ? `directory "${directoryId}"` : "'No Directory'";
}

/** The status of each ID that is in exactly one list. Two lists contradict each other and prove nothing. */
function classifyIds(response: z.infer<typeof answer>, sent: string[]) {
	const lists = {
		moved: response.success_file_ids,
		sameDirectory: response.filter_same_category_file_ids,
		alreadyExists: response.filter_exist_file_ids,
		notReady: response.filter_not_in_status_file_ids,
	};
	// The map keeps the IDs that were sent, not their copies in the answer.
	const statuses = new Map(sent.map((id) => [id, UNREPORTED]));
	const firstList = new Map<string, string>();
	const reasons = new Map<string, string>();
	const unexpectedIds = new Set<string>();
	for (const [status, listed] of Object.entries(lists)) {
		for (const id of listed) {
			if (!statuses.has(id)) {
				unexpectedIds.add(id);
				continue;
			}
			if (!firstList.has(id)) firstList.set(id, status);
			const isInTwo = reasons.has(id) || firstList.get(id) !== status;
			if (isInTwo) reasons.set(id, "in two lists of KooSearch's answer");
			statuses.set(id, isInTwo ? UNREPORTED : status);
		}
	}
	return { statuses, reasons, unexpectedIds: [...unexpectedIds] };
}

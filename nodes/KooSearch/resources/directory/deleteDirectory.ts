import { z } from 'zod';

import { directoryField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { itemOperation } from '../../execution/item/itemOperation';
import { directoryIdOf } from '../../execution/records';
import { listFiles } from '../../execution/wait/fileLookup';
import { switchOption } from '../../parameters/options';
import type { KooSearchClient } from '../../transport/client';
import { isUnconfirmed, rethrow } from '../../transport/errors/failure';
import type { ApiRequest } from '../../transport/request';
import { listOf } from '../../transport/schema';
import type { DirectoryReference } from './locate';
import { missing, readDirectory, requireDirectory } from './locate';
import type { Directory, DirectoryTree } from './tree';
import { directoryTrees } from './tree';
import { subtreeOf } from './updateDirectory';

const answer = z.object({ directory_ids: listOf(z.string({ message: 'is not an ID' })) });

const NOT_EMPTY =
	"Empty it first, or add the option 'Delete If Not Empty': what becomes of files in it is not documented.";

interface Deletion {
	knowledgeBaseId: string;
	directory: DirectoryReference;
}

/** Page DeleteDirectory: `DELETE …/{repo_id}/directory/{directory_id}` → `{directory_ids}`, those below it as well. */
export const deleteDirectory = itemOperation({
	resource: 'directory',
	option: {
		name: 'Delete Directory',
		value: 'delete',
		action: 'Delete directory permanently',
		description: 'Delete an empty directory. This cannot be undone.',
	},
	fields: [knowledgeBaseField, { ...directoryField, description: 'The directory to delete' }],
	options: {
		notEmpty: switchOption(
			{
				displayName: 'Delete If Not Empty',
				description:
					'Whether to delete the directory even if it holds files or directories. The directories in it are deleted, too. KooSearch does not document what happens to the files.',
			},
			{ absent: false, shown: true },
		),
	},
	effect: 'idempotent',
	doneKey: 'deleted',
	// Deleting one directory may be what makes the next one empty.
	concurrency: 1,
	read: (read): Deletion => ({
		knowledgeBaseId: readKnowledgeBaseId(read),
		directory: readDirectory(read),
	}),
	share: directoryTrees,
	run: async (deletion, { client, shared: treeOf, options }) => {
		const { knowledgeBaseId } = deletion;
		const tree = treeOf(knowledgeBaseId);
		const directory = await findDeletable(client, tree, deletion, options.notEmpty);
		const below = subtreeOf(await tree.list(), directory.id);
		const { id } = directory;
		const ids = await remove(client, tree, requestFor(knowledgeBaseId, directory), below);
		const isDone = ids.includes(id);
		const result = { id, deleted: isDone || null, status: isDone ? 'deleted' : 'unconfirmed' };
		return [{ json: { ...result, directoryIds: ids, knowledgeBaseId } }];
	},
	plan: async (deletion, { client, shared: treeOf, options }) => {
		const { knowledgeBaseId } = deletion;
		const tree = treeOf(knowledgeBaseId);
		const directory = await findDeletable(client, tree, deletion, options.notEmpty);
		const { method, path } = requestFor(knowledgeBaseId, directory);
		const ids = [...subtreeOf(await tree.list(), directory.id)];
		return [{ knowledgeBaseId, ids, method, path }];
	},
});

function requestFor(knowledgeBaseId: string, { id }: Directory): ApiRequest {
	const path = `/${knowledgeBaseId}/directory/${encodeURIComponent(id)}`;
	return { method: 'DELETE', path, effect: 'idempotent' };
}

/** @throws ApiFailure that names the field if the directory does not exist, or is not empty */
async function findDeletable(
	client: KooSearchClient,
	tree: DirectoryTree,
	{ knowledgeBaseId, directory: reference }: Deletion,
	notEmpty: boolean,
): Promise<Directory> {
	const directory = await requireDirectory(client, knowledgeBaseId, reference);
	if (notEmpty) return directory;
	const { id, name } = directory;
	const child = (await tree.list()).find(({ parentId }) => parentId === id);
	if (child) throw missing(`"${name}" holds the directory "${child.name}".`, NOT_EMPTY);
	const { records, isComplete } = await listFiles(client, knowledgeBaseId);
	for (const file of records.values()) {
		const directoryId = directoryIdOf(file);
		if (directoryId === undefined) {
			throw missing(
				`the files do not say which directory they are in, so it is not known whether "${name}" is empty.`,
				NOT_EMPTY,
			);
		}
		// Page SearchFiles: "a leaf node", perhaps by its name alone.
		if (directoryId === id || directoryId === name) {
			throw missing(`"${name}" holds the file "${file.name}".`, NOT_EMPTY);
		}
	}
	if (isComplete) return directory;
	throw missing(
		`the list of files is incomplete or changed meanwhile, so it is not known whether "${name}" is empty.`,
		'Run the node again.',
	);
}

/**
 * Deletes, and returns the IDs of all deleted directories. If the answer was lost, a list that no longer holds the
 * directory shows that it was deleted.
 */
async function remove(
	client: KooSearchClient,
	tree: DirectoryTree,
	request: ApiRequest,
	below: Set<string>,
): Promise<string[]> {
	try {
		const { value } = await client.call(request, answer);
		tree.refresh();
		return value.directory_ids;
	} catch (error) {
		tree.refresh();
		if (!isUnconfirmed(error)) return rethrow(error);
		const left = new Set((await tree.listAfter(error)).map(({ id }) => id));
		const gone = [...below].filter((id) => !left.has(id));
		return gone.length > 0 ? gone : rethrow(error);
	}
}

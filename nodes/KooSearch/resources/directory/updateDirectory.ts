import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { directoryField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import type { KooSearchRecord } from '../../execution/list/endpoints';
import { itemOperation } from '../../execution/item/itemOperation';
import { switchOption } from '../../parameters/options';
import type { ReadField } from '../../parameters/readField';
import { InvalidFieldError } from '../../parameters/readField';
import { isEmpty, readName } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import type { ApiRequest } from '../../transport/request';
import { idText } from '../../transport/schema';
import type { DirectoryReference } from './locate';
import { missing, readDirectory, requireDirectory } from './locate';
import { directoryPaths } from './paths';
import type { Directory, DirectoryTree } from './tree';
import { directoryTrees } from './tree';

const nameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. 2025',
	description: 'The new name. If empty, the directory keeps its name.',
};

const parentField: INodeProperties = {
	...directoryField,
	displayName: 'Parent Directory',
	name: 'parent',
	required: false,
	description:
		'The directory to move it into, with everything in it. If empty, the directory stays where it is.',
};

interface Change {
	knowledgeBaseId: string;
	directory: DirectoryReference;
	name?: string;
	parent?: DirectoryReference;
}

/** Page UpdateDirectory: `PUT …/{repo_id}/directory/{directory_id}`, `{name, parent_id}` → `{directory_id}`. */
export const updateDirectory = itemOperation({
	resource: 'directory',
	option: {
		name: 'Rename or Move Directory',
		value: 'update',
		action: 'Rename or move directory',
		description: 'Give a directory another name, or put it into another directory',
	},
	fields: [
		knowledgeBaseField,
		{ ...directoryField, description: 'The directory to rename or move' },
		nameField,
		parentField,
	],
	options: {
		toTop: switchOption(
			{
				displayName: 'To Top Level',
				description: 'Whether to take the directory out of the one it is in, to the top level',
			},
			{ absent: false, shown: true },
		),
	},
	effect: 'idempotent',
	doneKey: 'updated',
	// A change may depend on the one before it.
	concurrency: 1,
	read: readChange,
	share: directoryTrees,
	run: async (change, { client, shared: treeOf, options }) => {
		const tree = treeOf(change.knowledgeBaseId);
		const { before, after } = await planChange(client, tree, change, options.toTop);
		if (isSame(before, after)) return [toOutput(change, before, await tree.list(), 'unchanged')];
		await client.call(requestFor(change, before, after), z.object({ directory_id: idText }));
		tree.refresh();
		const directories = await tree.list();
		const found = directories.find(({ id }) => id === before.id);
		const isDone = found !== undefined && isSame(found, after);
		return [toOutput(change, found ?? after, directories, isDone ? 'updated' : 'unconfirmed')];
	},
	plan: async (change, { client, shared: treeOf, options }) => {
		const tree = treeOf(change.knowledgeBaseId);
		const { before, after } = await planChange(client, tree, change, options.toTop);
		if (isSame(before, after)) return [];
		const { method, path } = requestFor(change, before, after);
		return [{ knowledgeBaseId: change.knowledgeBaseId, ids: [before.id], method, path }];
	},
});

function readChange(read: ReadField): Change {
	const { name, displayName } = parentField;
	const change: Change = {
		knowledgeBaseId: readKnowledgeBaseId(read),
		directory: readDirectory(read),
		name: read(nameField.name, nameField.displayName, (value) =>
			isEmpty(value) ? undefined : readName(value),
		),
	};
	const hasParent = read(name, displayName, (value) => !isEmpty(value));
	const toTop = read('options', 'Options', (value) =>
		Boolean((value as { toTop?: unknown }).toTop),
	);
	if (hasParent && toTop) {
		throw new InvalidFieldError(
			`'${displayName}': it can't be set together with the option 'To Top Level'. Use one of them.`,
		);
	}
	if (hasParent) change.parent = readDirectory(read, parentField);
	if (hasParent || toTop || change.name !== undefined) return change;
	throw new InvalidFieldError(
		`'${nameField.displayName}' and '${displayName}' are both empty, so there is nothing to change. Fill in one of them.`,
	);
}

/** @throws ApiFailure that names the field if a directory does not exist, or would be put into itself */
async function planChange(
	client: KooSearchClient,
	tree: DirectoryTree,
	{ knowledgeBaseId, directory, name, parent }: Change,
	toTop: boolean,
): Promise<{ before: Directory; after: Directory }> {
	const before = await requireDirectory(client, knowledgeBaseId, directory);
	const label = parentField.displayName;
	const target = parent && (await requireDirectory(client, knowledgeBaseId, parent, label));
	if (target && subtreeOf(await tree.list(), before.id).has(target.id)) {
		throw missing(
			`directory "${before.name}" can't be put into itself or a directory below it.`,
			'Choose another one.',
			label,
		);
	}
	const parentId = toTop ? null : (target?.id ?? before.parentId);
	return { before, after: { id: before.id, name: name ?? before.name, parentId } };
}

function isSame(one: Directory, other: Directory): boolean {
	return one.name === other.name && one.parentId === other.parentId;
}

/** Only what changes is sent. Not documented: that null means the top level here as well, so the result is checked. */
function requestFor(
	{ knowledgeBaseId }: Change,
	before: Directory,
	{ id, name, parentId }: Directory,
): ApiRequest {
	const body = {
		...(name === before.name ? {} : { name }),
		...(parentId === before.parentId ? {} : { parent_id: parentId }),
	};
	const path = `/${knowledgeBaseId}/directory/${encodeURIComponent(id)}`;
	return { method: 'PUT', path, body, effect: 'idempotent' };
}

function toOutput(
	{ knowledgeBaseId }: Change,
	{ id, name, parentId }: Directory,
	directories: Directory[],
	status: 'updated' | 'unchanged' | 'unconfirmed',
) {
	const updated = { updated: true, unchanged: false, unconfirmed: null }[status];
	const path = directoryPaths(directories.map(toRecord)).get(id) ?? name;
	return { json: { id, updated, status, name, path, parentId, knowledgeBaseId } };
}

function toRecord({ id, name, parentId }: Directory): KooSearchRecord {
	return { id, name, parent_id: parentId };
}

/** The IDs of a directory and all below it. */
export function subtreeOf(directories: Directory[], id: string): Set<string> {
	const ids = new Set([id]);
	for (let before = 0; before < ids.size; ) {
		before = ids.size;
		for (const one of directories) if (one.parentId && ids.has(one.parentId)) ids.add(one.id);
	}
	return ids;
}

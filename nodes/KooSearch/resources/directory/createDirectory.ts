import { knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { itemOperation } from '../../execution/item/itemOperation';
import { addHints } from '../../execution/hints';
import { isUnconfirmed, rethrow } from '../../transport/errors/failure';
import { readDirectoryPath } from './path';
import { joinPath } from './paths';
import { directoryTrees } from './tree';

/** Page CreateDirectory: `POST …/{repo_id}/directory`, `{name, parent_id|null}` → `{directory_id}`. */
export const createDirectory = itemOperation({
	resource: 'directory',
	option: {
		name: 'Create Directory',
		value: 'create',
		action: 'Create directory',
		description: 'Create a directory by its path, with the parents that are missing',
	},
	fields: [
		knowledgeBaseField,
		{
			displayName: 'Path',
			name: 'path',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Contracts / 2025',
			description:
				'The path of the directory: up to five names, separated by slashes. Missing directories are created, existing ones are used.',
		},
	],
	effect: 'once',
	doneKey: 'created',
	concurrency: 4,
	read: (read) => ({
		knowledgeBaseId: readKnowledgeBaseId(read),
		path: read('path', 'Path', readDirectoryPath),
	}),
	share: directoryTrees,
	run: async ({ knowledgeBaseId, path }, { shared: treeOf, context }) => {
		const place = { name: path[path.length - 1], path: joinPath(path) };
		try {
			const { isCreated, id, parentId } = await treeOf(knowledgeBaseId).findOrCreate(path);
			const status = isCreated ? 'created' : 'exists';
			return [{ json: { id, created: isCreated, status, ...place, parentId, knowledgeBaseId } }];
		} catch (error) {
			if (!isUnconfirmed(error)) return rethrow(error);
			addHints(context, [error.message]);
			const nobodyKnows = { id: null, created: null, status: 'unconfirmed' };
			return [{ json: { ...nobodyKnows, ...place, parentId: null, knowledgeBaseId } }];
		}
	},
	plan: async ({ knowledgeBaseId, path }, { shared: treeOf }) => {
		const missing = await treeOf(knowledgeBaseId).plan(path);
		return missing.map((one) => ({ knowledgeBaseId, ids: [one.path], ...one.request }));
	},
});

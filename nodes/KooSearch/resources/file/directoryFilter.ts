import { directoryField } from '../../descriptions/fields';
import type { Filter } from '../../execution/list/filters';
import { directoryIdOf } from '../../execution/records';
import { readDirectoryId } from '../../parameters/values';
import { explainDirectory, findDirectory } from '../directory/locate';
import { readDirectoryPath } from '../directory/path';

/** By its path until it has been looked up. */
type DirectoryValue = { id: string; name?: string } | { path: string[] };

/** Files of one directory, not of those below it. */
export const directoryFilter: Filter = {
	field: {
		...directoryField,
		description: 'Only files in this directory',
		required: undefined,
	},
	parameter: 'category',
	parse: (value): DirectoryValue => {
		const { mode, value: located } = toLocator(value);
		return mode === 'path'
			? { path: readDirectoryPath(located) }
			: { id: readDirectoryId(located) };
	},
	resolve: async (value, { client, endpoint }): Promise<DirectoryValue> => {
		const directory = value as DirectoryValue;
		if ('id' in directory) return directory;
		return await findDirectory(client, endpoint.knowledgeBaseId!, directory.path);
	},
	// Page SearchFiles: the directory as `leafName(directoryId)`.
	toApi: (value) => {
		const { id, name } = value as { id: string; name?: string };
		return name === undefined ? id : `${name}(${id})`;
	},
	explain: async (failure, value, { client, endpoint }) => {
		const directory = value as DirectoryValue;
		if (!('id' in directory)) return failure;
		return await explainDirectory(failure, client, endpoint.knowledgeBaseId!, directory.id);
	},
	matches: (record, value) => {
		const directoryId = directoryIdOf(record);
		if (directoryId === undefined) return undefined;
		return directoryId === (value as { id: string }).id;
	},
};

/** The resource locator in a collection, or the ID that an expression gives in its place. */
function toLocator(value: unknown): { mode?: unknown; value: unknown } {
	if (typeof value !== 'object' || value === null || !('value' in value)) return { value };
	return { mode: 'mode' in value ? value.mode : undefined, value: value.value };
}

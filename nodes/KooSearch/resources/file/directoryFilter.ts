import { directoryField } from '../../descriptions/fields';
import type { Filter } from '../../execution/list/filters';
import { directoryIdOf } from '../../execution/records';
import { readDirectoryId } from '../../parameters/values';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import { findDirectory, requireDirectory } from '../directory/locate';
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
		const knowledgeBaseId = endpoint.knowledgeBaseId!;
		if (!('id' in directory)) {
			return await findDirectory(client, knowledgeBaseId, directory.path);
		}
		return await requireDirectory(client, knowledgeBaseId, directory).catch((error: unknown) =>
			isListUnavailable(error) ? directory : rethrow(error),
		);
	},
	// Page SearchFiles: the directory as `leafName(directoryId)`. What an ID alone selects is not documented, so without
	// the name all files are read, and the node takes those of the directory.
	toApi: (value) => {
		const { id, name } = value as { id: string; name?: string };
		return name === undefined ? undefined : `${name}(${id})`;
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

function isListUnavailable(error: unknown): boolean {
	if (!(error instanceof ApiFailure)) return false;
	const { kind, scope } = error.facts;
	return kind !== 'notFound' && scope !== 'run';
}

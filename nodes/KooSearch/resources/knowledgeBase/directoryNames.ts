import type { KooSearchRecord } from '../../execution/list/endpoints';
import { directoryList } from '../../execution/list/endpoints';
import { readPage } from '../../execution/list/paginate';
import { shortList } from '../../execution/texts';
import { getOrCreate } from '../../execution/maps';
import { formatValue } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import { ApiFailure } from '../../transport/errors/failure';
import { directoryPaths, joinPath } from '../directory/paths';

/** Looks up directories in the form in which files name them. A knowledge base is listed once per run. */
export class DirectoryNames {
	private readonly listings = new Map<string, Promise<KooSearchRecord[]>>();

	constructor(private readonly client: KooSearchClient) {}

	/**
	 * @param directory its ID, or its path such as "Contracts / 2025"
	 * @returns `name(id)` (page UploadFiles)
	 * @throws ApiFailure, also if there is no such directory
	 */
	async categoryOf(knowledgeBaseId: string, directory: string): Promise<string> {
		const records = await getOrCreate(this.listings, knowledgeBaseId, async () => {
			const { records } = await readPage(this.client, directoryList(knowledgeBaseId), {});
			return records;
		});
		const paths = directoryPaths(records);
		const path = joinPath(directory.split('/').map((name) => name.trim()));
		const found =
			records.find(({ id }) => String(id) === directory) ??
			records.find(({ id }) => paths.get(String(id)) === path);
		if (!found) throw noSuchDirectory(directory, knowledgeBaseId, [...paths.values()]);
		return `${found.name}(${found.id})`;
	}
}

/** Names the existing directories: a model that guessed has no other way to know them. */
function noSuchDirectory(directory: string, knowledgeBaseId: string, paths: string[]): ApiFailure {
	const known = shortList(paths.map((path) => formatValue(path)));
	return notSent(
		`Option 'Directory': ${formatValue(directory)} is not a directory of the knowledge base ${formatValue(knowledgeBaseId)}.`,
		paths.length > 0 ? `Choose one of these: ${known}.` : 'It has none.',
	);
}

/** The failure of a call that can't be made. */
export function notSent(what: string, hint: string): ApiFailure {
	return new ApiFailure({
		kind: 'http',
		scope: 'call',
		what,
		hint,
		effect: 'none',
		mayHaveTakenEffect: false,
		isTransient: false,
	});
}

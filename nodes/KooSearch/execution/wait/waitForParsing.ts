import { ApiFailure, rethrow } from '../../transport/errors/failure';
import type { FileLookup } from './fileLookup';
import type { AwaitedFile, Waiting } from './waitUntilParsed';
import { waitUntilParsed } from './waitUntilParsed';

/** The result of parsing a file, as output items show it beside the operation's own result. */
export interface Parsing {
	/** Null if it is not known. */
	parsed: boolean | null;
	fileStatus: string;
	reason: string | null;
}

/** Waits for files of one knowledge base. If they can't be looked up, each has the status `unknown` and the reason. */
export async function waitForParsing(
	lookup: Pick<FileLookup, 'find'>,
	files: AwaitedFile[],
	waiting: Waiting,
): Promise<Map<string, Parsing>> {
	try {
		const results = await waitUntilParsed(lookup, files, waiting);
		return new Map(
			[...results].map(([id, { parsed, status: fileStatus, reason }]) => [
				id,
				{ parsed, fileStatus, reason },
			]),
		);
	} catch (error) {
		if (!(error instanceof ApiFailure)) return rethrow(error);
		const unknown = { parsed: null, fileStatus: 'unknown', reason: error.message };
		return new Map(files.map(({ id }) => [id, unknown]));
	}
}

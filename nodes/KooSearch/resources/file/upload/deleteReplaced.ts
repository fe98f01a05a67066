import { z } from 'zod';

import { listFiles } from '../../../execution/wait/fileLookup';
import type { KooSearchClient } from '../../../transport/client';
import { ApiFailure, rethrow } from '../../../transport/errors/failure';
import { count } from '../../../transport/schema';
import type { UploadedFile } from './uploadedFile';

const answer = z.object({ total_count: count, deleted_count: count });

/** The default of the option 'Items per Batch'. */
const BATCH_SIZE = 100;

/**
 * Deletes the files whose successors are parsed, and only those. A listing afterwards shows whether they are gone, not
 * the answers to the deletions.
 */
export async function deleteReplaced(
	client: KooSearchClient,
	knowledgeBaseId: string,
	files: UploadedFile[],
): Promise<UploadedFile[]> {
	const isReplacing = ({ json, replaces }: UploadedFile) =>
		json.parsed === true && replaces.length > 0;
	const ids = [...new Set(files.filter(isReplacing).flatMap(({ replaces }) => replaces))];
	if (ids.length === 0) return files;
	let failure: ApiFailure | undefined;
	for (let start = 0; start < ids.length; start += BATCH_SIZE) {
		failure ??= await deleteFiles(client, knowledgeBaseId, ids.slice(start, start + BATCH_SIZE));
	}
	const listing = await listFiles(client, knowledgeBaseId).catch(failureOnly);
	const isGone = (id: string) =>
		!(listing instanceof ApiFailure) && listing.isComplete && !listing.records.has(id);
	return files.map((file): UploadedFile => {
		if (!isReplacing(file)) return file;
		const { json, replaces } = file;
		if (replaces.every(isGone)) {
			return { ...file, json: { ...json, status: 'replaced', replacedIds: replaces } };
		}
		const left = replaces.filter((id) => !isGone(id)).join(', ');
		const why = failure ? ` ${failure.message}` : '';
		const reason = `Old files that may still exist: ${left}.${why}`;
		return { ...file, json: { ...json, reason } };
	});
}

/** @returns why the last of it failed; a batch that is refused for one of its IDs is sent one by one */
async function deleteFiles(
	client: KooSearchClient,
	knowledgeBaseId: string,
	ids: string[],
): Promise<ApiFailure | undefined> {
	const path = `/${knowledgeBaseId}/files/batch`;
	const request = {
		method: 'DELETE',
		path,
		body: { file_ids: ids },
		effect: 'idempotent',
	} as const;
	const failure = await client.call(request, answer).then(() => undefined, failureOnly);
	if (failure?.facts.scope !== 'ids' || ids.length === 1) return failure;
	let last: ApiFailure | undefined;
	for (const id of ids) last = (await deleteFiles(client, knowledgeBaseId, [id])) ?? last;
	return last;
}

function failureOnly(error: unknown): ApiFailure {
	return error instanceof ApiFailure ? error : rethrow(error);
}

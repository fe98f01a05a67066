import { getOrCreate } from '../../../execution/maps';
import type { KooSearchClient } from '../../../transport/client';
import { directoryTrees } from '../../directory/tree';
import { Uploads } from './uploads';

/** What the uploads of a run have in common. */
export interface UploadRun {
	uploadsTo(knowledgeBaseId: string): Uploads;
	directoriesOf: ReturnType<typeof directoryTrees>;
}

export function uploadRun(client: KooSearchClient): UploadRun {
	const all = new Map<string, Uploads>();
	return {
		uploadsTo: (id) => getOrCreate(all, id, () => new Uploads(client, id)),
		directoriesOf: directoryTrees(client),
	};
}

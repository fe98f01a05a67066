import { getOrCreate } from '../../../execution/maps';
import type { KooSearchClient } from '../../../transport/client';
import { Uploads } from './uploads';

/** The uploads of a run to each knowledge base. */
export type UploadRun = (knowledgeBaseId: string) => Uploads;

export function uploadRun(client: KooSearchClient): UploadRun {
	const all = new Map<string, Uploads>();
	return (id) => getOrCreate(all, id, () => new Uploads(client, id));
}

import { z } from 'zod';

import { knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { itemOperation } from '../../execution/item/itemOperation';
import { getOrCreate } from '../../execution/maps';
import type { Operation } from '../../execution/operation';
import type { KooSearchClient } from '../../transport/client';
import type { ApiRequest } from '../../transport/request';

/** `PUT …/knowledge-repo/{repo_id}/start`, known from a client: opens a knowledge base for searches and answers. */
export const enable = switching(true, {
	name: 'Enable',
	value: 'enable',
	action: 'Enable knowledge base',
	description: 'Open a knowledge base, so that it can be searched',
});

/** Page StopKnowledgeRepo: `PUT …/knowledge-repo/{repo_id}/stop`. */
export const disable = switching(false, {
	name: 'Disable',
	value: 'disable',
	action: 'Disable knowledge base',
	description: 'Close a knowledge base, so that it cannot be searched',
});

function switching(enabled: boolean, option: Operation['option']): Operation {
	const request = (id: string): ApiRequest => ({
		method: 'PUT',
		path: `/knowledge-repo/${id}/${enabled ? 'start' : 'stop'}`,
		effect: 'idempotent',
	});
	return itemOperation({
		resource: 'knowledgeBase',
		option,
		fields: [knowledgeBaseField],
		effect: 'idempotent',
		concurrency: 4,
		read: readKnowledgeBaseId,
		share: (client) => new Switch(client, request),
		run: async (id, { shared: flip }) => {
			await flip.once(id);
			return [{ json: { id, enabled } }];
		},
		plan: async (id) => [{ knowledgeBaseId: id, ids: [id], ...request(id) }],
	});
}

/** The answer has no body. A web page comes from something else, such as a proxy. */
const nothing = z.unknown().refine((body) => typeof body !== 'string' || !body.includes('<'));

/** Switches each knowledge base once in a run, however many items name it. */
class Switch {
	private readonly calls = new Map<string, Promise<unknown>>();

	constructor(
		private readonly client: KooSearchClient,
		private readonly request: (id: string) => ApiRequest,
	) {}

	/** @throws ApiFailure */
	async once(id: string): Promise<void> {
		await getOrCreate(this.calls, id, async () => {
			await this.client.call(this.request(id), nothing);
		});
	}
}

import type { IExecuteFunctions, INodeType } from 'n8n-workflow';

import { benchNode } from './benchNode';
import { CONCURRENCY, signedRoot } from './operations';
import type { BenchOperation, Service } from './operations';

/**
 * A node that sends the items' `id` in batches through n8n's helper and does nothing else: no validation, no look at
 * the answers, no retries. It gives one item per ID.
 */
export function directCalls(
	name: string,
	batchSize: number,
	operation: BenchOperation,
	service: Service,
): INodeType {
	const { root, headers } = signedRoot(service);
	const { method, path } = operation;
	const request = { method, url: root + path, headers, json: true };
	return benchNode(name, async function (this: IExecuteFunctions) {
		const ids = this.getInputData().map(({ json }) => json.id as string);
		await sendAll(inBatches(ids, batchSize), async (batch) => {
			await this.helpers.httpRequest({ ...request, body: operation.body(batch) });
		});
		return [ids.map((id, item) => ({ json: { id }, pairedItem: { item } }))];
	});
}

function inBatches(ids: string[], size: number): string[][] {
	const count = Math.ceil(ids.length / size);
	return Array.from({ length: count }, (_, n) => ids.slice(n * size, (n + 1) * size));
}

/** Each of the senders takes the next batch as soon as its own is done. */
async function sendAll(
	batches: string[][],
	send: (batch: string[]) => Promise<void>,
): Promise<void> {
	const waiting = batches.values();
	const sender = async () => {
		for (const batch of waiting) await send(batch);
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, sender));
}

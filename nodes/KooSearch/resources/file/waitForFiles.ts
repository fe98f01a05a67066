import { fileIdsField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { waitMinutesOption } from '../../descriptions/waitOptions';
import { itemOperation } from '../../execution/item/itemOperation';
import type { Output } from '../../execution/item/parts';
import { PartialFailure } from '../../execution/item/parts';
import { toFailed } from '../../execution/item/runItems';
import { getOrCreate } from '../../execution/maps';
import { FileLookup } from '../../execution/wait/fileLookup';
import type { AwaitedFile } from '../../execution/wait/waitUntilParsed';
import { waitUntilParsed } from '../../execution/wait/waitUntilParsed';
import { readIds } from '../../parameters/values';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import { eachInSlices } from '../../transport/wait';

const idsField = {
	...fileIdsField('wait for'),
	description:
		'The files to wait for: one ID, several separated by commas or line breaks, or a JSON array. The node waits for the files of all input items together.',
};

/** Waits until files are parsed, which page SearchFiles shows. */
export const waitForFiles = itemOperation({
	resource: 'file',
	option: {
		name: 'Wait for Files',
		value: 'wait',
		action: 'Wait until files are parsed',
		description: 'Wait until files of a knowledge base are parsed, and return the result for each',
	},
	fields: [knowledgeBaseField, idsField],
	doneKey: 'parsed',
	options: { waitMinutes: waitMinutesOption },
	effect: 'none',
	read: (read) => ({
		knowledgeBaseId: readKnowledgeBaseId(read),
		ids: read(idsField.name, idsField.displayName, readIds),
	}),
	share: () => undefined,
	// All items wait together.
	finish: async (items, { client, context }) => {
		const byKnowledgeBase = new Map<string, typeof items>();
		for (const item of items) {
			getOrCreate(byKnowledgeBase, item.input.knowledgeBaseId, (): typeof items => []).push(item);
		}
		const outputs = new Map<number, Output[] | ApiFailure>();
		const waits = [...byKnowledgeBase].map(async ([knowledgeBaseId, own]) => {
			const lookup = new FileLookup(client, knowledgeBaseId);
			const waiting = { client, logger: context.logger };
			const files = await awaitedFiles(own);
			const results = await waitUntilParsed(lookup, files, waiting).catch(failureOnly);
			await eachInSlices(own, ({ itemIndex, input }) => {
				if (results instanceof ApiFailure) {
					const outcome = { state: 'failed', failure: results } as const;
					const failed = (id: string) => toFailed(outcome, itemIndex, { id, knowledgeBaseId });
					outputs.set(itemIndex, new PartialFailure(results, input.ids.map(failed)));
					return;
				}
				const json = (id: string) => ({ id, ...results.get(id)!, knowledgeBaseId });
				const output = input.ids.map((id) => ({ json: json(id) }));
				outputs.set(itemIndex, output);
			});
		});
		await Promise.all(waits);
		return outputs;
	},
});

/** Each file once; if several items name it, the longest waiting time applies. */
async function awaitedFiles(
	items: Array<{ input: { ids: string[] }; options: { waitMinutes: number } }>,
): Promise<AwaitedFile[]> {
	const minutes = new Map<string, number>();
	await eachInSlices(items, ({ input, options }) => {
		for (const id of input.ids) {
			minutes.set(id, Math.max(options.waitMinutes, minutes.get(id) ?? 0));
		}
	});
	return [...minutes].map(([id, most]) => ({ id, minutes: most }));
}

function failureOnly(error: unknown): ApiFailure {
	return error instanceof ApiFailure ? error : rethrow(error);
}

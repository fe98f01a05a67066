import type { INodeProperties } from 'n8n-workflow';
import type { LimitFunction } from 'p-limit';
import pLimit from 'p-limit';
import { z } from 'zod';

import { fileIdsField, knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import type { Attempt } from '../../execution/attempts';
import { Attempts } from '../../execution/attempts';
import type { ItemRun } from '../../execution/item/itemOperation';
import { itemOperation } from '../../execution/item/itemOperation';
import type { Output, Part } from '../../execution/item/parts';
import { isOutput, PartialFailure } from '../../execution/item/parts';
import { toFailed } from '../../execution/item/runItems';
import type { KooSearchRecord } from '../../execution/list/endpoints';
import { FileLookup } from '../../execution/wait/fileLookup';
import type { NoOptions } from '../../parameters/options';
import { readChoice } from '../../parameters/options';
import { formatValue, readIds, readTags } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import { ApiFailure, canceled, rethrow } from '../../transport/errors/failure';
import type { ApiRequest } from '../../transport/request';

const CONCURRENT_FILES = 4;

const idsField = fileIdsField('tag');

const tagsField: INodeProperties = {
	displayName: 'Tags',
	name: 'tags',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. finance, 2025',
	description:
		'The tags: one, several separated by commas, semicolons or line breaks, or a JSON array',
};

const tagModeField: INodeProperties = {
	displayName: 'Change',
	name: 'tagMode',
	type: 'options',
	options: [
		{ name: 'Add', value: 'add', description: 'Add these tags to the tags of the files' },
		{ name: 'Remove', value: 'remove', description: 'Remove these tags from the files' },
		{
			name: 'Replace',
			value: 'replace',
			description: 'Replace all tags of the files by these tags',
		},
	],
	default: 'add',
	description: 'What to do with the tags',
};

interface Tagging {
	knowledgeBaseId: string;
	ids: string[];
	tags: string[];
	mode: 'add' | 'remove' | 'replace';
}

/**
 * Page UpdateFileMeta: `PUT …/{repo_id}/files/{file_id}?category=…&tags=…&tags=…` → `{file_id}`. The tags replace all
 * tags of the file, and it isn't documented what leaving out the directory does, so both are read first and sent
 * together. Nor is it documented whether sending no tags clears them, so the files are read again afterwards.
 */
export const updateTags = itemOperation({
	resource: 'file',
	option: {
		name: 'Update Tags',
		value: 'update',
		action: 'Update tags of files',
		description: 'Add, remove or replace the tags of files',
	},
	fields: [knowledgeBaseField, idsField, tagModeField, tagsField],
	effect: 'idempotent',
	doneKey: 'updated',
	concurrency: CONCURRENT_FILES,
	read: (read): Tagging => ({
		knowledgeBaseId: readKnowledgeBaseId(read),
		ids: read(idsField.name, idsField.displayName, readIds),
		tags: read(tagsField.name, tagsField.displayName, readTags),
		mode: read(tagModeField.name, tagModeField.displayName, (value) =>
			readChoice(value, ['add', 'remove', 'replace']),
		),
	}),
	share: () => pLimit(CONCURRENT_FILES),
	run: updateFiles,
	plan: async (tagging, { client }) => {
		const { knowledgeBaseId, ids } = tagging;
		const { records: files } = await new FileLookup(client, knowledgeBaseId).find(ids);
		return [...changesOf(files, tagging)].map(([id, tags]) => {
			const { method, path } = requestFor(tagging, files.get(id)!, tags);
			return { knowledgeBaseId, ids: [id], method, path };
		});
	},
});

/**
 * Changes the files that need it, and reads them afterwards, also those whose answer was lost.
 *
 * @throws PartialFailure with the outcome of each file, if a call failed
 */
async function updateFiles(
	tagging: Tagging,
	{ client, context, itemIndex, shared: limit }: ItemRun<NoOptions, LimitFunction>,
): Promise<Output[]> {
	const { knowledgeBaseId, ids } = tagging;
	const { records: before, isComplete } = await new FileLookup(client, knowledgeBaseId).find(ids);
	const changes = changesOf(before, tagging);
	const { signal } = client;
	const attempts = new Attempts({ stopOnFailure: !context.continueOnFail(), signal });
	const outcomes = new Map<string, Attempt<object>>();
	const change = async ([id, tags]: [string, string[]]) => {
		const request = requestFor(tagging, before.get(id)!, tags);
		const send = async () => await client.call(request, anything);
		outcomes.set(id, await attempts.run(send));
	};
	await Promise.all([...changes].map(async (one) => await limit(change, one)));
	const after = await readAfter(client, knowledgeBaseId, outcomes);
	const parts = ids.map((id): Part => {
		const isMissing = isComplete && !before.has(id);
		const status = isMissing
			? 'notFound'
			: statusOf(before.get(id), after.get(id), changes.get(id));
		const outcome = outcomes.get(id);
		if (outcome && outcome.state !== 'succeeded' && status !== 'updated') {
			return toFailed(outcome, itemIndex, { id, knowledgeBaseId });
		}
		const tags = tagsOf(after.get(id) ?? before.get(id)) ?? null;
		return { json: { id, updated: UPDATED[status], status, tags, knowledgeBaseId } };
	});
	const results = parts.filter(isOutput);
	if (results.length === parts.length) return results;
	const first = [...outcomes.values()].find((outcome) => outcome.state === 'failed');
	throw new PartialFailure(first?.failure ?? canceled('idempotent'), parts);
}

/** The files that calls may have changed; empty if they can't be read. */
async function readAfter(
	client: KooSearchClient,
	knowledgeBaseId: string,
	outcomes: Map<string, Attempt<object>>,
): Promise<Map<string, KooSearchRecord>> {
	const sent = [...outcomes].filter(([, outcome]) =>
		outcome.state === 'failed'
			? outcome.failure.facts.mayHaveTakenEffect
			: outcome.state === 'succeeded',
	);
	const isOver = [...outcomes.values()].some(
		(outcome) => outcome.state === 'failed' && outcome.failure.facts.scope === 'run',
	);
	if (sent.length === 0 || isOver) return new Map();
	const ids = sent.map(([id]) => id);
	try {
		return (await new FileLookup(client, knowledgeBaseId).find(ids)).records;
	} catch (error) {
		return error instanceof ApiFailure ? new Map() : rethrow(error);
	}
}

const UPDATED = { updated: true, unchanged: false, notFound: false, unconfirmed: null };

const anything = z.unknown();

/** The new tags of each file that needs a call. */
function changesOf(files: Map<string, KooSearchRecord>, tagging: Tagging): Map<string, string[]> {
	const changes = new Map<string, string[]>();
	for (const [id, file] of files) {
		if (tagging.mode !== 'replace') checkTags(file);
		const own = tagsOf(file) ?? [];
		const tags = newTags(own, tagging);
		if (!isSameSet(own, tags)) changes.set(id, tags);
	}
	return changes;
}

/** Tags that can't be read would be lost, as what is sent takes their place. @throws ApiFailure */
function checkTags({ id, tags }: KooSearchRecord): void {
	const isReadable = tags === undefined || tags === null || tags === '';
	const isText = (tag: unknown) => typeof tag === 'string' || typeof tag === 'number';
	if (isReadable || (Array.isArray(tags) && tags.every(isText))) return;
	throw new ApiFailure({
		kind: 'malformed',
		scope: 'call',
		what: `KooSearch's answer is not reliable: 'tags' of ${formatValue(id)} cannot be read, and would be lost: ${formatValue(tags)}. Nothing was sent for this item.`,
		hint: "Set 'Change' to 'Replace' to give the file other tags.",
		effect: 'idempotent',
		mayHaveTakenEffect: false,
		isTransient: false,
	});
}

/** Upper and lower case make no difference, as in KooSearch's own queries. */
function newTags(own: string[], { tags, mode }: Tagging): string[] {
	if (mode === 'replace') return tags;
	if (mode === 'remove') return own.filter((tag) => !includes(tags, tag));
	return [...own, ...tags.filter((tag) => !includes(own, tag))];
}

function includes(tags: string[], tag: string): boolean {
	return tags.some((one) => one.toLowerCase() === tag.toLowerCase());
}

function isSameSet(one: string[], other: string[]): boolean {
	return one.length === other.length && one.every((tag) => includes(other, tag));
}

function tagsOf(file: KooSearchRecord | undefined): string[] | undefined {
	return Array.isArray(file?.tags) ? file.tags.map(String) : undefined;
}

function requestFor(
	{ knowledgeBaseId }: Tagging,
	{ id, category }: KooSearchRecord,
	tags: string[],
): ApiRequest {
	const query = {
		...(category ? { category: String(category) } : {}),
		...(tags.length > 0 ? { tags } : {}),
	};
	const path = `/${knowledgeBaseId}/files/${encodeURIComponent(String(id))}`;
	return { method: 'PUT', path, query, effect: 'idempotent' };
}

/** Only a file that has exactly the new tags, in the directory it was in, counts as updated. */
function statusOf(
	before: KooSearchRecord | undefined,
	after: KooSearchRecord | undefined,
	tags: string[] | undefined,
): keyof typeof UPDATED {
	if (!before) return 'unconfirmed';
	if (!tags) return 'unchanged';
	const isDone = isSameSet(tagsOf(after) ?? [], tags) && after?.category === before.category;
	return after && isDone ? 'updated' : 'unconfirmed';
}

import { addHints } from '../../../execution/hints';
import type { WholeRun } from '../../../execution/item/itemOperation';
import type { Output } from '../../../execution/item/parts';
import type { KooSearchRecord } from '../../../execution/list/endpoints';
import { directoryIdOf, hasAllTags } from '../../../execution/records';
import { getOrCreate } from '../../../execution/maps';
import type { Parsing } from '../../../execution/wait/waitForParsing';
import { waitForParsing } from '../../../execution/wait/waitForParsing';
import { pluralize } from '../../../parameters/values';
import { ApiFailure, rethrow } from '../../../transport/errors/failure';
import { deleteReplaced } from './deleteReplaced';
import type { DoneUpload, UploadedFile } from './uploadedFile';
import type { UploadRun } from './uploadRun';

type Run = WholeRun<UploadRun>;

const NOUN = { one: 'file', many: 'files' };

/** Waits for parsing, deletes replaced files, and checks the tags and directories of the other files. */
export async function finishUploads(done: DoneUpload[], run: Run): Promise<Map<number, Output[]>> {
	const byKnowledgeBase = new Map<string, UploadedFile[]>();
	for (const one of done) {
		const { json } = one.output[0];
		if (json.uploaded !== true) continue;
		const { knowledgeBaseId } = one.input;
		const id = String(json.id);
		const replaces = run.shared(knowledgeBaseId).replaces.get(id) ?? [];
		const file = { done: one, id, json, replaces };
		getOrCreate(byKnowledgeBase, knowledgeBaseId, (): UploadedFile[] => []).push(file);
	}
	const hints = new Set<string>(unconfirmedHint(done));
	const finished = [...byKnowledgeBase].map(async ([knowledgeBaseId, files]) => {
		const left = await findLeftOut(knowledgeBaseId, files, run);
		if (left) hints.add(left);
		return await finishIn(knowledgeBaseId, files, run);
	});
	const outputs = (await Promise.all(finished)).flat();
	addHints(run.context, hints);
	return new Map(outputs.map(({ done: { itemIndex }, json }) => [itemIndex, [{ json }]]));
}

/** Waits and replaces, in one knowledge base. */
async function finishIn(
	knowledgeBaseId: string,
	files: UploadedFile[],
	{ shared, client, context }: Run,
): Promise<UploadedFile[]> {
	const { lookup } = shared(knowledgeBaseId);
	const isAwaited = ({ done, replaces }: UploadedFile) =>
		done.options.waitForParsing || replaces.length > 0;
	const awaited = files.filter(isAwaited);
	if (awaited.length === 0) return files;
	const asked = awaited.map(({ id, done }) => ({ id, minutes: done.options.waitMinutes }));
	const results = await waitForParsing(lookup, asked, { client, logger: context.logger });
	const parsed = files.map((file): UploadedFile => {
		if (!isAwaited(file)) return file;
		const result = results.get(file.id)!;
		const reason = whyKept(file, result) ?? result.reason;
		return { ...file, json: { ...file.json, ...result, reason } };
	});
	return await deleteReplaced(client, knowledgeBaseId, parsed);
}

function whyKept({ replaces }: UploadedFile, { parsed, reason }: Parsing): string | undefined {
	if (replaces.length === 0 || parsed === true) return undefined;
	const kept = `Old files kept: ${replaces.join(', ')}.`;
	return reason ? `${reason.replace(/\.?$/, '.')} ${kept}` : kept;
}

/** Reads back tags and directories once, since a service may ignore them silently. */
async function findLeftOut(
	knowledgeBaseId: string,
	files: UploadedFile[],
	{ shared }: Run,
): Promise<string | undefined> {
	const tagged = files.filter(
		({ done: { options, input } }) => options.tags.length > 0 || input.destination !== null,
	);
	if (tagged.length === 0) return undefined;
	const ids = tagged.map(({ id }) => id);
	const found = await shared(knowledgeBaseId)
		.lookup.find(ids)
		.catch((error: unknown) => (error instanceof ApiFailure ? undefined : rethrow(error)));
	const without = tagged.filter(({ id, done, json }) => {
		const record = found?.records.get(id);
		return record !== undefined && isLeftOut(record, done, json.directoryId);
	});
	if (without.length === 0) return undefined;
	const names = without.slice(0, 3).map(({ json }) => `"${String(json.name)}"`);
	return `KooSearch left out the tags or the directory of ${pluralize(without.length, NOUN)}, such as ${names.join(', ')}. Check them with Get Many.`;
}

function isLeftOut(
	record: KooSearchRecord,
	{ options }: DoneUpload,
	directoryId: unknown,
): boolean {
	const tags = Array.isArray(record.tags) ? record.tags : [];
	return !hasAllTags(tags, options.tags) || (directoryIdOf(record) ?? null) !== directoryId;
}

function unconfirmedHint(done: DoneUpload[]): string[] {
	const unconfirmed = done.filter(({ output }) => output[0].json.status === 'unconfirmed');
	if (unconfirmed.length === 0) return [];
	return [
		`Whether ${pluralize(unconfirmed.length, NOUN)} arrived is not known (status 'unconfirmed'). Look for them with Get Many before you run the node again.`,
	];
}

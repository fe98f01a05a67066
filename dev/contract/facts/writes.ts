import { randomUUID } from 'node:crypto';

import type { Reply } from '../client';
import type { Fact } from '../fact';
import { cannotTell, differs, holds, verdict } from '../finding';
import type { Finding } from '../finding';
import type { Scratch } from '../scratch';
import { describe, isRecord, keysOf, listOf, ofItems, recordOf, refusalOf } from '../service';

/** The most IDs that the node puts into one call. */
const LARGEST_BATCH = 1000;

interface WriteFact extends Omit<Fact, 'check'> {
	check(scratch: Scratch): Promise<Finding>;
}

function unknownIds(count: number): string[] {
	return Array.from({ length: count }, () => randomUUID().replaceAll('-', ''));
}

/** Two counts of an answer, such as `total_count 2, deleted_count 1`. */
function counts(reply: Reply, done: string): { total: unknown; done: unknown; seen: string } {
	const body = recordOf(reply);
	const total = body.total_count;
	const seen = `total_count ${show(total)}, ${done} ${show(body[done])}`;
	return { total, done: body[done], seen };
}

function show(value: unknown): string {
	return typeof value === 'number' ? String(value) : describe(value);
}

async function deleteTasks({ client, service }: Scratch, task_ids: string[]): Promise<Reply> {
	return await client.send('DELETE', await service.path('/tasks/batch'), { task_ids });
}

async function move({ client, service }: Scratch, file_ids: string[], directory_id: string | null) {
	const path = await service.path('/directory/files');
	return await client.send('PUT', path, { file_ids, directory_id });
}

const directories: WriteFact[] = [
	{
		id: 'write.directory',
		fact: "Creating a directory gives 'directory_id', which the list holds at once",
		affects: "Create Directory; 'Directory' by path with 'Create Directories'",
		otherwise: 'Ends with "the answer is not what the API page promises"; a second run finds it.',
		check: async (scratch) => {
			const id = await scratch.createDirectory(`${scratch.mark}-a`);
			const path = await scratch.service.path('/directory');
			const { items } = await scratch.service.list(path, 'directory_list');
			const found = items.some((one) => one.id === id);
			return verdict(found, found ? 'in the list' : 'not in the list');
		},
	},
	{
		id: 'write.directory-twice',
		fact: 'A second directory of the same name and parent is created beside the first',
		affects: "Create Directory; 'Directory' by path with 'Create Directories'",
		otherwise: 'Looks before it creates; only two runs at the same time would meet a refusal.',
		check: async (scratch) => {
			const name = `${scratch.mark}-b`;
			const first = await scratch.createDirectory(name);
			const second = await scratch.createDirectory(name);
			return verdict(first !== second, first === second ? 'the same ID' : 'an ID of its own');
		},
	},
	{
		id: 'write.directory-rename',
		fact: 'Renaming a directory without naming a parent leaves it where it is',
		affects: 'Rename or Move Directory',
		otherwise: 'Sends the parent along.',
		check: async (scratch) => {
			const parent = await scratch.createDirectory(`${scratch.mark}-c`);
			const id = await scratch.createDirectory(`${scratch.mark}-d`, parent);
			const path = await scratch.service.path('/directory');
			const name = `${scratch.mark}-e`;
			recordOf(await scratch.client.send('PUT', `${path}/${id}`, { name }));
			const { items } = await scratch.service.list(path, 'directory_list');
			const found = items.find((one) => one.id === id);
			const seen = `renamed: ${found?.name === name}, same parent: ${found?.parent_id === parent}`;
			return verdict(found?.name === name && found.parent_id === parent, seen);
		},
	},
	{
		id: 'write.directory-delete',
		fact: "Deleting a directory gives 'directory_ids' with those below it",
		affects: 'Delete Directory',
		otherwise: '`status` is `unconfirmed` unless the list shows that it is gone.',
		check: async (scratch) => {
			const parent = await scratch.createDirectory(`${scratch.mark}-f`);
			const child = await scratch.createDirectory(`${scratch.mark}-g`, parent);
			const path = await scratch.service.path(`/directory/${parent}`);
			const { items: ids } = listOf(await scratch.client.send('DELETE', path), 'directory_ids');
			for (const id of [parent, child]) scratch.forgetDirectory(id);
			const texts = ids.map(String);
			const both = texts.includes(parent) && texts.includes(child);
			return verdict(both, `${ids.length} IDs, both: ${both}`);
		},
	},
];

const uploads: WriteFact[] = [
	{
		id: 'write.upload',
		fact: "Uploading gives HTTP 201 with 'file_id', and the list holds the file at once",
		affects: 'Upload File',
		otherwise: 'Any 2xx with a file_id counts; else the file is looked up by name and size.',
		check: async (scratch) => {
			const reply = await scratch.tryUpload({});
			const { file_id } = recordOf(reply);
			const isListed = await scratch.has(String(file_id));
			const seen = `HTTP ${reply.status}, file_id is ${describe(file_id)}, in the list: ${isListed}`;
			return verdict(reply.status === 201 && isListed, seen);
		},
	},
	{
		id: 'write.upload-twice',
		fact: 'A second upload of the same name makes a second file',
		affects: "Upload File with 'If It Exists' = Keep Both",
		otherwise: '`replace` finds nothing old to delete. Keep Both keeps only what KooSearch keeps.',
		check: async (scratch) => {
			const name = scratch.newName();
			const [first, second] = [await scratch.upload({ name }), await scratch.upload({ name })];
			const kept = (await scratch.has(first)) && (await scratch.has(second));
			return verdict(first !== second && kept, `two IDs: ${first !== second}, both kept: ${kept}`);
		},
	},
	{
		id: 'write.upload-tags',
		fact: "Tags are taken from form parts named 'tags'",
		affects: "Upload File with 'Tags'; Update Tags reads what is there",
		otherwise: 'The file is there without its tags: use Update Tags after the upload.',
		check: async (scratch) => {
			const tags = ['contract-one', 'contract-two'];
			const file = await scratch.file(await scratch.upload({ tags }));
			const kept = tags.filter((tag) => Array.isArray(file.tags) && file.tags.includes(tag));
			return verdict(
				kept.length === 2,
				`kept: ${ofItems(kept.length, tags)}; ${describe(file.tags)}`,
			);
		},
	},
	{
		id: 'write.upload-directory',
		fact: "A directory is taken from the form part 'category', written name(id)",
		affects: "Upload File with 'Destination' = Directory",
		otherwise: 'The file is in no directory: use Move Files after the upload.',
		check: async (scratch) => {
			const name = `${scratch.mark}-h`;
			const id = await scratch.createDirectory(name);
			const file = await scratch.file(await scratch.upload({ category: `${name}(${id})` }));
			const isThere = [`${name}(${id})`, id].includes(String(file.category));
			return verdict(
				isThere,
				`in the directory: ${isThere}; category is ${describe(file.category)}`,
			);
		},
	},
	{
		id: 'write.update-tags',
		fact: 'Updating a file replaces its tags as a whole',
		affects: 'Update Tags',
		otherwise: '`status` is `unconfirmed`: the node reads the tags back.',
		check: async (scratch) => {
			const id = await scratch.upload({ tags: ['contract-old'] });
			const path = await scratch.service.path(`/files/${id}?tags=contract-new`);
			recordOf(await scratch.client.send('PUT', path));
			const { tags } = await scratch.file(id);
			const list: unknown[] = Array.isArray(tags) ? tags : [];
			const [isOldThere, isNewThere] = ['contract-old', 'contract-new'].map((tag) =>
				list.includes(tag),
			);
			const seen = `${describe(tags)}; the old tag is there: ${isOldThere}, the new one: ${isNewThere}`;
			return verdict(isNewThere && !isOldThere, seen);
		},
	},
	{
		id: 'write.delete-early',
		fact: 'Deleting a file that is being parsed is refused with KOS.00050006',
		affects: 'Delete Files',
		otherwise: 'Goes by the counts, and by what the list holds afterwards.',
		check: async (scratch) => {
			const id = await scratch.upload();
			const { status } = await scratch.file(id);
			if (!['PENDING', 'RUNNING'].includes(String(status))) {
				return cannotTell(`the file was ${String(status)} at once`);
			}
			const reply = await scratch.deleteFiles([id]);
			const code = isRecord(reply.body) ? String(reply.body.error_code) : '';
			return verdict(/^KOS\.00050006$/i.test(code), refusalOf(reply));
		},
	},
];

const moves: WriteFact[] = [
	{
		id: 'write.move',
		fact: "A moved file is in 'success_file_ids', and is in the directory afterwards",
		affects: 'Move Files',
		otherwise: '`status` is `unreported`: what is in none of the lists is not called moved.',
		check: async (scratch) => {
			const id = await scratch.parsedFile();
			const directory = await scratch.createDirectory(`${scratch.mark}-i`);
			const body = recordOf(await move(scratch, [id], directory));
			const moved = Array.isArray(body.success_file_ids) && body.success_file_ids.includes(id);
			const isThere = String((await scratch.file(id)).category).includes(directory);
			return verdict(moved && isThere, `${keysOf(body)}; moved: ${moved}, there: ${isThere}`);
		},
	},
	{
		id: 'write.move-out',
		fact: "'directory_id' null takes a file out of its directory",
		affects: "Move Files with 'Destination' = No Directory",
		otherwise: 'The file stays; `status` says what KooSearch reported.',
		check: async (scratch) => {
			const id = await scratch.parsedFile();
			const directory = await scratch.createDirectory(`${scratch.mark}-j`);
			recordOf(await move(scratch, [id], directory));
			recordOf(await move(scratch, [id], null));
			const { category } = await scratch.file(id);
			const isOut = category === null || category === undefined || category === '';
			return verdict(isOut, `category is ${category === '' ? 'empty' : describe(category)}`);
		},
	},
	{
		id: 'write.move-missing',
		fact: 'Moving to a directory that does not exist is refused',
		affects: 'Move Files with a directory by ID',
		otherwise: 'Reports the files as moved, as KooSearch does.',
		check: async (scratch) => {
			const reply = await move(scratch, [await scratch.parsedFile()], unknownIds(1)[0]);
			if (reply.status === 400) return holds(refusalOf(reply));
			return differs(reply.status < 300 ? `HTTP ${reply.status}` : refusalOf(reply));
		},
	},
	{
		id: 'write.move-unknown',
		fact: 'A file that is not there is in none of the lists of a move',
		affects: 'Move Files: `unreported`',
		otherwise: '`status` is that of the list it is in.',
		check: async (scratch) => {
			const [id] = unknownIds(1);
			const reply = await move(scratch, [id], null);
			const lists = Object.entries(recordOf(reply)).filter(
				([, list]) => Array.isArray(list) && list.includes(id),
			);
			return verdict(lists.length === 0, `in: ${lists.map(([key]) => key).join(', ') || 'none'}`);
		},
	},
	{
		id: 'write.move-repeated',
		fact: 'A file that stands twice in a move is refused, or reported in one list',
		affects: 'Move Files',
		otherwise: 'Nothing: the node sends an ID once in a call.',
		check: async (scratch) => {
			const id = await scratch.parsedFile();
			const directory = await scratch.createDirectory(`${scratch.mark}-k`);
			const reply = await move(scratch, [id, id], directory);
			if (reply.status === 400) return holds(refusalOf(reply));
			const lists = Object.entries(recordOf(reply)).filter(
				([, list]) => Array.isArray(list) && list.includes(id),
			);
			return verdict(lists.length === 1, `in: ${lists.map(([key]) => key).join(', ') || 'none'}`);
		},
	},
];

const deletions: WriteFact[] = [
	{
		id: 'write.delete-body',
		fact: 'The body of a DELETE reaches KooSearch: the file is counted and gone',
		affects: 'Delete Files, Delete Tasks',
		otherwise: 'Ends with what KooSearch says of an empty call. Ask the gateway’s administrator.',
		check: async (scratch) => {
			const id = await scratch.untilParsed(await scratch.upload());
			const { total, done, seen } = counts(await scratch.deleteFiles([id]), 'deleted_count');
			const isGone = !(await scratch.has(id));
			if (isGone) scratch.forgetFile(id);
			return verdict(total === 1 && done === 1 && isGone, `${seen}, gone: ${isGone}`);
		},
	},
	{
		id: 'write.delete-mixed',
		fact: 'Of a known and an unknown file both are asked for, one is deleted',
		affects: 'Delete Files: `deleted`, `notFound`',
		otherwise:
			'The statuses go by the list afterwards; a count that contradicts it is `unconfirmed`.',
		check: async (scratch) => {
			const id = await scratch.untilParsed(await scratch.upload());
			const reply = await scratch.deleteFiles([id, ...unknownIds(1)]);
			const { total, done, seen } = counts(reply, 'deleted_count');
			if (!(await scratch.has(id))) scratch.forgetFile(id);
			return verdict(total === 2 && done === 1, seen);
		},
	},
	{
		id: 'write.delete-unknown',
		fact: 'An unknown task is asked for and not deleted: counts 1 and 0',
		affects: 'Delete Tasks: `notFound`',
		otherwise: 'An ID that was never there is called `deleted` when KooSearch counts it as such.',
		check: async (scratch) => {
			const { total, done, seen } = counts(
				await deleteTasks(scratch, unknownIds(1)),
				'deleted_count',
			);
			return verdict(total === 1 && done === 0, seen);
		},
	},
	{
		id: 'write.delete-repeated',
		fact: 'A task that stands twice in a call is refused, or counted twice',
		affects: 'Delete Tasks',
		otherwise: 'Nothing: the node sends an ID once in a call.',
		check: async (scratch) => {
			const [id] = unknownIds(1);
			const reply = await deleteTasks(scratch, [id, id]);
			if (reply.status === 400) return holds(refusalOf(reply));
			const { total, seen } = counts(reply, 'deleted_count');
			return verdict(total === 2, seen);
		},
	},
	{
		id: 'write.largest-batch',
		fact: `A call takes ${LARGEST_BATCH} IDs`,
		affects: "Delete Tasks, Delete Files, Move Files, Retry Files with 'Items per Batch'",
		otherwise: "Ends with KooSearch's refusal: lower 'Items per Batch'.",
		check: async (scratch) => {
			const reply = await deleteTasks(scratch, unknownIds(LARGEST_BATCH));
			const { total, seen } = counts(reply, 'deleted_count');
			return verdict(total === LARGEST_BATCH, seen);
		},
	},
];

const others: WriteFact[] = [
	{
		id: 'write.retry',
		fact: 'Retrying a parsed file counts it',
		affects: 'Retry Files',
		otherwise: '`status` is `unconfirmed` or `notRetried`, as the counts say.',
		check: async (scratch) => {
			const id = await scratch.untilParsed(await scratch.upload());
			const path = await scratch.service.path('/files/retry');
			const body = { file_ids: [id], parser: 'latest' };
			const reply = await scratch.client.send('PUT', path, body);
			const { total, done, seen } = counts(reply, 'retried_count');
			return verdict(total === 1 && done === 1, seen);
		},
	},
];

/** In this order: what a check needs is made by itself, so each could also be asked alone. */
const writes = [...directories, ...uploads, ...moves, ...deletions, ...others];

export function writeFacts(scratch: Scratch): Fact[] {
	return writes.map((fact) => ({ ...fact, check: async () => await fact.check(scratch) }));
}

import type { Fact } from '../fact';
import { cannotTell, differs, holds, verdict } from '../finding';
import type { Finding } from '../finding';
import { atLeast, describe, keysOf, kindsOf, ofItems } from '../service';
import type { Item, Service } from '../service';

/** The largest `page_size` that the API pages allow. */
const LARGEST_PAGE = 65_535;
const MILLISECONDS_2000 = Date.UTC(2000, 0, 1);
const DAY = 86_400_000;

const FILE_STATUSES = [
	'SUCCESS',
	'ERROR',
	'PENDING',
	'RUNNING',
	'IMPORT_EXCEPTION',
	'FILE_ENCODING_ERROR',
];
const TASK_STATUSES = ['SUCCESS', 'ERROR', 'PENDING', 'RUNNING'];
const TASK_TYPES = ['QA', 'DELETE_TABLES', 'TABLE_EXTRACTION', 'RETRY_FILES'];
const TASK_COUNTS = {
	SUCCESS: 'success_count',
	ERROR: 'fail_count',
	RUNNING: 'running_count',
	PENDING: 'pending_count',
};

const MALFORMED = 'Ends with "the answer is not what the API page promises"; nothing is changed.';

/** What a list of the service is to look like. */
interface ListFacts {
	id: string;
	noun: string;
	/** After the knowledge base, or as a whole when `isOfApplication`. */
	path: string;
	isOfApplication?: boolean;
	key: string;
	/** What the node needs of each record. */
	needed: string[];
	affects: string;
	isPaged: boolean;
}

const lists: ListFacts[] = [
	{
		id: 'knowledge-bases',
		noun: 'knowledge bases',
		path: '/knowledge-repo',
		isOfApplication: true,
		key: 'data_list',
		needed: ['id', 'name', 'status'],
		affects: "Knowledge Base: Get Many; the list of 'Knowledge Base' in the editor",
		isPaged: true,
	},
	{
		id: 'files',
		noun: 'files',
		path: '/files/search',
		key: 'files',
		needed: ['id', 'name', 'type', 'size', 'status', 'create_time'],
		affects: 'File: Get Many, Delete Files, Retry Files, Upload File, Wait for Files; the trigger',
		isPaged: true,
	},
	{
		id: 'tasks',
		noun: 'tasks',
		path: '/tasks',
		key: 'tasks',
		needed: ['id', 'name', 'type', 'status', 'process', 'create_time'],
		affects: 'Task: Get Many, Delete Tasks; the trigger',
		isPaged: true,
	},
	{
		id: 'directories',
		noun: 'directories',
		path: '/directory',
		key: 'directory_list',
		needed: ['id', 'name', 'parent_id', 'level'],
		affects: "Directory: all operations; 'Directory' by path",
		isPaged: false,
	},
];

async function pathOf(service: Service, { path, isOfApplication }: ListFacts): Promise<string> {
	return isOfApplication ? path : await service.path(path);
}

function listFacts(list: ListFacts): Fact[] {
	const { id, key, noun, needed, affects, isPaged } = list;
	const read = async (service: Service, query = {}) =>
		await service.list(await pathOf(service, list), key, query);
	const common: Fact[] = [
		{
			id: `${id}.list`,
			fact: `The list of ${noun} is '${key}', with their number in 'total'`,
			affects,
			otherwise: MALFORMED,
			check: async (service) => {
				const { body, total } = await read(service);
				return verdict(Number.isInteger(total), `${keysOf(body)}, total is ${describe(total)}`);
			},
		},
		{
			id: `${id}.record`,
			fact: `Each of the ${noun} has ${needed.join(', ')}`,
			affects,
			otherwise: "Without 'id': as above. A filter about a field that is missing is an error.",
			check: async (service) => {
				const { items } = await read(service);
				const [first] = atLeast(items, 1, noun);
				const missing = needed.filter((field) => items.some((item) => !(field in item)));
				const seen = `${keysOf(first)}${missing.length ? `, missing: ${missing.join(', ')}` : ''}`;
				return verdict(missing.length === 0, seen);
			},
		},
		{
			id: `${id}.ids`,
			fact: `The IDs of the ${noun} are texts, each there once`,
			affects,
			otherwise: 'Reads each record once; numbers beyond 2^53 confirm no deletion.',
			check: async (service) => {
				const { items } = await read(service, isPaged ? { page_size: 1000 } : {});
				atLeast(items, 1, noun);
				const distinct = new Set(items.map((item) => item.id)).size;
				const seen = `${kindsOf(items, 'id')}; ${distinct} distinct of ${items.length}`;
				return verdict(kindsOf(items, 'id').includes('text') && distinct === items.length, seen);
			},
		},
	];
	return isPaged ? [...common, ...pagingFacts(list, read)] : common;
}

function pagingFacts(
	{ id, noun, affects }: ListFacts,
	read: (service: Service, query: object) => Promise<{ total: unknown; items: Item[] }>,
): Fact[] {
	return [
		{
			id: `${id}.paging`,
			fact: `Pages of ${noun} do not overlap, and one beyond the end is empty`,
			affects,
			otherwise:
				'Stops at the first page that brings nothing new, and reports the list as incomplete.',
			check: async (service) => {
				const first = await read(service, { page_num: 1, page_size: 1 });
				atLeast(first.items, 1, noun);
				const beyond = await read(service, { page_num: Number(first.total) + 1, page_size: 1 });
				const second = await read(service, { page_num: 2, page_size: 1 });
				const overlaps = second.items[0]?.id === first.items[0].id;
				const seen = `page 1: ${first.items.length}, page 2: ${second.items.length}${overlaps ? ' (the same)' : ''}, beyond the end: ${beyond.items.length}`;
				return verdict(!overlaps && beyond.items.length === 0 && first.items.length === 1, seen);
			},
		},
		{
			id: `${id}.largest-page`,
			fact: `A page takes up to ${LARGEST_PAGE} ${noun}`,
			affects,
			otherwise: 'Reads pages of 1,000, and what confirms a deletion twice.',
			check: async (service) => {
				const { total, items } = await read(service, { page_num: 1, page_size: LARGEST_PAGE });
				const expected = Math.min(Number(total), LARGEST_PAGE);
				const seen = `${items.length} of ${describe(total) === 'a number' ? total : '?'} in one page`;
				return verdict(items.length === expected, seen);
			},
		},
		{
			id: `${id}.order`,
			fact: `Two readings of the ${noun} have the same order`,
			affects,
			otherwise: 'Reads each record once; a hint says that the list changed while it was read.',
			check: async (service) => {
				const [one, other] = [await read(service, {}), await read(service, {})];
				atLeast(one.items, 2, noun);
				const ids = (items: Item[]) => JSON.stringify(items.map((item) => item.id));
				return verdict(ids(one.items) === ids(other.items), `twice ${one.items.length} records`);
			},
		},
	];
}

function isTime(value: unknown): boolean {
	const time = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
	return typeof time === 'number' && time > MILLISECONDS_2000 && time < Date.now() + DAY;
}

function timeFact(id: string, noun: string, itemsOf: (service: Service) => Promise<Item[]>): Fact {
	return {
		id: `${id}.time`,
		fact: `'create_time' of the ${noun} is milliseconds since 1970`,
		affects: `Get Many with 'Older Than (Days)'; 'createdAt'; the trigger`,
		otherwise: "'Older Than (Days)' ends with an error: nobody can tell the age.",
		check: async (service) => {
			const items = atLeast(await itemsOf(service), 1, noun);
			const good = items.filter((item) => isTime(item.create_time)).length;
			const seen = `${kindsOf(items, 'create_time')}; plausible: ${ofItems(good, items)}`;
			return verdict(good === items.length, seen);
		},
	};
}

function wordsFact(
	id: string,
	noun: string,
	key: string,
	known: string[],
	otherwise: string,
	itemsOf: (service: Service) => Promise<Item[]>,
): Fact {
	return {
		id,
		fact: `'${key}' of the ${noun} is one of ${known.join(', ')}`,
		affects: `Get Many with a filter about '${key}'; Wait for Files; the trigger`,
		otherwise,
		check: async (service) => {
			const items = atLeast(await itemsOf(service), 1, noun);
			const words = [...new Set(items.map((item) => String(item[key])))];
			const strange = words.filter((word) => !known.includes(word));
			return verdict(
				strange.length === 0,
				`in ${items.length} records: ${words.sort().join(', ')}`,
			);
		},
	};
}

const files = async (service: Service) => await service.files();
const tasks = async (service: Service) => await service.tasks();
const directories = async (service: Service) => await service.directories();

export const listFactsOfAll: Fact[] = [
	...lists.flatMap(listFacts),
	timeFact('files', 'files', files),
	timeFact('tasks', 'tasks', tasks),
	wordsFact(
		'files.statuses',
		'files',
		'status',
		FILE_STATUSES,
		'Takes an unknown status for one that is not final; Wait for Files ends with a timeout.',
		files,
	),
	wordsFact(
		'tasks.statuses',
		'tasks',
		'status',
		TASK_STATUSES,
		'The record comes out as it is; no filter offers that status.',
		tasks,
	),
	wordsFact(
		'tasks.types',
		'tasks',
		'type',
		TASK_TYPES,
		'The record comes out as it is; no filter offers that type.',
		tasks,
	),
	{
		id: 'files.category',
		fact: "'category' of a file is name(id) of its directory, or the ID alone, or empty",
		affects: "Move Files, Get Many Files with 'Directory'; 'directoryId', 'directoryPath'",
		otherwise: "'directoryId' is missing, and a filter by directory finds nothing.",
		check: async (service) => {
			const items = atLeast(await service.files(), 1, 'files');
			const ids = new Set((await service.directories()).map(({ id }) => String(id)));
			return judgeCategories(items, ids);
		},
	},
	{
		id: 'files.reason',
		fact: "'upload_desc' of a file that could not be parsed says why",
		affects: 'Wait for Files, Upload File, the trigger: `reason`',
		otherwise: '`reason` is empty.',
		check: async (service) => {
			const failed = (await service.files()).filter(({ status }) => status === 'ERROR');
			const told = atLeast(failed, 1, 'files in the status ERROR').filter(
				({ upload_desc }) => typeof upload_desc === 'string' && upload_desc !== '',
			);
			return verdict(told.length > 0, `with a reason: ${ofItems(told.length, failed)}`);
		},
	},
	{
		id: 'tasks.counts',
		fact: `The list of tasks counts them: ${Object.values(TASK_COUNTS).join(', ')} make 'total'`,
		affects: 'Task: Get Many; the trigger',
		otherwise: 'Counts the records of the list itself.',
		check: async (service) => {
			const { body, total } = await service.list(await service.path('/tasks'), 'tasks');
			const counts = Object.values(TASK_COUNTS).map((key) => body[key]);
			const sum = counts.reduce<number>((all, one) => all + Number(one), 0);
			return verdict(sum === total, `${keysOf(body)}; sum ${sum}, total ${Number(total)}`);
		},
	},
	{
		id: 'tasks.detail',
		fact: "The files of a task are 'task_detail', each with id and name",
		affects: 'Task: Get Files',
		otherwise: MALFORMED,
		check: async (service) => {
			const [task] = atLeast(await service.tasks(), 1, 'tasks');
			const path = await service.path(`/task-detail/${String(task.id)}`);
			const { items, body } = await service.list(path, 'task_detail');
			const good = items.every((item) => 'id' in item && 'name' in item);
			return verdict(good, `${keysOf(body)}; ${items[0] ? keysOf(items[0]) : 'no file'}`);
		},
	},
	{
		id: 'directories.tree',
		fact: "'parent_id' makes the directories a tree; at the top it is null",
		affects: "Directory: all operations; 'Directory' by path",
		otherwise: 'Refuses a path that it cannot follow, and names the directory.',
		check: async (service) => {
			const items = atLeast(await directories(service), 1, 'directories');
			const ids = new Set(items.map(({ id }) => id));
			const top = items.filter(({ parent_id }) => parent_id === null).length;
			const lost = items.filter(({ parent_id }) => parent_id !== null && !ids.has(parent_id));
			const seen = `${items.length} directories, ${top} at the top, ${lost.length} with a parent that is not in the list (${kindsOf(lost, 'parent_id') || 'none'})`;
			return verdict(lost.length === 0 && top > 0, seen);
		},
	},
	{
		id: 'directories.unpaged',
		fact: 'The list of directories holds all of them',
		affects: "Directory: all operations; 'Directory' by path",
		otherwise: 'Takes a directory that is not in the list for one that does not exist.',
		check: async (service) => {
			const path = await service.path('/directory');
			const { items, total } = await service.list(path, 'directory_list');
			return verdict(items.length === total, `${items.length} records, total ${Number(total)}`);
		},
	},
	{
		id: 'directories.names',
		fact: 'No two directories of one parent have the same name',
		affects: "'Directory' by path; Create Directory",
		otherwise: 'Refuses a path that fits two directories, and asks for the ID.',
		check: async (service) => {
			const items = atLeast(await directories(service), 1, 'directories');
			const paths = new Set(items.map(({ parent_id, name }) => JSON.stringify([parent_id, name])));
			return verdict(
				paths.size === items.length,
				`${ofItems(items.length - paths.size, items)} repeat a name`,
			);
		},
	},
];

function judgeCategories(items: Item[], ids: Set<string>): Finding {
	const kinds = new Set(items.map(({ category }) => kindOfCategory(category, ids)));
	const seen = [...kinds].sort().join(', ');
	const isKnown = (kind: string) => ['name(id)', 'id alone', 'empty'].includes(kind);
	if (![...kinds].every(isKnown)) return differs(seen);
	return [...kinds].some((kind) => kind !== 'empty')
		? holds(seen)
		: cannotTell('no file is in a directory');
}

function kindOfCategory(category: unknown, ids: Set<string>): string {
	if (category === null || category === undefined || category === '') return 'empty';
	if (typeof category !== 'string') return describe(category);
	if (ids.has(category)) return 'id alone';
	const inner = /\((.+)\)$/s.exec(category)?.[1];
	if (inner === undefined) return 'a text without (id)';
	return ids.has(inner) ? 'name(id)' : 'name(id) of a directory that is not in the list';
}

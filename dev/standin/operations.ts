import { randomUUID } from 'node:crypto';

import { changes } from './changes';
import type { Directory, File, KnowledgeBase, Task } from './knowledgeBase';
import { addDirectory, DEEPEST_LEVEL } from './knowledgeBase';
import type { Call, Operation } from './operation';
import { directoryIdIn, knowledgeBaseOf, ok, openKnowledgeBase } from './operation';
import { serviceRefusal } from './refusals';
import { searchOperations } from './search';
import { signIn } from './signIn';
import { beginParsing, uploadFile } from './uploads';
import type { UploadForm } from './uploads';

/** By the names of their API pages, which are the operationIds of the document. */
export const operations: Record<string, Operation> = {
	BatchDeleteTasks: (call, state) => {
		const { tasks } = openKnowledgeBase(call, state);
		const { task_ids: ids } = call.body as { task_ids: string[] };
		const deletable = ids.filter((id) => !call.untouched.has(id) && isDeletable(tasks.get(id)));
		for (const id of deletable) tasks.delete(id);
		return ok({ total_count: ids.length, deleted_count: deletable.length });
	},

	UpdateDirectoryOfFile: (call, state) => {
		const knowledgeBase = openKnowledgeBase(call, state);
		const { file_ids, directory_id = null } = call.body as MoveBody;
		if (directory_id !== null && !knowledgeBase.directories.has(directory_id)) {
			// What the service says here is not documented.
			throw serviceRefusal('KOS.00010002', 'directory_id: no such directory');
		}
		const ids = file_ids.filter((id) => !call.untouched.has(id));
		return ok({ directory_id, ...moveFiles(knowledgeBase, ids, directory_id) });
	},

	BatchDeleteFiles: (call, state) => {
		const { files } = openKnowledgeBase(call, state);
		const { file_ids: ids } = call.body as { file_ids: string[] };
		const deletable = ids.filter((id) => !call.untouched.has(id) && files.has(id));
		if (deletable.some((id) => isBeingParsed(files.get(id)))) {
			throw serviceRefusal('KOS.00050006', 'The file is being processed and cannot be deleted');
		}
		for (const id of deletable) files.delete(id);
		return ok({ total_count: ids.length, deleted_count: deletable.length });
	},

	BatchRetryFiles: (call, state) => {
		const { files } = openKnowledgeBase(call, state);
		const { file_ids: ids } = call.body as { file_ids: string[] };
		const parsed = ids
			.filter((id) => !call.untouched.has(id))
			.map((id) => files.get(id))
			.filter((file) => file !== undefined && !isBeingParsed(file));
		for (const file of parsed) beginParsing(file!);
		return ok({ total_count: ids.length, retried_count: parsed.length });
	},

	SearchTasks: (call, state) => {
		const { task_type, task_status, file_name, create_user } = call.query;
		const found = [...knowledgeBaseOf(call, state).tasks.values()].filter(
			(task) =>
				isOrAny(task.type, task_type) &&
				isOrAny(task.status, task_status) &&
				isOrAny(task.create_user, create_user) &&
				contains(task.file_name, file_name),
		);
		const count = (status: Task['status']) => found.filter((task) => task.status === status).length;
		return ok({
			total: found.length,
			success_count: count('SUCCESS'),
			fail_count: count('ERROR'),
			running_count: count('RUNNING'),
			pending_count: count('PENDING'),
			tasks: pageOf(found, call).map(toTaskRecord),
		});
	},

	SearchFiles: (call, state) => {
		const { file_name, file_type, file_status, category } = call.query;
		const directoryId = directoryIdIn(category);
		const { files, ignoresIds } = knowledgeBaseOf(call, state);
		const [ids, tags] = [ignoresIds ? [] : call.all('ids'), call.all('tags')];
		const found = [...files.values()].filter(
			(file) =>
				contains(file.name, file_name) &&
				isOrAny(file.type, file_type) &&
				isOneOf(file.status, file_status) &&
				isOrAny(file.directory_id, directoryId) &&
				(ids.length === 0 || ids.includes(file.id)) &&
				tags.every((tag) => file.tags.includes(tag)),
		);
		const { page_num, page_size } = call.query;
		return ok({
			total: found.length,
			page_num,
			page_size,
			files: pageOf(found, call).map(toFileRecord),
		});
	},

	UploadFiles: (call, state) => uploadFile(openKnowledgeBase(call, state), call.body as UploadForm),

	ListDirectory: (call, state) => {
		const directories = [...knowledgeBaseOf(call, state).directories.values()];
		return ok({
			total: directories.length,
			directory_list: directories.map(toDirectoryRecord),
		});
	},

	/** Not documented: that two directories of one parent may have the same name. */
	CreateDirectory: (call, state) => {
		const knowledgeBase = openKnowledgeBase(call, state);
		const { name, parent_id } = call.body as { name: string; parent_id: string | null };
		const parent = parent_id === null ? undefined : knowledgeBase.directories.get(parent_id);
		if (parent_id !== null && !parent) {
			throw serviceRefusal('KOS.00010002', 'parent_id: no such directory');
		}
		if (parent && parent.level >= DEEPEST_LEVEL) {
			throw serviceRefusal('KOS.00010002', 'parent_id: the directory lies too deep');
		}
		const { id } = addDirectory(knowledgeBase, { id: randomUUID(), name, parent_id });
		return ok({ directory_id: id });
	},

	ListKnowledgeRepos: (call, state) => {
		const { name, status } = call.query;
		const found = [...state.knowledgeBases.values()].filter(
			(one) => contains(one.name, name) && isOrAny(one.status, status),
		);
		return ok({
			total: found.length,
			region_ocr_enabled: true,
			region_rac_enabled: true,
			data_list: pageOf(found, call).map(toKnowledgeBaseRecord),
		});
	},

	...searchOperations,
	...changes,

	KeystoneCreateUserTokenByPassword: (call, state) => signIn(call.body, state),
};

interface MoveBody {
	file_ids: string[];
	directory_id?: string | null;
}

/** Not documented: that unknown tasks aren't counted, and that running ones stay. */
function isDeletable(task: Task | undefined): boolean {
	return task !== undefined && task.status !== 'RUNNING';
}

/** Not documented: which statuses stand for it, and that the whole call is refused for one such file. */
function isBeingParsed(file: File | undefined): boolean {
	return file?.status === 'RUNNING' || file?.status === 'PENDING';
}

/**
 * Moves what can be moved; every known ID lands in exactly one list (page UpdateDirectoryOfFile).
 * Not documented: that unknown IDs are in none, and that "exists" means a document of the same name.
 */
function moveFiles({ files }: KnowledgeBase, ids: string[], directoryId: string | null) {
	const lists = {
		success_file_ids: [] as string[],
		filter_same_category_file_ids: [] as string[],
		filter_exist_file_ids: [] as string[],
		filter_not_in_status_file_ids: [] as string[],
	};
	const isTaken = (name: string) =>
		[...files.values()].some((file) => file.directory_id === directoryId && file.name === name);
	for (const id of ids) {
		const file = files.get(id);
		if (!file) continue;
		if (file.status !== 'SUCCESS' && file.status !== 'ERROR') {
			lists.filter_not_in_status_file_ids.push(id);
		} else if (file.directory_id === directoryId) {
			lists.filter_same_category_file_ids.push(id);
		} else if (isTaken(file.name)) {
			lists.filter_exist_file_ids.push(id);
		} else {
			file.directory_id = directoryId;
			lists.success_file_ids.push(id);
		}
	}
	return lists;
}

function pageOf<T>(records: T[], { query }: Call): T[] {
	const size = Number(query.page_size);
	const start = (Number(query.page_num) - 1) * size;
	return records.slice(start, start + size);
}

function isOrAny(value: string | null, wanted: string | number | undefined): boolean {
	return wanted === undefined || value === wanted;
}

/** Not documented: that commas separate several. */
function isOneOf(value: string, wanted: string | number | undefined): boolean {
	return wanted === undefined || String(wanted).split(',').includes(value);
}

/** Not documented: whether a name has to match as a whole. */
function contains(value: string, wanted: string | number | undefined): boolean {
	return wanted === undefined || value.includes(String(wanted));
}

function toTaskRecord({ id, name, type, status, process, create_time, task_desc }: Task) {
	return { id, name, type, status, process, create_time, task_desc };
}

/** The text of a file is no part of its record. */
function toFileRecord({ directory_id, create_time, text, ...file }: File) {
	void text;
	return { ...file, category: directory_id, create_time: String(create_time) };
}

function toDirectoryRecord({ create_time, update_time, ...directory }: Directory) {
	return { ...directory, create_time: String(create_time), update_time: String(update_time) };
}

function toKnowledgeBaseRecord({ id, name, status, create_time }: KnowledgeBase) {
	const time = String(create_time);
	return {
		id,
		name,
		detail: '',
		status,
		create_user: 'standin-user',
		create_time: time,
		update_time: time,
	};
}

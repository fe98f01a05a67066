import { randomUUID } from 'node:crypto';

import type { Directory, File, KnowledgeBase } from './knowledgeBase';
import { addTask, DEEPEST_LEVEL } from './knowledgeBase';
import type { Operation } from './operation';
import { directoryIdIn, knowledgeBaseOf, ok, openKnowledgeBase } from './operation';
import { serviceRefusal } from './refusals';

/** Directories and files that change, tasks that are created and give something. */
export const changes: Record<string, Operation> = {
	/** Not documented: that null moves to the top level. */
	UpdateDirectory: (call, state) => {
		const knowledgeBase = openKnowledgeBase(call, state);
		const directory = directoryOf(knowledgeBase, call.params.directory_id);
		const { name, parent_id } = call.body as { name?: string; parent_id?: string | null };
		if (parent_id !== undefined) {
			const parent = parent_id === null ? undefined : directoryOf(knowledgeBase, parent_id);
			const level = (parent?.level ?? 0) + 1;
			if (level > DEEPEST_LEVEL) throw refused('parent_id: the directory lies too deep');
			Object.assign(directory, { parent_id, level });
		}
		Object.assign(directory, { name: name ?? directory.name, update_time: Date.now() });
		return ok({ directory_id: directory.id });
	},

	/** Not documented: that files stay, in no directory. */
	DeleteDirectory: (call, state) => {
		const knowledgeBase = openKnowledgeBase(call, state);
		const { id } = directoryOf(knowledgeBase, call.params.directory_id);
		const ids = subtreeOf(knowledgeBase, id);
		for (const one of ids) knowledgeBase.directories.delete(one);
		for (const file of knowledgeBase.files.values()) {
			if (ids.includes(file.directory_id ?? '')) file.directory_id = null;
		}
		return ok({ directory_ids: ids });
	},

	/** Not documented, and taken for the worst: what is left out is cleared, but no tags at all keep the old ones. */
	UpdateFileMeta: (call, state) => {
		const knowledgeBase = openKnowledgeBase(call, state);
		const file = fileOf(knowledgeBase, call.params.file_id);
		const tags = call.all('tags');
		if (tags.length > 0) file.tags = tags;
		file.directory_id = directoryIdIn(call.query.category) ?? null;
		return ok({ file_id: file.id });
	},

	/** Not documented: that files that aren't there are left out. */
	BatchCreateTasks: (call, state) => {
		const knowledgeBase = openKnowledgeBase(call, state);
		const { task_type: type, file_ids } = call.body as { task_type: 'QA'; file_ids: string[] };
		const known = file_ids.filter((id) => !call.untouched.has(id) && knowledgeBase.files.has(id));
		for (const id of known) {
			const { name } = knowledgeBase.files.get(id)!;
			addTask(knowledgeBase, { id: randomUUID(), type, status: 'PENDING', name, file_name: name });
		}
		return ok({ total_count: file_ids.length, created_count: known.length });
	},

	ListTaskDetail: (call, state) => {
		const knowledgeBase = knowledgeBaseOf(call, state);
		const { file_name } = taskOf(knowledgeBase, call.params.task_id);
		const files = [...knowledgeBase.files.values()].filter(({ name }) => name === file_name);
		const task_detail = files.map(({ id, name }) => ({ id, name }));
		return ok({ total: files.length, task_detail, is_inherit_parser: false });
	},

	/** Not documented: the kind of file. */
	DownloadFile: (call, state) => {
		const { id, name } = taskOf(knowledgeBaseOf(call, state), call.params.task_id);
		const headers = {
			'Content-Type': 'text/csv',
			'Content-Disposition': `attachment; filename="${id}.csv"; filename*=UTF-8''${encodeURIComponent(`${name}.csv`)}`,
		};
		return { status: 200, headers, body: `question,answer\n${id},ü\n` };
	},
};

function refused(message: string) {
	return serviceRefusal('KOS.00010002', message);
}

function directoryOf({ directories }: KnowledgeBase, id: string): Directory {
	const directory = directories.get(id);
	if (!directory) throw refused('directory_id: no such directory');
	return directory;
}

function fileOf({ files }: KnowledgeBase, id: string): File {
	const file = files.get(id);
	if (!file) throw serviceRefusal('KOS.00050001', 'The file does not exist');
	return file;
}

function taskOf({ tasks }: KnowledgeBase, id: string) {
	const task = tasks.get(id);
	if (!task) throw serviceRefusal('KOS.00060001', 'The task does not exist', 404);
	return task;
}

function subtreeOf({ directories }: KnowledgeBase, id: string): string[] {
	const children = [...directories.values()].filter(({ parent_id }) => parent_id === id);
	return [
		id,
		...children.flatMap((child) => subtreeOf({ directories } as KnowledgeBase, child.id)),
	];
}

import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { Schema } from '../../transport/schema';
import { count, listOf } from '../../transport/schema';

/** A record as the API returns it; only the fields in use are checked. */
export type KooSearchRecord = IDataObject & { id: string | number };

/** One page of a list: the whole of it where the API doesn't page. */
export interface ListPage {
	total: number;
	records: KooSearchRecord[];
}

/** A list of the API: its path, and the schema of its answers. */
export interface ListEndpoint {
	path: string;
	/** Whether it takes `page_num` and `page_size` (1–65535). */
	isPaged: boolean;
	page: Schema<ListPage>;
	/** The knowledge base that it is a list of. */
	knowledgeBaseId?: string;
}

/** Page SearchTasks; the records are known from a client's code only. */
export function taskList(knowledgeBaseId: string): ListEndpoint {
	const path = `/${knowledgeBaseId}/tasks`;
	return { path, isPaged: true, page: pageWith('tasks'), knowledgeBaseId };
}

/** Page ListTaskDetail: the files of a task; the IDs are those of files. */
export function taskFileList(knowledgeBaseId: string, taskId: string): ListEndpoint {
	const page = pageWith('task_detail').transform(({ total, records }) => ({
		total,
		records: records.map((record) => ({ ...record, taskId })),
	}));
	const path = `/${knowledgeBaseId}/task-detail/${taskId}`;
	return { path, isPaged: false, page, knowledgeBaseId };
}

/** Page SearchFiles; the records are known from a client's code only. */
export function fileList(knowledgeBaseId: string): ListEndpoint {
	const path = `/${knowledgeBaseId}/files/search`;
	return { path, isPaged: true, page: pageWith('files'), knowledgeBaseId };
}

/** Page ListDirectory: all at once, flat, the tree by `parent_id`. */
export function directoryList(knowledgeBaseId: string): ListEndpoint {
	const page = pageWith('directory_list');
	return { path: `/${knowledgeBaseId}/directory`, isPaged: false, page, knowledgeBaseId };
}

/** Page ListKnowledgeRepos; the records are known from an older version of the API. */
export const knowledgeBaseList: ListEndpoint = {
	path: '/knowledge-repo',
	isPaged: true,
	page: pageWith('data_list'),
};

/**
 * The answers are not fully documented, so only the fields in use are required. A page may hold 65,535 records: a schema
 * for each would copy them all, and keep n8n from other work meanwhile.
 */
function pageWith(key: string): ListEndpoint['page'] {
	const records = listOf(z.unknown()).superRefine((all, { addIssue }) => {
		for (const [place, record] of all.entries()) {
			const issue = issueWith(record);
			if (!issue) continue;
			addIssue({ code: 'custom', ...issue, path: [place, ...issue.path] });
			return;
		}
	});
	const page = z.object({ total: count, [key]: records });
	return page.transform((body) => ({
		total: body.total as number,
		records: body[key] as KooSearchRecord[],
	}));
}

/** What is wrong with a record. */
function issueWith(record: unknown): { path: string[]; message: string } | undefined {
	if (typeof record !== 'object' || record === null || Array.isArray(record)) {
		return { path: [], message: 'is not a record' };
	}
	const { id } = record as IDataObject;
	if (id === '') return { path: ['id'], message: 'is empty' };
	const isId = typeof id === 'string' || (typeof id === 'number' && !Number.isNaN(id));
	return isId ? undefined : { path: ['id'], message: 'is missing' };
}

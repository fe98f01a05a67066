import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { Schema } from '../../transport/response';
import { count, listOf } from '../../transport/response';

/** A record as the API gives it; only what is used of it is certain. */
export type KooSearchRecord = IDataObject & { id: string | number };

/** One page of a list: the whole of it where the API doesn't page. */
export interface ListPage {
	total: number;
	records: KooSearchRecord[];
}

/** A list of the API: where it is, and what its answers must hold. */
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

/** The answers are not documented in full, so no more is demanded than is used. */
function pageWith(key: string): ListEndpoint['page'] {
	const id = z.union([z.string().min(1, 'is empty'), z.number()], {
		errorMap: () => ({ message: 'is missing' }),
	});
	const record = z.object({ id }, { invalid_type_error: 'is not a record' }).passthrough();
	const page = z.object({
		total: count,
		[key]: listOf(record),
	});
	return page.transform((body) => ({
		total: body.total as number,
		records: body[key] as KooSearchRecord[],
	}));
}

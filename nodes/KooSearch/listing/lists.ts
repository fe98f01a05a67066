import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { count, listOf } from '../transport/answers';

/** A record as the API gives it; only what is used of it is certain. */
export type KooSearchRecord = IDataObject & { id: string | number };

/** One page of a list: the whole of it where the API doesn't page. */
export interface ListPage {
	total: number;
	records: KooSearchRecord[];
}

/** A list of the API: where it is, and what its answers must hold. */
export interface List {
	path: string;
	/** Whether it takes `page_num` and `page_size` (1–65535). */
	paged: boolean;
	page: z.ZodType<ListPage, z.ZodTypeDef, unknown>;
}

/** Page SearchTasks; the records are known from a client's code only. */
export function taskList(knowledgeBaseId: string): List {
	return { path: `/${knowledgeBaseId}/tasks`, paged: true, page: pageWith('tasks') };
}

/** Page SearchFiles; the records are known from a client's code only. */
export function fileList(knowledgeBaseId: string): List {
	return { path: `/${knowledgeBaseId}/files/search`, paged: true, page: pageWith('files') };
}

/** Page ListDirectory: all at once, flat, the tree by `parent_id`. */
export function directoryList(knowledgeBaseId: string): List {
	return { path: `/${knowledgeBaseId}/directory`, paged: false, page: pageWith('directory_list') };
}

/** Page ListKnowledgeRepos; the records are known from an older version of the API. */
export const knowledgeBaseList: List = {
	path: '/knowledge-repo',
	paged: true,
	page: pageWith('data_list'),
};

/** The answers are not documented in full, so no more is demanded than is used. */
function pageWith(key: string): List['page'] {
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

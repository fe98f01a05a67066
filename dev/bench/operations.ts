import type { IDataObject, IHttpRequestMethods, INodeParameters } from 'n8n-workflow';

/** Where the stand-in is, and how to sign. */
export interface Service {
	baseUrl: string;
	projectId: string;
	applicationId: string;
	token: string;
}

/** The start of every KooSearch URL, and the header that signs a request. */
export function signedRoot({ baseUrl, projectId, applicationId, token }: Service) {
	const root = `${baseUrl}/v1/${projectId}/applications/${applicationId}/uni-search`;
	return { root, headers: { 'X-Auth-Token': token } };
}

export type OperationName = 'delete' | 'move';

/** An operation as the node's user sets it, and as the API takes it. */
export interface BenchOperation {
	title: string;
	/** The node's field that takes the IDs. */
	idsField: string;
	parameters: INodeParameters;
	method: IHttpRequestMethods;
	/** What follows `…/uni-search`. */
	path: string;
	body(ids: string[]): IDataObject;
}

export const KNOWLEDGE_BASE = 'kb-bench';
export const DIRECTORY = 'dir-bench';

const knowledgeBase = { __rl: true, mode: 'id', value: KNOWLEDGE_BASE };

export const OPERATIONS: Record<OperationName, BenchOperation> = {
	delete: {
		title: 'Delete Tasks',
		idsField: 'taskIds',
		parameters: { resource: 'task', operation: 'delete', knowledgeBase },
		method: 'DELETE',
		path: `/${KNOWLEDGE_BASE}/tasks/batch`,
		body: (task_ids) => ({ task_ids }),
	},
	move: {
		title: 'Move Files',
		idsField: 'fileIds',
		parameters: {
			resource: 'file',
			operation: 'move',
			knowledgeBase,
			destination: 'directory',
			directory: { __rl: true, mode: 'id', value: DIRECTORY },
		},
		method: 'PUT',
		path: `/${KNOWLEDGE_BASE}/directory/files`,
		body: (file_ids) => ({ file_ids, directory_id: DIRECTORY }),
	},
};

/** What is compared; `each` and `list` are this node. */
export const VARIANTS = {
	each: 'this node, one item per ID: ={{ $json.id }}',
	list: 'this node, one item that names all IDs',
	floor: 'floor: the same batches, nothing else',
	single: 'one call per item',
} as const;

export type Variant = keyof typeof VARIANTS;

export const BATCH_SIZE = 100;
export const CONCURRENCY = 4;

/** IDs in the form in which the service gives them. */
export function createIds(count: number): string[] {
	return Array.from(
		{ length: count },
		(_, n) => `8eb90469-0488-4864-b901-${String(n).padStart(12, '0')}`,
	);
}

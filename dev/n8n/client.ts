/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type {
	ExecutionStatus,
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeCredentialTestResult,
	INodeExecutionData,
	IRunExecutionData,
	ITaskData,
} from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Saved, WorkflowJson } from './workflows';

/** The first user of an n8n on this machine, whom anybody may know. */
export const OWNER = {
	email: 'owner@n8n.example',
	password: 'KooSearch1',
	firstName: 'Demo',
	lastName: 'Owner',
};

export interface SavedWorkflow extends Saved {
	versionId: string;
}

/** An execution as the public API tells it. */
export interface Execution {
	id: string;
	status: ExecutionStatus;
	mode: string;
	startedAt: string;
	data: IRunExecutionData;
}

export interface Session {
	url: string;
	/** As a browser would send it. */
	cookie: string;
	/** For the public API. */
	apiKey: string;
}

type Method = 'GET' | 'POST' | 'PATCH';

const RUNNING: ExecutionStatus[] = ['new', 'running', 'unknown', 'waiting'];
const POLL_EVERY = 200;
const RUN_LIMIT = 60_000;
const WEBHOOK_LIMIT = 10_000;

/** Of a node that the editor itself has run. */
const NOTHING_YET: ITaskData = {
	startTime: 0,
	executionIndex: 0,
	executionTime: 0,
	executionStatus: 'success',
	source: [],
};

/** Talks to n8n as its editor does, and, where there is one, through its public API. */
export class N8nClient {
	constructor(readonly session: Session) {}

	/** Signs in; makes the owner first where n8n is new. */
	static async signIn(url: string): Promise<N8nClient> {
		const { data } = await ask<{ data: Settings }>(`${url}/rest/settings`);
		const isNew = data.userManagement.showSetupOnFirstLoad === true;
		const response = isNew
			? await post(`${url}/rest/owner/setup`, OWNER)
			: await post(`${url}/rest/login`, {
					emailOrLdapLoginId: OWNER.email,
					password: OWNER.password,
				});
		await mustBeOk(response);
		const cookie = response.headers.getSetCookie()[0].split(';')[0];
		return new N8nClient({ url, cookie, apiKey: await createApiKey(url, cookie) });
	}

	/** @param path of the editor's own API, such as `/credentials` */
	async rest<T>(method: Method, path: string, body?: unknown): Promise<T> {
		const answer = await ask<{ data: T }>(`${this.session.url}/rest${path}`, {
			method,
			headers: { cookie: this.session.cookie, 'content-type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		return answer.data;
	}

	/** @param path of the public API, such as `/executions/1` */
	async api<T>(path: string): Promise<T> {
		return await ask<T>(`${this.session.url}/api/v1${path}`, {
			headers: { 'X-N8N-API-KEY': this.session.apiKey },
		});
	}

	/** The types that n8n serves to its editor; `nodes` or `credentials`. */
	async types<T>(kind: 'nodes' | 'credentials'): Promise<T[]> {
		return await ask<T[]>(`${this.session.url}/types/${kind}.json`, {
			headers: { cookie: this.session.cookie },
		});
	}

	async createCredential(
		name: string,
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<Saved> {
		return await this.rest('POST', '/credentials', { name, type, data });
	}

	async updateCredential(
		{ id, name }: Saved,
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<Saved> {
		return await this.rest('PATCH', `/credentials/${id}`, { name, type, data });
	}

	/** With its secrets blanked out, as the editor gets it. */
	async readCredential(id: string): Promise<Saved & { data: ICredentialDataDecryptedObject }> {
		return await this.rest('GET', `/credentials/${id}?includeData=true`);
	}

	/** What the editor does after a credential is saved, and on Retry. */
	async testCredential(
		credential: Saved,
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<INodeCredentialTestResult> {
		return await this.rest('POST', '/credentials/test', {
			credentials: { ...credential, type, data },
		});
	}

	async createWorkflow(workflow: WorkflowJson): Promise<SavedWorkflow> {
		const { name, nodes, connections, settings = {}, pinData } = workflow;
		return await this.rest('POST', '/workflows', { name, nodes, connections, settings, pinData });
	}

	async workflows(): Promise<Saved[]> {
		return await this.rest('GET', '/workflows');
	}

	async credentials(): Promise<Saved[]> {
		return await this.rest('GET', '/credentials');
	}

	async activate({ id, versionId }: SavedWorkflow): Promise<void> {
		await this.rest('POST', `/workflows/${id}/activate`, { versionId });
	}

	async deactivate({ id }: Saved): Promise<void> {
		await this.rest('POST', `/workflows/${id}/deactivate`, {});
	}

	/**
	 * Runs a saved workflow as the editor's button does, and waits for its end.
	 *
	 * @param given what the trigger gives, where it can't give it by itself, such as a chat's message
	 */
	async run(workflow: Saved, trigger: string, given?: IDataObject): Promise<RunOfWorkflow> {
		return new RunOfWorkflow(await this.finished(await this.start(workflow, trigger, given)));
	}

	/** As `run`, without waiting. @returns the ID of the execution */
	async start({ id }: Saved, trigger: string, given?: IDataObject): Promise<string> {
		const data = given && { ...NOTHING_YET, data: { main: [[{ json: given }]] } };
		const triggerToStartFrom = { name: trigger, data };
		const { executionId } = await this.rest<{ executionId: string }>(
			'POST',
			`/workflows/${id}/run`,
			{ triggerToStartFrom },
		);
		return executionId;
	}

	/** Calls an active workflow from outside. @returns what it answers */
	async callWebhook(path: string, body: IDataObject): Promise<IDataObject[]> {
		const response = await postOnceKnown(`${this.session.url}/webhook/${path}`, body);
		return (await (await mustBeOk(response)).json()) as IDataObject[];
	}

	/** Waits until an execution has come so far. @throws Error if it doesn't in time */
	async until(executionId: string, wanted: ExecutionStatus): Promise<void> {
		const reached = await poll(RUN_LIMIT, async () => {
			const { status } = await this.api<Execution>(`/executions/${executionId}`);
			return status === wanted || undefined;
		});
		if (!reached) throw new Error(`Execution ${executionId} did not become '${wanted}'`);
	}

	/** @throws Error if it is not at its end in time */
	async finished(executionId: string): Promise<Execution> {
		await this.untilEnded(executionId);
		return await this.api<Execution>(`/executions/${executionId}?includeData=true`);
	}

	/** Without its data, which may be large. @throws Error if it is not at its end in time */
	async untilEnded(executionId: string, limit = RUN_LIMIT): Promise<ExecutionStatus> {
		const ended = await poll(limit, async () => {
			const { status } = await this.api<Execution>(`/executions/${executionId}`);
			return RUNNING.includes(status) ? undefined : status;
		});
		if (ended) return ended;
		throw new Error(`Execution ${executionId} did not end`);
	}

	/**
	 * Waits until so many executions of a workflow have ended, whoever started them.
	 *
	 * @returns them, the oldest first
	 * @throws Error if they don't end in time
	 */
	async ended(workflow: Saved, count: number): Promise<Execution[]> {
		const ended = await poll(RUN_LIMIT, async () => {
			const all = await this.executions(workflow);
			const done = all.filter(({ status }) => !RUNNING.includes(status));
			return done.length >= count ? done.reverse().slice(0, count) : undefined;
		});
		if (ended) return ended;
		throw new Error(`Workflow ${workflow.id} did not end ${count} times`);
	}

	/** The newest first. */
	async executions({ id }: Saved): Promise<Execution[]> {
		const { data } = await this.api<{ data: Execution[] }>(
			`/executions?workflowId=${id}&includeData=true`,
		);
		return data;
	}
}

/** What a run left behind, node by node. */
export class RunOfWorkflow {
	constructor(readonly execution: Execution) {}

	get status(): ExecutionStatus {
		return this.execution.status;
	}

	get error(): string | undefined {
		return this.execution.data.resultData.error?.message;
	}

	/** The last run of a node. @throws Error if it did not run */
	task(node: string): ITaskData {
		const task = this.execution.data.resultData.runData[node]?.at(-1);
		if (!task) throw new Error(`'${node}' did not run; the run's error: ${this.error}`);
		return task;
	}

	items(node: string, output = 0): INodeExecutionData[] {
		return this.task(node).data?.main[output] ?? [];
	}

	hints(node: string): string[] {
		return (this.task(node).hints ?? []).map(({ message }) => message);
	}
}

interface Settings {
	userManagement: { showSetupOnFirstLoad?: boolean };
}

async function createApiKey(url: string, cookie: string): Promise<string> {
	const scopes = ['execution:read', 'execution:list'];
	const body = { label: `tests ${Date.now()}`, scopes, expiresAt: null };
	const response = await mustBeOk(await post(`${url}/rest/api-keys`, body, { cookie }));
	const { data } = (await response.json()) as { data: { rawApiKey: string } };
	return data.rawApiKey;
}

/** n8n knows the address of a webhook only a moment after it said that the workflow is active. */
export async function postOnceKnown(url: string, body: IDataObject): Promise<Response> {
	const answer = await poll(WEBHOOK_LIMIT, async () => {
		const response = await post(url, body);
		return response.status === 404 ? undefined : response;
	});
	return answer ?? (await post(url, body));
}

/** Looks every now and then until there is something. @returns undefined if there is nothing within `limit` ms */
async function poll<T>(limit: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
	const deadline = Date.now() + limit;
	for (;;) {
		const found = await look();
		if (found !== undefined || Date.now() >= deadline) return found;
		await sleep(POLL_EVERY);
	}
}

async function post(
	url: string,
	body: unknown,
	headers: Record<string, string> = {},
): Promise<Response> {
	return await request(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify(body),
	});
}

async function ask<T>(url: string, init?: RequestInit): Promise<T> {
	const response = await mustBeOk(await request(url, init));
	return (await response.json()) as T;
}

/** On a connection of its own: n8n closes idle ones, which a busy test notices only when it has sent something. */
async function request(url: string, init: RequestInit = {}): Promise<Response> {
	return await fetch(url, { ...init, headers: { ...init.headers, connection: 'close' } });
}

async function mustBeOk(response: Response): Promise<Response> {
	if (response.ok) return response;
	throw new Error(`n8n answered ${response.status} at ${response.url}: ${await response.text()}`);
}

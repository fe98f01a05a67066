import type { IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';
import { KooSearch } from '../../nodes/KooSearch/KooSearch.node';
import { toSessionToken } from '../../nodes/KooSearch/transport/auth/credential';
import { CredentialStore, loadFromSource, runWorkflow } from '../../dev/engine';
import type { EngineTypes, RunOptions, RunResult, WorkflowJson } from '../../dev/engine';
import type { Standin } from '../../dev/standin/server';

export const kooSearchTypes: EngineTypes = loadFromSource({
	packageName: 'n8n-nodes-koosearch',
	nodes: [new KooSearch()],
	credentials: [new KooSearchApi()],
});

export interface NodeRun extends Pick<RunOptions, 'timeoutMs' | 'onStarted'> {
	/** Where the credential points to; its token is one of the stand-in's. */
	standin: Standin;
	items: IDataObject[];
	/** The items are whole, with `json` and `binary`. */
	hasBinary?: boolean;
	parameters: INodeParameters;
	onError?: INode['onError'];
	/** Fields of the credential other than the usual ones; null leaves the node without a credential. */
	credential?: IDataObject | null;
	/** In place of `credential`, where several runs share one. */
	store?: CredentialStore;
	node?: Partial<INode>;
	types?: EngineTypes;
}

export interface NodeResult extends RunResult {
	/** What the node gave on its main output. */
	output: INodeExecutionData[];
	/** The JSON of that. */
	json: IDataObject[];
	/** What it gave on its error output. */
	errors: INodeExecutionData[];
	store: CredentialStore;
	/** What a person could see of the run: output, errors, hints and log, for looking for secrets. */
	visible: string;
}

/** Runs Manual Trigger → KooSearch in n8n's engine. */
export async function runNode(run: NodeRun): Promise<NodeResult> {
	const store = run.store ?? credentialFor(run);
	const result = await runWorkflow({
		workflow: workflowFor(run),
		types: run.types ?? kooSearchTypes,
		credentials: store,
		...(run.hasBinary ? { pinData: { Trigger: run.items } } : { input: run.items }),
		timeoutMs: run.timeoutMs,
		onStarted: run.onStarted,
	});
	const ran = 'KooSearch' in result.runData;
	const output = ran ? result.items('KooSearch', 0) : [];
	const errors = ran ? result.items('KooSearch', 1) : [];
	const json = output.map((item) => item.json);
	return { ...result, output, json, errors, store, visible: visibleText(result) };
}

/** The error's message and description: what n8n shows of a run that stopped. */
export function errorText({ error }: RunResult): string {
	return `${error?.message ?? ''} ${(error as { description?: string } | undefined)?.description ?? ''}`;
}

export function credentialFor({
	standin,
	credential = {},
}: Pick<NodeRun, 'standin' | 'credential'>): CredentialStore {
	if (credential === null) return new CredentialStore();
	const data = {
		baseUrl: standin.url,
		projectId: standin.state.projectId,
		applicationId: standin.state.applicationId,
		authentication: 'token',
		token: 'token' in credential ? '' : standin.state.access.issueToken(),
		...credential,
	} as IDataObject;
	return new CredentialStore({
		c1: { name: 'KooSearch', type: 'kooSearchApi', data: data as Record<string, string> },
	});
}

function workflowFor({ parameters, onError, node, credential }: NodeRun): WorkflowJson {
	const kooSearch: INode = {
		id: '2',
		name: 'KooSearch',
		type: 'n8n-nodes-koosearch.kooSearch',
		typeVersion: 1,
		position: [200, 0],
		parameters,
		onError,
		credentials:
			credential === null ? undefined : { kooSearchApi: { id: 'c1', name: 'KooSearch' } },
		...node,
	};
	const trigger: INode = {
		id: '1',
		name: 'Trigger',
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	return {
		nodes: [trigger, kooSearch],
		connections: {
			Trigger: { main: [[{ node: 'KooSearch', type: 'main', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}

function visibleText(result: RunResult): string {
	const seen = new WeakSet();
	const told = JSON.stringify([result.error, result.runData], (_, value: unknown) => {
		if (typeof value !== 'object' || value === null) return value;
		if (seen.has(value)) return undefined;
		seen.add(value);
		if (!(value instanceof Error)) return value;
		const { message, stack } = value;
		return { ...value, message, stack, cause: value.cause };
	});
	return `${told}\n${result.log}`;
}

export const deleteParameters: INodeParameters = {
	resource: 'task',
	operation: 'delete',
	knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
	taskIds: '={{ $json.id }}',
};

export const moveParameters: INodeParameters = {
	resource: 'file',
	operation: 'move',
	knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
	destination: 'directory',
	directory: { __rl: true, mode: 'id', value: 'd1' },
	fileIds: '={{ $json.id }}',
};

export const deleteFilesParameters: INodeParameters = {
	resource: 'file',
	operation: 'delete',
	knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
	fileIds: '={{ $json.id }}',
};

export const retryParameters: INodeParameters = { ...deleteFilesParameters, operation: 'retry' };

/** Fields of the credential for the stand-in's IAM user. */
/** @param fields other values than the usual ones; the `sessionToken` of an earlier sign-in is the usual user's */
export function iamUser(standin: Standin, fields: IDataObject = {}): IDataObject {
	const account = {
		authentication: 'iamUser',
		iamEndpoint: standin.iamUrl,
		domainName: 'standin-account',
		username: 'standin-user',
		password: 'standin-password',
		projectId: standin.state.projectId,
		token: '',
	};
	const { sessionToken } = fields;
	if (typeof sessionToken !== 'string') return { ...account, ...fields };
	return { ...account, ...fields, sessionToken: toSessionToken(sessionToken, account) };
}

/** `count` IDs such as `t001`, and items that name one each. */
export function numbered(count: number, prefix = 't'): { ids: string[]; items: IDataObject[] } {
	const width = String(count).length;
	const ids = Array.from({ length: count }, (_, n) => prefix + String(n + 1).padStart(width, '0'));
	return { ids, items: ids.map((id) => ({ id })) };
}

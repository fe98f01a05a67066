/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error */
import { ExecutionLifecycleHooks, WorkflowExecute, WorkflowHasIssuesError } from 'n8n-core';
import type {
	ExecutionError,
	ExecutionStatus,
	IConnections,
	IDataObject,
	INode,
	INodeExecutionData,
	IPinData,
	IRunData,
	IWorkflowBase,
	IWorkflowSettings,
	NodeExecutionHint,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { deepCopy, UserError, Workflow } from 'n8n-workflow';
import { createAdditionalData } from './additionalData';
import { CredentialStore } from './credentialStore';
import { withLog } from './runtime';
import type { EngineTypes } from './types';
import { startRun } from './versions';

/** A workflow as the editor exports it. Other fields may be there and aren't looked at. */
export interface WorkflowJson {
	name?: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	/** Output of nodes that then don't run: `{ json }` items, or bare objects as old versions write them. */
	pinData?: Record<string, Array<INodeExecutionData | IDataObject>>;
}

export interface RunOptions {
	/** It is copied, so that one object can serve many runs. */
	workflow: WorkflowJson;
	types: EngineTypes;
	credentials?: CredentialStore;
	/** Takes the place of the workflow's own entries of the same nodes. */
	pinData?: WorkflowJson['pinData'];
	/** What the trigger gives: pinned on it in the modes that know pinned data, else as its event. */
	input?: IDataObject[];
	/** As in n8n, only 'manual' and 'evaluation' look at pinned data. Default: 'manual'. */
	mode?: WorkflowExecuteMode;
	/** Milliseconds; default: no limit, whatever the workflow's settings say. */
	timeoutMs?: number;
	/** Called once the run is under way; `cancel` is what the editor's Stop button does. */
	onStarted?: (cancel: () => void) => void;
}

/**
 * The functions take a node's name in the workflow and throw for a name that isn't there. A node that
 * ran more than once gives the items, hints and the first error of all its runs.
 */
export interface RunResult {
	/**
	 * As n8n saves and shows it: 'success', 'error' or 'canceled', the last one after a time-out too.
	 * What a cancelled node throws is in `error` all the same.
	 */
	status: ExecutionStatus;
	/** Why the run ended early: the error of the node that stopped it, a cancellation, a wrong parameter. */
	error?: ExecutionError;
	runData: IRunData;
	items(nodeName: string, outputIndex?: number): INodeExecutionData[];
	outputs(nodeName: string): INodeExecutionData[][];
	hints(nodeName: string): NodeExecutionHint[];
	/** The error the node threw, also if the workflow went on after it. */
	nodeError(nodeName: string): ExecutionError | undefined;
	/** See `withLog`. */
	log: string;
}

/**
 * Runs a workflow from its trigger to its end with n8n's own engine, as packages/cli workflow-runner.ts
 * does.
 *
 * @throws UserError if it has no trigger, or a node's type isn't known
 */
export async function runWorkflow(options: RunOptions): Promise<RunResult> {
	const { value, log } = await withLog(async () => await execute(options));
	return toResult({ ...value, log }, options.workflow.nodes);
}

type Outcome = Pick<RunResult, 'status' | 'error' | 'runData'>;
type Execution = ReturnType<WorkflowExecute['run']>;

async function execute(options: RunOptions): Promise<Outcome> {
	const { types, credentials = new CredentialStore(), mode = 'manual', timeoutMs = 0 } = options;
	const { name = 'Test', nodes, connections, settings = {} } = deepCopy(options.workflow);
	const { nodeTypes } = types;
	const id = 'test-workflow';
	const workflow = new Workflow({
		id,
		name,
		nodes,
		connections,
		settings,
		nodeTypes,
		active: false,
	});
	const startNode = workflow.getStartNode();
	if (!startNode) throw new UserError('The workflow has no trigger');

	const executionId = '1';
	const saved = toSaved(id, name, nodes, connections);
	const hooks = new ExecutionLifecycleHooks(mode, executionId, saved);
	const additionalData = createAdditionalData(types, credentials, {
		hooks,
		executionId,
		workflowId: id,
		workflowSettings: settings,
		executionTimeoutTimestamp: timeoutMs > 0 ? Date.now() + timeoutMs : undefined,
	});
	const begin = chooseInput(options, startNode.name, mode);
	workflow.setPinData(begin.pinData);
	const start = () =>
		startRun(new WorkflowExecute(additionalData, mode), { workflow, startNode, ...begin });
	return await finish(start, hooks, timeoutMs, options.onStarted);
}

/** The same workflow in the shape in which n8n's database keeps it. */
function toSaved(
	id: string,
	name: string,
	nodes: INode[],
	connections: IConnections,
): IWorkflowBase {
	const now = new Date();
	const state = { active: false, activeVersionId: null, isArchived: false };
	return { id, name, nodes, connections, ...state, createdAt: now, updatedAt: now };
}

/** Pinned data in the modes that know it, else the trigger's event (workflow-runner.ts resolvePinData). */
function chooseInput(
	{ workflow, pinData, input }: RunOptions,
	trigger: string,
	mode: WorkflowExecuteMode,
): Pick<Parameters<WorkflowExecute['run']>[0], 'pinData' | 'triggerToStartFrom'> {
	const items = input?.map((json) => ({ json }));
	if (mode === 'manual' || mode === 'evaluation') {
		const pinned = { ...workflow.pinData, ...pinData, ...(items && { [trigger]: items }) };
		return { pinData: toPinData(pinned) };
	}
	if (!items) return {};
	const task = { startTime: Date.now(), executionIndex: 0, executionTime: 0, source: [] };
	return {
		triggerToStartFrom: { name: trigger, data: { ...task, data: { main: [deepCopy(items)] } } },
	};
}

function toPinData(entries: NonNullable<WorkflowJson['pinData']>): IPinData {
	const isItem = (entry: INodeExecutionData | IDataObject): entry is INodeExecutionData =>
		typeof entry.json === 'object' && entry.json !== null;
	const toItem = (entry: INodeExecutionData | IDataObject): INodeExecutionData =>
		isItem(entry) ? entry : { json: entry };
	const pairs = Object.entries(deepCopy(entries));
	return Object.fromEntries(pairs.map(([node, items]) => [node, items.map(toItem)]));
}

/**
 * Waits for the end, or cancels at the time limit as n8n does. The limit is also looked at by the engine
 * itself between two nodes. Wrong parameters are found before the first node runs.
 *
 * n8n saves the status that the hook gets. A cancelled run gets there at once; what its node throws
 * afterwards may change the engine's own status to 'error', and nobody sees that.
 */
async function finish(
	start: () => Execution,
	hooks: ExecutionLifecycleHooks,
	timeoutMs: number,
	onStarted: RunOptions['onStarted'],
): Promise<Outcome> {
	let status: ExecutionStatus = 'unknown';
	hooks.addHandler('workflowExecuteAfter', (run) => {
		const failed = run.status !== 'canceled' && run.data.resultData.error !== undefined;
		status = failed ? 'error' : run.status;
	});
	let execution: Execution;
	try {
		execution = start();
	} catch (error) {
		if (!(error instanceof WorkflowHasIssuesError)) throw error;
		return { status: 'error', error, runData: {} };
	}
	const cancel = () => execution.cancel();
	const timer = timeoutMs > 0 ? setTimeout(cancel, timeoutMs) : undefined;
	try {
		onStarted?.(cancel);
		const { data } = await execution;
		return { status, error: data.resultData.error, runData: data.resultData.runData };
	} finally {
		clearTimeout(timer);
	}
}

function toResult(outcome: Outcome & { log: string }, nodes: INode[]): RunResult {
	const runsOf = (nodeName: string) => {
		if (nodes.some(({ name }) => name === nodeName)) return outcome.runData[nodeName] ?? [];
		throw new Error(`The workflow has no node "${nodeName}"`);
	};
	const outputs = (nodeName: string) => {
		const all: INodeExecutionData[][] = [];
		for (const { data } of runsOf(nodeName)) {
			data?.main.forEach((items, index) => (all[index] ??= []).push(...(items ?? [])));
		}
		return all;
	};
	return {
		...outcome,
		outputs,
		items: (nodeName, outputIndex = 0) => outputs(nodeName)[outputIndex] ?? [],
		hints: (nodeName) => runsOf(nodeName).flatMap(({ hints }) => hints ?? []),
		nodeError: (nodeName) => runsOf(nodeName).find(({ error }) => error)?.error,
	};
}

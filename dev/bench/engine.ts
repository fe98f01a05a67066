/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import type {
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
} from 'n8n-workflow';
import { join } from 'node:path';

import { CredentialStore, loadFromSource, loadPackage, runWorkflow } from '../engine';
import type { EngineTypes } from '../engine';
import { directCalls } from './directCalls';
import { collect, readingCosts, retainedBytes, timed } from './measures';
import type { Around, Cost } from './measures';
import { BATCH_SIZE, CONCURRENCY, createIds, OPERATIONS } from './operations';
import type { BenchOperation, OperationName, Service, Variant } from './operations';
import { serve } from './processes';

export interface EngineSetup {
	operation: OperationName;
	service: Service;
}

export interface Load {
	variant: Variant;
	/** How many IDs. */
	count: number;
	/** Of this node: reads, checks and plans, and sends nothing. */
	dryRun?: boolean;
	/** Of this node: Concurrent Calls, where it is not what everything is compared at. */
	concurrency?: number;
}

export type EngineMessage =
	| { kind: 'collect' }
	| ({ kind: 'run'; repeat?: number } & Load)
	| ({ kind: 'retained' } & Load)
	| ({ kind: 'reading' } & Load);

/** A run's cost, the mean of its repetitions. */
export interface RunReply extends Cost {
	/** The process' highest resident set size since its start, in MB. */
	peakMb: number;
}

const ROOT = join(__dirname, '../..');
const PACKAGE = 'n8n-nodes-koosearch';
const NODE = 'Node';
const TYPE_NAMES: Record<Variant, string> = {
	each: 'kooSearch',
	list: 'kooSearch',
	floor: 'floor',
	single: 'single',
};

/** Runs Manual Trigger → a node in n8n's engine, and looks at what the node's own `execute` costs. */
class Engine {
	private around: Around = async (_, execute) => await execute();

	private readonly types: EngineTypes;

	private readonly credentials: CredentialStore;

	/** @param built the package under test */
	constructor(
		private readonly operation: BenchOperation,
		service: Service,
		built: EngineTypes,
	) {
		const data = { authentication: 'token', ...service };
		this.credentials = new CredentialStore({ c1: { name: '', type: 'kooSearchApi', data } });
		const nodes = [
			built.nodeTypes.getByNameAndVersion(`${PACKAGE}.kooSearch`),
			directCalls('floor', BATCH_SIZE, operation, service),
			directCalls('single', 1, operation, service),
		];
		this.types = loadFromSource({
			packageName: PACKAGE,
			nodes: nodes.map((node) => this.observed(node)),
			credentials: [built.credentialTypes.getByName('kooSearchApi')],
		});
	}

	/** @throws Error when the node fails */
	async run(load: Load, around: Around): Promise<void> {
		this.around = around;
		const trigger = { name: 'Trigger', type: 'n8n-nodes-base.manualTrigger', parameters: {} };
		const node = {
			name: NODE,
			type: `${PACKAGE}.${TYPE_NAMES[load.variant]}`,
			parameters: this.parametersFor(load),
			credentials: { kooSearchApi: { id: 'c1', name: '' } },
		};
		const { error } = await runWorkflow({
			workflow: {
				nodes: [trigger, node].map(toNode),
				connections: { Trigger: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
				settings: { executionOrder: 'v1' },
			},
			types: this.types,
			credentials: this.credentials,
			input: inputFor(load),
		});
		if (error) throw error;
	}

	async measure(load: Load, repeat: number): Promise<RunReply> {
		const sum: Cost = { wallMs: 0, cpuMs: 0 };
		for (let n = 0; n < repeat; n++) {
			await this.run(load, async (_, execute) => {
				const { cost, output } = await timed(execute);
				if (!load.dryRun) checkOutput(output, load.count);
				sum.wallMs += cost.wallMs / repeat;
				sum.cpuMs += cost.cpuMs / repeat;
				return output;
			});
		}
		return { ...sum, peakMb: process.resourceUsage().maxRSS / 1024 };
	}

	async answer(message: EngineMessage): Promise<unknown> {
		if (message.kind === 'collect') return collect();
		if (message.kind === 'run') return await this.measure(message, message.repeat ?? 1);
		let result: unknown;
		const { idsField } = this.operation;
		await this.run(message, async (context, execute) => {
			result =
				message.kind === 'reading'
					? await readingCosts(context, execute, idsField)
					: await retainedBytes(context, execute, Math.ceil(message.count / BATCH_SIZE));
			return [[]];
		});
		return result;
	}

	/** The same node type, but that `around` is called in place of its `execute`. */
	private observed({ description, execute }: INodeType): INodeType {
		const observe: Around = async (context, run) => await this.around(context, run);
		return {
			description,
			async execute() {
				const run = async () => (await execute!.call(this)) as INodeExecutionData[][];
				return await observe(this, run);
			},
		};
	}

	private parametersFor(load: Load): INodeParameters {
		const { variant, count, dryRun, concurrency = CONCURRENCY } = load;
		const { parameters, idsField } = this.operation;
		if (TYPE_NAMES[variant] !== 'kooSearch') return {};
		const ids = variant === 'each' ? '={{ $json.id }}' : createIds(count).join(',');
		const options = { concurrency, ...(dryRun && { dryRun }) };
		return { ...parameters, [idsField]: ids, options };
	}
}

function inputFor({ variant, count }: Load): IDataObject[] {
	return variant === 'list' ? [{}] : createIds(count).map((id) => ({ id }));
}

function toNode(node: Pick<INode, 'name' | 'type' | 'parameters'>): INode {
	return { id: node.name, typeVersion: 1, position: [0, 0], ...node };
}

/** One item per ID, and where it says what happened, the right thing did. */
function checkOutput([items]: INodeExecutionData[][], count: number): void {
	const wrong = ({ json }: INodeExecutionData) =>
		json.status !== undefined && json.deleted !== true && json.moved !== true;
	if (items.length === count && !items.some(wrong)) return;
	throw new Error(`${count} IDs gave ${items.length} items, ${items.filter(wrong).length} wrong`);
}

serve(async ({ operation, service }: EngineSetup) => {
	const engine = new Engine(OPERATIONS[operation], service, await loadPackage(ROOT));
	return async (message: EngineMessage) => await engine.answer(message);
});

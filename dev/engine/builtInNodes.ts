import type {
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

/** What a description must have beside its name and its connections. */
const common = {
	version: 1,
	description: '',
	defaults: {},
	properties: [],
} satisfies Partial<INodeTypeDescription>;

/** Gives one empty item when it isn't pinned, as n8n's own does. */
const manualTrigger: INodeType = {
	description: {
		...common,
		displayName: 'Manual Trigger',
		name: 'manualTrigger',
		group: ['trigger'],
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
	},
	async trigger(this: ITriggerFunctions) {
		return {
			manualTriggerFunction: async () => this.emit([this.helpers.returnJsonArray([{}])]),
		};
	},
};

const noOp: INodeType = {
	description: {
		...common,
		displayName: 'No Operation, do nothing',
		name: 'noOp',
		group: ['organization'],
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
	},
	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	},
};

/** A note on the canvas: never connected, so never run. */
const stickyNote: INodeType = {
	description: {
		...common,
		displayName: 'Sticky Note',
		name: 'stickyNote',
		group: ['input'],
		inputs: [],
		outputs: [],
	},
};

/** Stand-ins for the nodes of n8n-nodes-base that a test workflow needs beside the one under test. */
export const BUILT_IN_NODES = [manualTrigger, noOp, stickyNote];

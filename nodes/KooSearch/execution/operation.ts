import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

import type { Subject } from './errorItems';

/** One entry of the node's Operation list: what the editor shows of it, and how it runs. */
export interface Operation {
	/** Value of the Resource that it belongs to. */
	resource: 'task' | 'file' | 'directory' | 'knowledgeBase';
	/** How it appears in the Operation list. */
	option: INodePropertyOptions & { value: string };
	/** Its fields, without the conditions for resource and operation. */
	fields: INodeProperties[];
	/** The output's key for "done", if its error items have one. */
	doneKey?: string;
	/** What an input item names, for the error items of a run that could not start; left out by lists. */
	subjectsOf?(context: IExecuteFunctions, itemIndex: number): Subject[];
	/** Runs over all input items. @throws NodeApiError or NodeOperationError; rethrows unexpected errors */
	run(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
}

/** What an operation's own file states. */
export type OperationDefinition = Omit<Operation, 'run' | 'subjectsOf'>;

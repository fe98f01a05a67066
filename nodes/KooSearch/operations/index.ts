import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

import { errorItem } from '../batching/toItems';
import { deleteFiles } from './deleteFiles';
import { deleteTasks } from './deleteTasks';
import { showFor } from './fields';
import { getManyDirectories } from './getManyDirectories';
import { getManyFiles } from './getManyFiles';
import { getManyKnowledgeBases } from './getManyKnowledgeBases';
import { getManyTasks } from './getManyTasks';
import { moveFiles } from './moveFiles';
import { startError } from './nodeErrors';
import type { Operation } from './operation';
import { retryFiles } from './retryFiles';

/** Every operation of the node. The first one of a resource is its default. */
const operations: Operation[] = [
	deleteTasks,
	getManyTasks,
	moveFiles,
	deleteFiles,
	getManyFiles,
	retryFiles,
	getManyDirectories,
	getManyKnowledgeBases,
];

const resources: Array<INodePropertyOptions & { value: Operation['resource'] }> = [
	{ name: 'Directory', value: 'directory' },
	{ name: 'File', value: 'file' },
	{ name: 'Knowledge Base', value: 'knowledgeBase' },
	{ name: 'Task', value: 'task' },
];

const resourceField: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: resources,
	default: 'task',
};

function operationField(resource: Operation['resource']): INodeProperties {
	const choices = operations.filter((one) => one.resource === resource).map((one) => one.option);
	const first = choices[0].value;
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: [...choices].sort((a, b) => a.name.localeCompare(b.name)),
		default: first,
	};
}

/** The node's parameters: resource, operation, and the fields of each operation. */
export const properties: INodeProperties[] = [
	resourceField,
	...resources.map(({ value }) => operationField(value)),
	...operations.flatMap(({ resource, option, fields }) => showFor(resource, option.value, fields)),
];

/**
 * Runs the chosen operation over all input items.
 *
 * Under On Error = Continue n8n passes the *input* items on when a node throws, as if nothing had been wrong, so
 * there only a cancellation is thrown.
 *
 * @throws NodeOperationError or NodeApiError
 */
export async function runOperation(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const resource = context.getNodeParameter('resource', 0);
	const name = context.getNodeParameter('operation', 0);
	const operation = operations.find(
		(one) => one.resource === resource && one.option.value === name,
	);
	try {
		if (!operation)
			throw new Error(
				`The node has no operation '${name}' for '${resource}'. Choose 'Resource' and 'Operation' anew.`,
			);
		return await operation.run(context);
	} catch (error) {
		const failure = startError(context, error);
		if (!context.continueOnFail() || context.getExecutionCancelSignal()?.aborted) throw failure;
		return context
			.getInputData()
			.map((_, itemIndex) =>
				errorItem({ itemIndex, message: `${failure.message} [item ${itemIndex}]` }),
			);
	}
}

import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { showFor } from '../descriptions/showFor';
import type { Failed, Subject } from '../execution/errorItems';
import { errorItem, errorItems, errorStyle } from '../execution/errorItems';
import { startError } from '../execution/errors';
import { addHints } from '../execution/hints';
import type { Operation } from '../execution/operation';
import { isTool } from '../parameters/readField';
import { rethrow } from '../transport/errors/failure';
import { mapInSlices } from '../transport/wait';
import { createDirectory } from './directory/createDirectory';
import { deleteDirectory } from './directory/deleteDirectory';
import { getManyDirectories } from './directory/getManyDirectories';
import { updateDirectory } from './directory/updateDirectory';
import { deleteFiles } from './file/deleteFiles';
import { getManyFiles } from './file/getManyFiles';
import { moveFiles } from './file/moveFiles';
import { retryFiles } from './file/retryFiles';
import { uploadFile } from './file/uploadFile';
import { waitForFiles } from './file/waitForFiles';
import { updateTags } from './file/updateTags';
import { ask } from './knowledgeBase/ask';
import { disable, enable } from './knowledgeBase/enable';
import { getManyKnowledgeBases } from './knowledgeBase/getManyKnowledgeBases';
import { search } from './knowledgeBase/search';
import { createTasks } from './task/createTasks';
import { deleteTasks } from './task/deleteTasks';
import { downloadOutput } from './task/downloadOutput';
import { getManyTasks } from './task/getManyTasks';
import { getTaskFiles } from './task/getTaskFiles';

/** Every operation of the node. */
const operations: Operation[] = [
	deleteTasks,
	getManyTasks,
	createTasks,
	getTaskFiles,
	downloadOutput,
	moveFiles,
	deleteFiles,
	getManyFiles,
	retryFiles,
	uploadFile,
	waitForFiles,
	updateTags,
	updateDirectory,
	deleteDirectory,
	getManyDirectories,
	createDirectory,
	getManyKnowledgeBases,
	search,
	ask,
	enable,
	disable,
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
	default: 'file',
};

function operationField(resource: Operation['resource']): INodeProperties {
	const choices = operations.filter((one) => one.resource === resource).map((one) => one.option);
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: [...choices].sort((a, b) => a.name.localeCompare(b.name)),
		// The default never changes anything: the panel and an agent's tool open with it.
		default: 'getMany',
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
 * nothing is thrown then.
 *
 * @throws NodeOperationError or NodeApiError; rethrows unexpected errors
 */
export async function runOperation(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	try {
		const items = await chosenOperation(context).run(context);
		return items.length === 0 ? nothingFound(context) : items;
	} catch (error) {
		const known = startError(context, error);
		if (!context.continueOnFail()) throw known ?? rethrow(error);
		const failed = known
			? { done: false, status: 'notAttempted', error: known.message }
			: { done: null, status: 'failed', error: unexpected(context, error) };
		addHints(context, [`The run failed. ${failed.error}`]);
		const indexes = [...context.getInputData().keys()];
		const items = await mapInSlices(indexes, (index) => unprocessed(context, index, failed));
		return items.flat();
	}
}

/** An empty output ends a workflow. A model can't tell it from a tool that failed, so a tool says so. */
function nothingFound(context: IExecuteFunctions): INodeExecutionData[] {
	if (!isTool(context) || context.getExecutionCancelSignal()?.aborted) return [];
	return [{ json: { result: 'Nothing found.' }, pairedItem: { item: 0 } }];
}

/** The error items of an input item in a run that could not start, or that ended unexpectedly. */
function unprocessed(
	context: IExecuteFunctions,
	itemIndex: number,
	failed: Omit<Failed, keyof Subject>,
): INodeExecutionData[] {
	const operation = findOperation(context);
	if (!operation?.subjectsOf) return [errorItem({ itemIndex, message: failed.error })];
	const subjects = operation.subjectsOf(context, itemIndex);
	const style = errorStyle(context, operation.doneKey);
	const all = subjects.map((subject) => ({ ...subject, ...failed }));
	return errorItems(itemIndex, all, style);
}

function findOperation(context: IExecuteFunctions): Operation | undefined {
	const resource = context.getNodeParameter('resource', 0);
	const name = context.getNodeParameter('operation', 0);
	return operations.find((one) => one.resource === resource && one.option.value === name);
}

function chosenOperation(context: IExecuteFunctions): Operation {
	const operation = findOperation(context);
	if (operation) return operation;
	const resource = context.getNodeParameter('resource', 0);
	const name = context.getNodeParameter('operation', 0);
	throw new NodeOperationError(
		context.getNode(),
		`The node has no operation '${name}' for '${resource}'. Choose 'Resource' and 'Operation' again.`,
	);
}

/** A defect in this package, or an error of n8n that is not handled elsewhere. */
function unexpected(context: IExecuteFunctions, error: unknown): string {
	const { message, stack } = error instanceof Error ? error : new Error(String(error));
	context.logger.error(`KooSearch: unexpected error: ${stack}`);
	return `Unexpected: ${message}. Whether a call took effect is not known.`;
}

/* eslint-disable @n8n/community-nodes/require-node-api-error */
import type { getAdditionalKeys } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
	IExecuteData,
	INode,
	INodeParameters,
	INodeTypes,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { withIsolate } from './versions';

type Data = ICredentialDataDecryptedObject;
type AdditionalKeys = ReturnType<typeof getAdditionalKeys>;

/** Resolves a credential's expressions with the items and the workflow of a running node. */
export function resolveInRun(
	data: Data,
	values: ICredentialsExpressionResolveValues,
	mode: WorkflowExecuteMode,
	keys: AdditionalKeys,
	executeData?: IExecuteData,
): Data {
	const { workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData } = values;
	try {
		return workflow.expression.getParameterValue(
			data as INodeParameters,
			runExecutionData,
			runIndex,
			itemIndex,
			node.name,
			connectionInputData,
			mode,
			keys,
			executeData,
			false,
			data,
		) as Data;
	} catch (error) {
		(error as Error).message += ' [Error resolving credentials]';
		throw error;
	}
}

/** Resolves a credential's expressions outside a run, where they see no items and no other node. */
export async function resolveAlone(
	data: Data,
	mode: WorkflowExecuteMode,
	keys: AdditionalKeys,
): Promise<Data> {
	const node: INode = {
		id: '',
		name: '',
		type: 'mock',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const type = { description: { properties: [] } } as unknown as ReturnType<
		INodeTypes['getByNameAndVersion']
	>;
	const nodeTypes: INodeTypes = {
		getByName: () => type,
		getByNameAndVersion: () => type,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const { expression } = workflow;
	const values = data as INodeParameters;
	return await withIsolate(
		workflow,
		async () =>
			expression.getComplexParameterValue(
				node,
				values,
				mode,
				keys,
				undefined,
				undefined,
				data,
			) as Data,
	);
}

import type { WorkflowExecute } from 'n8n-core';
import * as n8nWorkflow from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	INodeProperties,
	Workflow,
} from 'n8n-workflow';

/*
 * All that differs between the versions of n8n that the tests run with, 2.41.1 to 1.122.48 of n8n-core. The types are
 * those of the newest one; what older ones lack is looked for here, and nowhere else.
 */
const { getCredentialOwnRequestAllowedDomains, injectDomainRestrictionFields } =
	n8nWorkflow as Partial<typeof n8nWorkflow>;

/** n8n 2.0 and 1.123 take the fields of `start` one by one. */
export function startRun(
	execution: WorkflowExecute,
	start: Parameters<WorkflowExecute['run']>[0],
): ReturnType<WorkflowExecute['run']> {
	if (execution.run.length === 1) return execution.run(start);
	const run = execution.run.bind(execution) as unknown as (
		...args: unknown[]
	) => ReturnType<WorkflowExecute['run']>;
	const { workflow, startNode, destinationNode, pinData, triggerToStartFrom } = start;
	return run(workflow, startNode, destinationNode, pinData, triggerToStartFrom);
}

/** n8n 2.0 evaluates expressions in the process itself. */
export async function withIsolate<T>({ expression }: Workflow, task: () => Promise<T>): Promise<T> {
	return 'withIsolate' in expression ? await expression.withIsolate(task) : await task();
}

/** n8n 2.0 and 1.123 add no domain restriction to the types that they load. */
export function ownProperties(type: ICredentialType): INodeProperties[] {
	return injectDomainRestrictionFields?.(type) ?? type.properties;
}

/** n8n 2.0 and 1.123 let a sign-in reach every domain. */
export function signInDomains(credentials: ICredentialDataDecryptedObject): string | undefined {
	return getCredentialOwnRequestAllowedDomains?.(credentials);
}

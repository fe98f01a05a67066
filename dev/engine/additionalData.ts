import { ExternalSecretsProxy } from 'n8n-core';
import type { IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { UnexpectedError } from 'n8n-workflow';
import type { CredentialStore } from './credentialStore';
import { EngineCredentialsHelper } from './credentialsHelper';
import { service } from './runtime';
import type { EngineTypes } from './types';

const BASE = 'http://localhost:5678';

export interface EngineData extends IWorkflowExecuteAdditionalData {
	credentialsHelper: EngineCredentialsHelper;
}

/**
 * What n8n hands to every run beside the workflow (packages/cli workflow-execute-additional-data.ts
 * getBase), with the addresses of a fresh n8n. Sub-workflows, agents and task runners throw.
 */
export function createAdditionalData(
	types: EngineTypes,
	credentials: CredentialStore,
	more: Partial<Omit<EngineData, 'credentialsHelper'>> = {},
): EngineData {
	return {
		credentialsHelper: new EngineCredentialsHelper(types.credentialTypes, credentials),
		externalSecretsProxy: service(ExternalSecretsProxy),
		currentNodeExecutionIndex: 0,
		variables: {},
		restApiUrl: `${BASE}/rest`,
		instanceBaseUrl: `${BASE}/`,
		formBaseUrl: `${BASE}/form`,
		formWaitingBaseUrl: `${BASE}/form-waiting`,
		formTestBaseUrl: `${BASE}/form-test`,
		webhookBaseUrl: `${BASE}/webhook`,
		webhookWaitingBaseUrl: `${BASE}/webhook-waiting`,
		webhookTestBaseUrl: `${BASE}/webhook-test`,
		mcpBaseUrl: `${BASE}/mcp`,
		mcpTestBaseUrl: `${BASE}/mcp-test`,
		executeWorkflow: refuse('run sub-workflows'),
		getRunExecutionData: refuse('read other executions'),
		getRuntimeCredential: refuse('resolve credentials of a run'),
		startRunnerTask: refuse('start task runners'),
		logAiEvent: () => {},
		...more,
	};
}

function refuse(what: string): () => Promise<never> {
	return async () => {
		throw new UnexpectedError(`This test engine cannot ${what}`);
	};
}

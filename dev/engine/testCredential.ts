import { ErrorReporter, ExecuteContext, RoutingNode } from 'n8n-core';
import type {
	IAuthenticateRuleResponseCode,
	ICredentialsDecrypted,
	ICredentialTestRequest,
	INode,
	INodeCredentialTestResult,
	INodeType,
	INodeTypes,
} from 'n8n-workflow';
import { createEmptyRunExecutionData, Workflow } from 'n8n-workflow';
import { createAdditionalData } from './additionalData';
import type { EngineData } from './additionalData';
import type { CredentialStore } from './credentialStore';
import { service, withLog } from './runtime';
import type { EngineTypes } from './types';
import { withIsolate } from './versions';

export interface CredentialTestOptions {
	types: EngineTypes;
	credentials: CredentialStore;
	/** Which entry of the store to test: the editor saves a credential before it tests it. */
	id: string;
}

/** What the editor shows, and n8n's log (see `withLog`). */
export type CredentialTestResult = INodeCredentialTestResult & { log: string };

/**
 * Does what n8n does when a credential is saved or Retry is clicked (packages/cli
 * services/credentials-tester.service.ts, 2.41.1) for a type with a `test` request: sends it as the only
 * request of a one-node workflow and maps what comes back to a fixed text. A token that
 * `preAuthentication` fetches is stored. Tests that are functions of a node, and rules for the body of an
 * answer, aren't supported.
 */
export async function testCredential(
	options: CredentialTestOptions,
): Promise<CredentialTestResult> {
	const { value, log } = await withLog(async () => await test(options));
	return { ...value, log };
}

async function test({
	types,
	credentials,
	id,
}: CredentialTestOptions): Promise<INodeCredentialTestResult> {
	const { name, type } = credentials.get(id);
	const request = types.credentialTypes.getByName(type).test;
	if (!request) return failed('No testing function found for this credential.');

	const additionalData = createAdditionalData(types, credentials);
	const tested: ICredentialsDecrypted = { id, name, type };
	try {
		const helper = additionalData.credentialsHelper;
		tested.data = await helper.getDecrypted(additionalData, { id, name }, type, 'internal');
	} catch (error) {
		return failed((error as Error).message);
	}
	const noOp = types.nodeTypes.getByNameAndVersion('n8n-nodes-base.noOp');
	try {
		await send(tested, request, noOp, additionalData);
		return { status: 'OK', message: 'Connection successful!' };
	} catch (error) {
		service(ErrorReporter).error(error);
		return judgeError(error as RequestError, request);
	}
}

/** Runs the request as the routing of a node's only property, which n8n's RoutingNode then carries out. */
async function send(
	credential: ICredentialsDecrypted,
	{ request }: ICredentialTestRequest,
	noOp: INodeType,
	additionalData: EngineData,
): Promise<void> {
	const { id, name, type } = credential;
	const temp = {
		displayName: 'Temp',
		name: 'temp',
		type: 'string',
		default: '',
		routing: { request },
	};
	const nodeType = {
		description: {
			...noOp.description,
			credentials: [{ name: type, required: true }],
			properties: [temp],
		},
	} as INodeType;
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: noOp.description.name,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: { [type]: { id, name } },
	};
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	const routing = new RoutingNode(context, nodeType, credential);
	await withIsolate(workflow, async () => await routing.runNode());
}

/** What RoutingNode throws: a NodeApiError whose cause is axios' error, or the hook's own. */
interface RequestError extends Error {
	cause?: { code?: string; response?: { status: number; statusText?: string } };
}

function judgeError(
	{ cause, message }: RequestError,
	{ rules = [] }: ICredentialTestRequest,
): INodeCredentialTestResult {
	if (cause?.response) {
		const { status, statusText } = cause.response;
		const rule = (rules as IAuthenticateRuleResponseCode[]).find(
			(candidate) => candidate.type === 'responseCode' && candidate.properties.value === status,
		);
		if (rule) return failed(rule.properties.message);
		if (status < 199 || status > 299) {
			return failed(statusText || `Received HTTP status code: ${status}`);
		}
	} else if (cause?.code) {
		return failed(cause.code);
	}
	return failed(message);
}

function failed(message: string): INodeCredentialTestResult {
	return { status: 'Error', message };
}

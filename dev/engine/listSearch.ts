import { LoadOptionsContext } from 'n8n-core';
import type { INode, INodeListSearchResult } from 'n8n-workflow';
import { deepCopy, UserError, Workflow } from 'n8n-workflow';
import { createAdditionalData } from './additionalData';
import { CredentialStore } from './credentialStore';
import type { EngineTypes } from './types';
import { withIsolate } from './versions';

export interface ListSearchOptions {
	types: EngineTypes;
	/** The open node: what is set in the editor so far, and which credential is chosen. */
	node: Pick<INode, 'type' | 'parameters' | 'credentials'> & Partial<INode>;
	/** The `searchListMethod` of the resource locator. */
	method: string;
	/** Path of the parameter, e.g. `parameters.repository`; a leading `&` in a name is relative to it. */
	path?: string;
	credentials?: CredentialStore;
	/** What the user typed into the list's search box. */
	filter?: string;
	/** What the page before gave. */
	paginationToken?: string;
}

/**
 * Asks a node for the entries of a resource locator's list as the editor does (packages/cli
 * services/dynamic-node-parameters.service.ts, 2.41.1).
 *
 * @throws UserError if the node has no such method, and whatever the method throws
 */
export async function listSearch(options: ListSearchOptions): Promise<INodeListSearchResult> {
	const { types, method, path = '', credentials = new CredentialStore() } = options;
	const { nodeTypes } = types;
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		typeVersion: 1,
		position: [0, 0],
		...deepCopy(options.node),
	};
	const nodeType = nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	const search = nodeType.methods?.listSearch?.[method];
	if (!search) throw new UserError(`Node type "${node.type}" has no listSearch method "${method}"`);

	const currentNodeParameters = deepCopy(node.parameters);
	const additionalData = createAdditionalData(types, credentials, { currentNodeParameters });
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new LoadOptionsContext(workflow, node, additionalData, path);
	const { filter, paginationToken } = options;
	const result = await withIsolate(
		workflow,
		async () => await search.call(context, filter, paginationToken),
	);
	const token: unknown = result.paginationToken;
	return typeof token === 'number' ? { ...result, paginationToken: String(token) } : result;
}

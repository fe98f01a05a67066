import {
	PackageDirectoryLoader,
	UnrecognizedCredentialTypeError,
	UnrecognizedNodeTypeError,
} from 'n8n-core';
import type {
	ICredentialType,
	ICredentialTypes,
	INodeType,
	INodeTypes,
	IVersionedNodeType,
} from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import { BUILT_IN_NODES } from './builtInNodes';

/** What the engine knows beside a workflow: `getByName` takes a node type's full name, `package.name`. */
export interface EngineTypes {
	nodeTypes: INodeTypes;
	credentialTypes: ICredentialTypes;
}

type AnyNodeType = INodeType | IVersionedNodeType;

/** Classes of a package, before it is built. */
export interface SourceTypes {
	/** The name in package.json, the part before the dot in a workflow's node types. */
	packageName: string;
	nodes?: AnyNodeType[];
	credentials?: ICredentialType[];
}

/** Registers instances under the names n8n gives them: `packageName.` and the description's `name`. */
export function loadFromSource({
	packageName,
	nodes = [],
	credentials = [],
}: SourceTypes): EngineTypes {
	return register(packageName, nodes, credentials);
}

/**
 * Loads a built package from its folder as n8n does (n8n-core nodes-loader/package-directory-loader.js):
 * the files that package.json lists under `n8n.nodes` and `n8n.credentials`, their classes by file name.
 *
 * @throws if a file is missing, or its class is
 */
export async function loadPackage(directory: string): Promise<EngineTypes> {
	const loader = new PackageDirectoryLoader(directory);
	await loader.loadAll();
	const nodes = Object.values(loader.nodeTypes).map(({ type }) => type);
	const credentials = Object.values(loader.credentialTypes).map(({ type }) => type);
	return register(loader.packageName, nodes, credentials);
}

function register(
	packageName: string,
	nodes: AnyNodeType[],
	credentials: ICredentialType[],
): EngineTypes {
	const byName = new Map<string, AnyNodeType>();
	for (const node of BUILT_IN_NODES) byName.set(`n8n-nodes-base.${node.description.name}`, node);
	for (const node of nodes) byName.set(`${packageName}.${node.description.name}`, node);
	return {
		nodeTypes: toNodeTypes(byName),
		credentialTypes: toCredentialTypes(credentials, byName),
	};
}

/** Unknown names throw, as in n8n (packages/cli node-types.ts). */
function toNodeTypes(byName: Map<string, AnyNodeType>): INodeTypes {
	const getByName = (fullName: string) => {
		const type = byName.get(fullName);
		if (type) return type;
		const [packageName, name] = fullName.split('.');
		throw new UnrecognizedNodeTypeError(packageName, name);
	};
	return {
		getByName,
		getByNameAndVersion: (fullName, version) =>
			NodeHelpers.getVersionedNodeType(getByName(fullName), version),
		getKnownTypes: () => Object.fromEntries([...byName.keys()].map((fullName) => [fullName, {}])),
	};
}

/** As packages/cli credential-types.ts, for types that extend no others. */
function toCredentialTypes(
	types: ICredentialType[],
	nodes: Map<string, AnyNodeType>,
): ICredentialTypes {
	const byName = new Map(types.map((type) => [type.name, type]));
	return {
		recognizes: (name) => byName.has(name),
		getByName: (name) => {
			const type = byName.get(name);
			if (!type) throw new UnrecognizedCredentialTypeError(name);
			return type;
		},
		getParentTypes: () => [],
		getSupportedNodes: (name) =>
			[...nodes.keys()].filter((fullName) => usesCredential(nodes.get(fullName)!, name)),
	};
}

function usesCredential(type: AnyNodeType, credential: string): boolean {
	const versions = 'nodeVersions' in type ? Object.values(type.nodeVersions) : [type];
	return versions.some(({ description }) =>
		description.credentials?.some(({ name }) => name === credential),
	);
}

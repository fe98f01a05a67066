import { getAdditionalKeys } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
	ICredentialTypes,
	IExecuteData,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeParameters,
	INodeProperties,
	IRequestOptionsSimplified,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import {
	ICredentialsHelper,
	isExpression,
	jsonParse,
	NodeHelpers,
	UnexpectedError,
	UserError,
} from 'n8n-workflow';
import { restrictToDomains } from './authentication';
import type { CredentialStore, StoredCredential } from './credentialStore';
import { resolveAlone, resolveInRun } from './credentialValues';
import { ownProperties } from './versions';

type Data = ICredentialDataDecryptedObject;

/**
 * Behaves as n8n's CredentialsHelper does (packages/cli credentials-helper.ts, 2.41.1), on a
 * CredentialStore in place of the database. Left out: types that extend others, generic `authenticate`,
 * OAuth, external secrets, instance-wide overwrites, credentials resolved for each user.
 */
export class EngineCredentialsHelper extends ICredentialsHelper {
	constructor(
		private readonly types: ICredentialTypes,
		private readonly store: CredentialStore,
	) {
		super();
	}

	getParentTypes(name: string): string[] {
		return this.types.getParentTypes(name);
	}

	/** Matters only for nodes that may use every type of credential, such as HTTP Request. */
	isCredentialUsableByNode(): boolean {
		return true;
	}

	/** With the domain restriction that n8n adds to every type it loads. */
	getCredentialsProperties(typeName: string): INodeProperties[] {
		return ownProperties(this.types.getByName(typeName));
	}

	/** @throws UserError for an id that isn't stored with this type, UnexpectedError without an id */
	private find({ id, name }: INodeCredentialsDetails, type: string): StoredCredential {
		if (!id) {
			const [extra, tags] = [{ credentialName: name }, { credentialType: type }];
			throw new UnexpectedError('Found credential with no ID.', { extra, tags });
		}
		const entry = this.store.find(id);
		if (entry?.type === type) return entry;
		throw new UserError(`Credential with ID "${id}" does not exist for type "${type}".`);
	}

	async updateCredentials(
		details: INodeCredentialsDetails,
		type: string,
		data: Data,
	): Promise<void> {
		this.find(details, type).data = throughJson(data);
	}

	/** n8n-core itself never asks for the encrypted form. */
	async getCredentials(): Promise<never> {
		throw new UnexpectedError('This stand-in encrypts nothing');
	}

	async updateCredentialsOauthTokenData(): Promise<void> {
		throw new UnexpectedError('This stand-in knows no OAuth credentials');
	}

	/** The stored data with defaults for what is missing and expressions resolved; `raw` leaves it as stored. */
	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		details: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		resolveValues?: ICredentialsExpressionResolveValues,
	): Promise<Data> {
		const data = throughJson(this.find(details, type).data);
		if (raw) return data;
		return await this.applyDefaults(additionalData, data, type, mode, executeData, resolveValues);
	}

	/**
	 * Fills in the defaults of the type's properties, drops fields that aren't properties or aren't
	 * displayed, and resolves expressions.
	 */
	async applyDefaults(
		additionalData: IWorkflowExecuteAdditionalData,
		data: Data,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		resolveValues?: ICredentialsExpressionResolveValues,
	): Promise<Data> {
		const properties = this.getCredentialsProperties(type);
		const values = data as INodeParameters;
		const full = NodeHelpers.getNodeParameters(properties, values, true, false, null, null) as Data;
		for (const field of ['allowedHttpRequestDomains', 'allowedDomains']) {
			if (full[field] === undefined && data[field] !== undefined) full[field] = data[field];
		}
		const keys = getAdditionalKeys(additionalData, mode, null, { isCredential: true });
		return resolveValues
			? resolveInRun(full, resolveValues, mode, keys, executeData)
			: await resolveAlone(full, mode, keys);
	}

	/** Adds what the credential type's `authenticate` says. @throws UnexpectedError if that is no function */
	async authenticate(
		credentials: Data,
		typeName: string,
		options: IHttpRequestOptions | IRequestOptionsSimplified,
	): Promise<IHttpRequestOptions> {
		const request = options as IHttpRequestOptions;
		const { authenticate } = this.types.getByName(typeName);
		if (!authenticate) return request;
		if (typeof authenticate === 'function') return await authenticate(credentials, request);
		throw new UnexpectedError('This stand-in knows no generic authentication');
	}

	/**
	 * Calls the type's `preAuthentication` hook if one of its properties is hidden and expirable and either
	 * is empty or has expired, and stores what the hook gives.
	 *
	 * n8n also means to call it for every credential test, but compares the test node's type with
	 * `n8n-nodes-base.noOp` where it is `noOp`, so that in 2.41.1 it doesn't.
	 *
	 * @returns `credentials` with the hook's output in it, or undefined if nothing was renewed
	 */
	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: Data,
		typeName: string,
		node: INode,
		credentialsExpired: boolean,
	): Promise<Data | undefined> {
		const type = this.types.getByName(typeName);
		const expirable = type.properties.find(
			(property) => property.type === 'hidden' && property.typeOptions?.expirable === true,
		)?.name;
		if (expirable === undefined) return undefined;

		const isTest = node.parameters?.temp === '' && node.type === 'n8n-nodes-base.noOp';
		if (credentials[expirable] !== '' && !credentialsExpired && !isTest) return undefined;

		const output = await this.runPreAuthentication(helpers, credentials, typeName);
		if (output?.[expirable] === undefined || !node.credentials) return undefined;
		await this.storeRenewed(node.credentials[type.name], type.name, output, expirable);
		return Object.assign(credentials, output);
	}

	/** Calls the hook, if there is one, and stores nothing. */
	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: Data,
		typeName: string,
	): Promise<Data | undefined> {
		const { preAuthentication } = this.types.getByName(typeName);
		if (!preAuthentication) return undefined;
		this.store.preAuthentications += 1;
		const restricted = restrictToDomains(helpers, credentials);
		return (await preAuthentication.call(restricted, credentials)) as Data;
	}

	/** A field that the user filled with an expression keeps it, except for the expirable one. */
	private async storeRenewed(
		details: INodeCredentialsDetails,
		type: string,
		output: Data,
		expirable: string,
	): Promise<void> {
		const stored = this.find(details, type).data;
		const renewed = Object.entries(output).filter(
			([name]) => name === expirable || !isExpression(stored[name]),
		);
		await this.updateCredentials(details, type, { ...stored, ...Object.fromEntries(renewed) });
	}
}

/** A copy that holds what JSON holds: n8n keeps credentials as encrypted JSON. */
function throughJson(data: Data): Data {
	return jsonParse(JSON.stringify(data));
}

import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
} from 'n8n-workflow';
import { UserError } from 'n8n-workflow';
import { signInDomains } from './versions';

/** Puts every resolved pair of e.g. `{ headers: { Authorization: '=…' } }` into that part of the request. */
export function authenticateGenerically(
	request: IHttpRequestOptions,
	authenticate: Exclude<IAuthenticate, (...args: never[]) => unknown>,
	resolve: (text: string) => string,
): IHttpRequestOptions {
	request.headers ??= {};
	const parts = request as unknown as Record<string, IDataObject | undefined>;
	for (const [part, pairs] of Object.entries(authenticate.properties)) {
		for (const [name, value] of Object.entries(pairs as Record<string, string>)) {
			(parts[part] ??= {})[resolve(name)] = resolve(value);
		}
	}
	return request;
}

/** The hook's requests have to keep to the domains that the credential allows. */
export function restrictToDomains(
	{ helpers }: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): IHttpRequestHelper {
	const httpRequest = async (options: IHttpRequestOptions): Promise<unknown> => {
		const allowedDomains = signInDomains(credentials);
		if (allowedDomains === undefined) return await helpers.httpRequest(options);
		if (options.allowedDomains !== undefined) {
			throw new UserError('Both the credential and its sign-in restrict the domains of a request');
		}
		return await helpers.httpRequest({ ...options, allowedDomains });
	};
	return { helpers: { httpRequest } };
}

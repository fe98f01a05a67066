import type {
	ICredentialDataDecryptedObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
} from 'n8n-workflow';
import { UserError } from 'n8n-workflow';
import { signInDomains } from './versions';

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

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Standin } from '../standin/server';

/** Field values of a credential that signs in at a stand-in, for each of the three ways. */
export function credentialValues(
	{ url, iamUrl, state }: Standin,
	authentication: 'iamUser' | 'token' | 'appCode',
): ICredentialDataDecryptedObject {
	const { projectId, applicationId, access } = state;
	const place = { baseUrl: url, projectId, applicationId, authentication };
	const [{ domainName, userName, password }] = access.accounts;
	switch (authentication) {
		case 'iamUser':
			return { ...place, iamEndpoint: iamUrl, domainName, username: userName, password };
		case 'token':
			return { ...place, token: access.issueToken() };
		case 'appCode':
			return { ...place, appCode: [...access.appCodes][0] };
	}
}

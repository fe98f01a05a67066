import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

import { readConnection } from '../nodes/KooSearch/transport/credential';

/**
 * Where a customer published the KooSearch APIs, and how to sign in there.
 *
 * Page "Calling APIs": a project-scoped IAM token goes into `X-Auth-Token`.
 */
export class KooSearchApi implements ICredentialType {
	name = 'kooSearchApi';

	displayName = 'KooSearch API';

	icon = {
		light: 'file:../nodes/KooSearch/koosearch.svg',
		dark: 'file:../nodes/KooSearch/koosearch.dark.svg',
	} as const;

	documentationUrl = 'https://github.com/n8n-nodes-koosearch/n8n-nodes-koosearch#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://koosearch.example.com',
			description:
				'Where the KooSearch APIs are published. In the CSS console: KooSearch, KooSearch Document Q&A, your service, API Management. A path after the host is fine.',
		},
		{
			displayName: 'Project ID',
			name: 'projectId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. b25446daeb1a41a7953c5deba2b2677a',
			description:
				'The project of the region KooSearch runs in. In the Huawei Cloud console: your name, My Credentials, API Credentials.',
		},
		{
			displayName: 'Application ID',
			name: 'applicationId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. be9b19bf-4865-4fb8-b9f8-2fd1fea98d76',
			description:
				'In the CSS console: KooSearch, KooSearch Document Q&A, your service, basic information',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{
					name: 'Token',
					value: 'token',
					description: 'A token that you paste. It stops working after 24 hours.',
				},
			],
			default: 'token',
			description: 'How to sign in to the API gateway',
		},
		{
			displayName: 'Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['token'] } },
			description: 'An IAM user token for the project above (X-Auth-Token). It lasts 24 hours.',
		},
		{
			displayName: 'Ignore SSL Issues',
			name: 'ignoreSslIssues',
			type: 'boolean',
			default: false,
			description: 'Whether to connect even if SSL certificate validation is not possible',
		},
	];

	/**
	 * Signs a request, be it the node's or the credential test's, and keeps the token on the way it was meant for:
	 * no redirect is followed, since n8n would send the header along to another host.
	 *
	 * @throws Error that names the field which can't be right
	 */
	authenticate: IAuthenticate = async (credentials, request) => {
		readConnection(credentials);
		return {
			...request,
			headers: { ...request.headers, 'X-Auth-Token': String(credentials.token).trim() },
			disableFollowRedirect: true,
			skipSslCertificateValidation: credentials.ignoreSslIssues === true,
		};
	};

	/** Page ListKnowledgeRepos: the smallest call that needs every field to be right. */
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}',
			url: '=/v1/{{ $credentials.projectId.trim() }}/applications/{{ $credentials.applicationId.trim() }}/uni-search/knowledge-repo',
			qs: { page_size: 1 },
		},
	};
}

import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	INodeProperties,
} from 'n8n-workflow';

import {
	readConnection,
	signatureOf,
	toSessionToken,
} from '../nodes/KooSearch/transport/auth/credential';
import { signIn } from '../nodes/KooSearch/transport/auth/signIn';

const REDIRECTED =
	"'Base URL' redirects to another address, which is not followed. Enter the address it leads to.";

const NOT_KOOSEARCH =
	"A web page answered. Check 'Base URL': it is the address of the KooSearch APIs, not of a console.";

/** What the test says of an HTTP status; n8n has one text for each, whatever the body holds. */
const TEST_MESSAGES = {
	301: REDIRECTED,
	302: REDIRECTED,
	307: REDIRECTED,
	308: REDIRECTED,
	400: "KooSearch did not accept the call. Check 'Project ID' and 'Application ID'.",
	401: "The gateway did not accept the sign-in. A pasted token may have expired (24 hours), an AppCode may be unknown or not authorized, 'Project ID' and 'Base URL' may belong to different regions, or the address asks for a secret and 'Authentication' sends none.",
	403: "Access was refused. The gateway's administrator has to allow the KooSearch APIs for this user or app, and 'Project ID' and 'Application ID' have to be right.",
	404: "Nothing is published there. Check 'Base URL', 'Project ID' and 'Application ID', and that the APIs are published in the RELEASE environment.",
	429: 'The gateway has had too many calls. Wait a few seconds and try again.',
	500: 'KooSearch could not answer. Try again later.',
	502: 'KooSearch is not available behind the gateway. Try again later.',
	503: 'KooSearch is not available. Try again later.',
	504: 'KooSearch took too long to answer the gateway. Try again later.',
};

/**
 * Where a customer published the KooSearch APIs, and how to sign in there.
 *
 * Page "Authentication": a project-scoped IAM token goes into `X-Auth-Token`, an AppCode into `X-Apig-AppCode`.
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
					name: 'IAM User',
					value: 'iamUser',
					description: 'Signs in by itself and renews the token. Right for scheduled workflows.',
				},
				{
					name: 'Token',
					value: 'token',
					description: 'A token that you paste. It stops working after 24 hours.',
				},
				{
					name: 'AppCode',
					value: 'appCode',
					description: 'The AppCode of an app that the API gateway authorized',
				},
				{
					name: 'None (Internal Address)',
					value: 'none',
					description:
						'Sends no secret. Only for the internal address of the service, inside its own network.',
				},
			],
			default: 'iamUser',
			description:
				'How to sign in to the API gateway. Which ways work depends on the security mode the APIs were published with: Huawei IAM for IAM User and Token, App for AppCode. The internal address of the service needs none.',
		},
		{
			displayName: 'IAM Endpoint',
			name: 'iamEndpoint',
			type: 'string',
			default: 'https://iam.cn-southwest-2.myhuaweicloud.com',
			required: true,
			displayOptions: { show: { authentication: ['iamUser'] } },
			placeholder: 'e.g. https://iam.ap-southeast-1.myhuaweicloud.com',
			description:
				'Where Huawei Cloud signs users in: https://iam.REGION.myhuaweicloud.com, with the region of the project above. The default is CN Southwest-Guiyang1; Hong Kong is ap-southeast-1.',
		},
		{
			displayName: 'Account Name',
			name: 'domainName',
			type: 'string',
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['iamUser'] } },
			placeholder: 'e.g. my-company',
			description:
				'The account that the IAM user belongs to. In the Huawei Cloud console: your name, My Credentials, API Credentials.',
		},
		{
			displayName: 'User Name',
			name: 'username',
			type: 'string',
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['iamUser'] } },
			placeholder: 'e.g. n8n-automation',
			description:
				'The name of an IAM user with programmatic access. A HUAWEI ID (the account itself) cannot sign in here.',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['iamUser'] } },
			description: 'The password of the IAM user',
		},
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
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
			displayName: 'AppCode',
			name: 'appCode',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['appCode'] } },
			description:
				'The AppCode of an app that is authorized for the KooSearch APIs (X-Apig-AppCode). In the API Gateway console: Credentials.',
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
	 * Signs an IAM user in. n8n calls this when there is no token yet or the API answered 401, and stores what it
	 * returns with the credential. The other ways to sign in have nothing to renew.
	 *
	 * @throws Error that says which field to look at
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		if (credentials.authentication !== 'iamUser') return {};
		const send = async (request: IHttpRequestOptions): Promise<IN8nHttpFullResponse> =>
			await this.helpers.httpRequest(request);
		return { sessionToken: toSessionToken(await signIn(credentials, send), credentials) };
	}

	/**
	 * Signs a request, be it the node's or the credential test's, and keeps the secret on the way it was meant for:
	 * no redirect is followed, since n8n would send the header along to another host.
	 *
	 * @throws Error that names the field which can't be right
	 */
	authenticate: IAuthenticate = async (credentials, request) => {
		readConnection(credentials);
		return {
			...request,
			headers: { ...request.headers, ...signatureOf(credentials) },
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
		rules: [
			...Object.entries(TEST_MESSAGES).map(([value, message]) => ({
				type: 'responseCode',
				properties: { value: Number(value), message },
			})),
			// n8n compares what is at the key with the value: a web page begins so.
			{
				type: 'responseSuccessBody',
				properties: { key: '0', value: '<', message: NOT_KOOSEARCH },
			},
			// The type wants rules of one kind only; n8n goes by the type of each.
		] as ICredentialTestRequest['rules'],
	};
}

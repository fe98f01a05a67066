import type { Account } from './accessControl';
import type { Answer } from './exchange';
import { iamRefusal } from './refusals';
import type { State } from './state';

/** What page KeystoneCreateUserTokenByPassword takes. */
interface SignInBody {
	auth: {
		identity: {
			password: { user: { name: string; password: string; domain: { name: string } } };
		};
		scope: { project: { id?: string; name?: string } };
	};
}

/** The region's own project has the region's name. */
const PROJECT_NAME = 'cn-southwest-2';

/** @throws Refusal 401 for wrong names and passwords; 400 for another project (its status is not documented) */
export function signIn(body: unknown, { access, projectId }: State): Answer {
	const { identity, scope } = (body as SignInBody).auth;
	const { name, password, domain } = identity.password.user;
	const account = access.checkPassword(domain.name, name, password);
	const { id = projectId, name: projectName = PROJECT_NAME } = scope.project;
	if (id !== projectId || projectName !== PROJECT_NAME) {
		throw iamRefusal(400, 'The project of the scope does not exist.');
	}
	const token = access.issueToken();
	const { expiresAt = 0 } = access.tokens.get(token) ?? {};
	return {
		status: 201,
		headers: { 'X-Subject-Token': token },
		body: { token: describe(account, projectId, expiresAt) },
	};
}

function describe({ domainName, userName }: Account, projectId: string, expiresAt: number) {
	const domain = { id: 'standin-domain-id', name: domainName };
	return {
		expires_at: toIamTime(expiresAt),
		issued_at: toIamTime(Date.now()),
		methods: ['password'],
		project: { id: projectId, name: PROJECT_NAME, domain },
		roles: [{ id: '0', name: 'te_admin' }],
		user: { id: 'standin-user-id', name: userName, domain },
		catalog: [],
	};
}

/** UTC with six fraction digits, such as 2020-01-04T09:05:22.701000Z. */
function toIamTime(time: number): string {
	return new Date(time).toISOString().replace('Z', '000Z');
}

import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { CredentialStore, testCredential } from '../../dev/engine';
import { standin } from '../dev/standin/eachTest';
import { startStandin } from '../../dev/standin/server';
import { iamUser, kooSearchTypes } from './runNode';

async function press(data: IDataObject) {
	const credentials = new CredentialStore({
		c1: {
			name: 'KooSearch',
			type: 'kooSearchApi',
			data: {
				baseUrl: standin.url,
				projectId: standin.state.projectId,
				applicationId: standin.state.applicationId,
				...data,
			} as ICredentialDataDecryptedObject,
		},
	});
	return await testCredential({ types: kooSearchTypes, credentials, id: 'c1' });
}

it('asks for one knowledge base', async () => {
	const token = standin.state.access.issueToken();
	const result = await press({ authentication: 'token', token, baseUrl: `${standin.url}/` });
	expect(result.status).toBe('OK');
	const [{ method, path, query, headers }] = standin.requests;
	expect([method, query]).toEqual(['GET', { page_size: '1' }]);
	expect(path).toBe(
		`/v1/${standin.state.projectId}/applications/${standin.state.applicationId}/uni-search/knowledge-repo`,
	);
	expect(headers['x-auth-token']).toBe(token);
});

it.each([
	['an IAM user', () => iamUser(standin)],
	[
		'an AppCode',
		() => ({ authentication: 'appCode', appCode: 'standin-app-code'.padEnd(64, '0') }),
	],
])('succeeds for %s', async (_, data) => {
	expect((await press(data())).status).toBe('OK');
});

it('succeeds for the internal address, which gets no secret', async () => {
	standin.state.access.isInternal = true;
	expect((await press({ authentication: 'none', token: 'left-token' })).status).toBe('OK');
	expect(standin.requests[0].headers).not.toHaveProperty('x-auth-token');
});

it('renews an expired token of an IAM user', async () => {
	const sessionToken = standin.state.access.issueToken();
	standin.state.access.expireTokens();
	expect((await press(iamUser(standin, { sessionToken }))).status).toBe('OK');
});

describe('after a change of the password', () => {
	it.each(['wrong', 'standin-password '])(
		'%p is tried, though the old token still works',
		async (password) => {
			const sessionToken = standin.state.access.issueToken();
			const { status, message } = await press(iamUser(standin, { sessionToken, password }));
			expect([status, standin.signIns]).toEqual(['Error', 1]);
			expect(message).toContain("'Password'");
			const sent = standin.requests.map(({ headers }) => headers['x-auth-token']);
			expect(sent).not.toContain(sessionToken);
		},
	);

	it('the new one signs in once', async () => {
		const sessionToken = standin.state.access.issueToken();
		standin.state.access.accounts[0].password = 'new-password';
		const credential = iamUser(standin, { sessionToken, password: 'new-password' });
		expect((await press(credential)).status).toBe('OK');
		expect(standin.signIns).toBe(1);
	});
});

it.each([
	['a wrong password', { password: 'wrong' }, "'Password'"],
	['a HUAWEI ID', { username: 'standin-account' }, 'HUAWEI ID'],
	['an empty user name', { username: '' }, "'User Name'"],
	['a project of another region', { projectId: 'f'.repeat(32) }, "'Project ID'"],
	['an IAM endpoint without https', { iamEndpoint: 'http://example.com' }, "'IAM Endpoint'"],
	['a base URL without https', { sessionToken: 'x', baseUrl: 'http://example.com' }, "'Base URL'"],
	['no token', { authentication: 'token' }, "'Token'"],
])('says in its own words what is wrong with %s', async (_, data, part) => {
	const { status, message } = await press(iamUser(standin, data));
	expect(status).toBe('Error');
	expect(message).toContain(part);
});

it.each([
	[302, "'Base URL' redirects"],
	[400, "'Application ID'"],
	[401, '24 hours'],
	[403, 'Access was refused'],
	[404, 'Nothing is published there'],
	[429, 'too many calls'],
	[500, 'Try again later'],
	[502, 'behind the gateway'],
	[503, 'Try again later'],
	[504, 'too long'],
])('has a text for status %i', async (status, part) => {
	standin.faults.add({ what: { kind: 'status', status }, times: Infinity });
	const token = standin.state.access.issueToken();
	const result = await press({ authentication: 'token', token });
	expect(result.status).toBe('Error');
	expect(result.message).toContain(part);
});

it('does not follow a redirect', async () => {
	const elsewhere = await startStandin();
	standin.faults.add({ what: { kind: 'redirect', location: `${elsewhere.url}/` } });
	const result = await press({
		authentication: 'token',
		token: standin.state.access.issueToken(),
	});
	expect(result.status).toBe('Error');
	expect(elsewhere.requests).toEqual([]);
	await elsewhere.close();
});

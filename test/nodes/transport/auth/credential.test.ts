import type { IDataObject } from 'n8n-workflow';

import {
	fingerprintOf,
	InvalidCredentialError,
	readAddress,
	readConnection,
	secretsOf,
	signatureOf,
	tokenOfSession,
	toSessionToken,
} from '../../../../nodes/KooSearch/transport/auth/credential';

const credential: IDataObject = {
	baseUrl: ' https://koosearch.example.com/path// \n',
	projectId: ' project ',
	applicationId: '7application',
	authentication: 'token',
	token: ' the-token\n',
};

const iamUser: IDataObject = {
	...credential,
	authentication: 'iamUser',
	iamEndpoint: 'https://iam.example.com',
	domainName: 'account',
	username: 'user',
	password: 'password',
};

describe('The connection', () => {
	it('holds the start of every URL', () => {
		expect(readConnection(credential)).toMatchObject({
			root: 'https://koosearch.example.com/path/v1/project/applications/7application/uni-search',
			rootPath: '/v1/project/applications/7application/uni-search',
			authentication: 'token',
		});
	});

	it.each([
		['baseUrl', '', "'Base URL' of the KooSearch credential is empty"],
		['projectId', ' ', "'Project ID' of the KooSearch credential is empty"],
		['projectId', '../x', "'Project ID' of the KooSearch credential is not an ID"],
		['applicationId', 'x'.repeat(65), "'Application ID' of the KooSearch credential is not an ID"],
		['authentication', 'other', "'Authentication' of the KooSearch credential is not set"],
		['token', ' ', "'Token' of the KooSearch credential is empty"],
	])('does not exist with %s = %p', (field, value, message) => {
		const read = () => readConnection({ ...credential, [field]: value });
		expect(read).toThrow(InvalidCredentialError);
		expect(read).toThrow(message);
	});

	it('does not exist without an AppCode where that signs in', () => {
		const read = () => readConnection({ ...credential, authentication: 'appCode' });
		expect(read).toThrow("'AppCode' of the KooSearch credential is empty");
	});
});

describe('Without a secret', () => {
	const internal = { ...iamUser, authentication: 'none', baseUrl: 'http://10.0.0.8:8000' };

	it('the internal address may be without TLS', () => {
		expect(readConnection(internal)).toMatchObject({
			root: 'http://10.0.0.8:8000/v1/project/applications/7application/uni-search',
			authentication: 'none',
		});
	});

	it('nothing is sent, whatever the other fields still hold', () => {
		const sessionToken = toSessionToken('session-token', iamUser);
		const left = { token: 'the-token', appCode: 'code', sessionToken };
		expect(signatureOf({ ...internal, ...left })).toEqual({});
	});

	it('another way to sign in still needs TLS', () => {
		const read = () => readConnection({ ...credential, baseUrl: 'http://10.0.0.8:8000' });
		expect(read).toThrow("'Base URL' of the KooSearch credential starts with http://");
	});
});

describe('An address', () => {
	it.each(['http://localhost:5678', 'http://127.0.0.1', 'http://127.9.9.9:1', 'http://[::1]:1'])(
		'may be without TLS on this machine (%s)',
		(address) => expect(readAddress(address, 'Base URL')).toBe(address),
	);

	it.each([
		['http://example.com', 'starts with http://'],
		['http://localhost.example.com', 'starts with http://'],
		['http://127.0.0.1.example.com', 'starts with http://'],
		['ftp://example.com', 'is not a URL'],
		['example.com', 'is not a URL'],
		['https://user:pass@example.com', 'holds more than an address'],
		['https://example.com/?a', 'holds more than an address'],
		['https://example.com/#a', 'holds more than an address'],
	])('may not be %s', (address, why) => {
		const read = () => readAddress(address, 'IAM Endpoint');
		expect(read).toThrow(InvalidCredentialError);
		expect(read).toThrow(`'IAM Endpoint' of the KooSearch credential ${why}`);
	});
});

describe('The token that n8n keeps', () => {
	const kept = toSessionToken('session-token', iamUser);

	it('is used by the account that it was given to', () => {
		expect(tokenOfSession({ ...iamUser, sessionToken: kept })).toBe('session-token');
		expect(tokenOfSession({ ...iamUser, sessionToken: `${kept}\n`, username: ' user ' })).toBe(
			'session-token',
		);
	});

	it.each(['iamEndpoint', 'domainName', 'username', 'projectId', 'password'])(
		'is not used after a change of %s',
		(field) => {
			const changed = { ...iamUser, sessionToken: kept, [field]: 'other' };
			expect(fingerprintOf(changed)).not.toBe(fingerprintOf(iamUser));
			expect(tokenOfSession(changed)).toBe('');
		},
	);

	it('does not show the password that it was given for', () => {
		expect(kept).not.toContain('password');
	});

	it.each([undefined, '', 'session-token'])('is none in %p', (sessionToken) => {
		expect(tokenOfSession({ ...iamUser, sessionToken })).toBe('');
	});
});

describe('A request is signed', () => {
	it('with the pasted token', () => {
		expect(signatureOf(credential)).toEqual({ 'X-Auth-Token': 'the-token' });
	});

	it('with the token that n8n keeps', () => {
		const sessionToken = toSessionToken('session-token', iamUser);
		expect(signatureOf({ ...iamUser, sessionToken })).toEqual({ 'X-Auth-Token': 'session-token' });
	});

	it('with the AppCode', () => {
		const fields = { authentication: 'appCode', appCode: ' code ' };
		expect(signatureOf({ ...credential, ...fields })).toEqual({ 'X-Apig-AppCode': 'code' });
	});
});

it('Secrets are what signs in, without the account that a token belongs to', () => {
	const sessionToken = toSessionToken('session-token', iamUser);
	expect(secretsOf({ ...iamUser, sessionToken, appCode: 'code' })).toEqual([
		' the-token\n',
		'session-token',
		'code',
		'password',
	]);
});

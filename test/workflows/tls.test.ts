import { selfSigned } from '../../dev/standin/selfSigned';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import { deleteParameters, errorText, iamUser, runNode } from './runNode';

let standin: Standin;

beforeAll(async () => {
	standin = await startStandin({ tls: await selfSigned() });
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ['a'] });
});

afterAll(async () => {
	await standin.close();
});

beforeEach(() => {
	standin.requests.length = 0;
});

function run(credential: object) {
	return runNode({
		standin,
		items: [{ id: 'a' }],
		parameters: { ...deleteParameters, options: { maxRetries: 0 } },
		credential: { ...credential },
	});
}

it('refuses an untrusted certificate, and says what to do', async () => {
	const result = await run({});
	expect(errorText(result)).toContain('its certificate is not trusted');
	expect(errorText(result)).toContain("'Ignore SSL Issues'");
	expect(standin.requests).toEqual([]);
});

it('accepts it with Ignore SSL Issues', async () => {
	const result = await run({ ignoreSslIssues: true });
	expect(result.json).toEqual([expect.objectContaining({ id: 'a', deleted: true })]);
});

it('never accepts it for the sign-in', async () => {
	const result = await run(iamUser(standin, { ignoreSslIssues: true }));
	expect(errorText(result)).toContain(
		'Huawei Cloud IAM was not reached: its certificate is not trusted',
	);
	expect(standin.requests).toEqual([]);
});

import { standin } from '../dev/standin/eachTest';
import { errorText, runNode } from './runNode';

/** Whatever else the credential still holds from before. */
const credential = { authentication: 'none', token: 'left-token', appCode: 'left-app-code' };

async function listKnowledgeBases() {
	standin.state.addKnowledgeBase({ id: 'kb' });
	const parameters = { resource: 'knowledgeBase', operation: 'getMany', returnAll: true };
	return await runNode({ standin, items: [{}], parameters, credential });
}

it('the internal address is called without a secret', async () => {
	standin.state.access.isInternal = true;
	const { json } = await listKnowledgeBases();
	expect(json).toMatchObject([{ id: 'kb' }]);
	expect(standin.requests).toHaveLength(1);
	const sent = JSON.stringify(standin.requests[0].headers);
	expect(sent).not.toMatch(/x-auth-token|x-apig-appcode|left-/i);
});

it('an address that asks for one anyway is tried once, and the message says what to do', async () => {
	const result = await listKnowledgeBases();
	expect(standin.requests).toHaveLength(1);
	expect(errorText(result)).toContain('No secret was sent');
	expect(result.visible).not.toMatch(/left-/);
});

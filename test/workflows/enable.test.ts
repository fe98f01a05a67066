import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { standin } from '../dev/standin/eachTest';
import { errorText, runNode } from './runNode';

async function flip(operation: 'enable' | 'disable', ids: string[], options: IDataObject = {}) {
	const knowledgeBase = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
	const parameters = { resource: 'knowledgeBase', operation, knowledgeBase, options };
	const items = ids.map((id) => ({ id }));
	return await runNode({ standin, items, parameters: parameters as INodeParameters });
}

const statusOf = (id: string) => standin.state.knowledgeBases.get(id)!.status;

beforeEach(() => {
	standin.state.addKnowledgeBase({ id: 'a', files: ['f1'] });
	standin.state.addKnowledgeBase({ id: 'b', status: 'close', files: ['f2'] });
	standin.state.addKnowledgeBase({ id: 'empty', status: 'close' });
});

it('disables each knowledge base once, however many items name it', async () => {
	const result = await flip('disable', ['a', 'b', 'a']);
	expect(result.json).toEqual(['a', 'b', 'a'].map((id) => ({ id, enabled: false })));
	expect([statusOf('a'), statusOf('b')]).toEqual(['close', 'close']);
	expect(standin.requests.map(({ method, body }) => [method, body])).toEqual([
		['PUT', undefined],
		['PUT', undefined],
	]);
});

it('enables', async () => {
	expect((await flip('enable', ['b'])).json).toEqual([{ id: 'b', enabled: true }]);
	expect(statusOf('b')).toBe('open');
});

it('shows in a dry run what it would do, and does nothing', async () => {
	const [planned] = (await flip('disable', ['a'], { dryRun: true })).json;
	expect(planned).toMatchObject({ dryRun: true, ids: ['a'], method: 'PUT' });
	expect(planned.path).toMatch(/\/knowledge-repo\/a\/stop$/);
	expect(statusOf('a')).toBe('open');
});

it('does not take the page of a proxy for an answer', async () => {
	standin.faults.add({ what: { kind: 'html' } });
	expect(errorText(await flip('enable', ['b']))).toContain('it is not JSON');
	expect(statusOf('b')).toBe('close');
});

it('says why an empty one cannot be enabled', async () => {
	expect(errorText(await flip('enable', ['empty']))).toContain('Upload a file to it first');
});

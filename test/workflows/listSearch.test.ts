import type { INodeParameters } from 'n8n-workflow';

import { CredentialStore, listSearch } from '../../dev/engine';
import { standin } from '../dev/standin/eachTest';
import { kooSearchTypes } from './runNode';

function search(
	method: string,
	more: {
		parameters?: INodeParameters;
		filter?: string;
		paginationToken?: string;
		token?: string;
	} = {},
) {
	const { parameters = {}, filter, paginationToken, token } = more;
	const data = {
		baseUrl: standin.url,
		projectId: standin.state.projectId,
		applicationId: standin.state.applicationId,
		authentication: 'token',
		token: token ?? standin.state.access.issueToken(),
	};
	return listSearch({
		types: kooSearchTypes,
		node: {
			type: 'n8n-nodes-koosearch.kooSearch',
			parameters: { resource: 'file', operation: 'move', ...parameters },
			credentials: { kooSearchApi: { id: 'c1', name: 'KooSearch' } },
		},
		method,
		credentials: new CredentialStore({ c1: { name: 'KooSearch', type: 'kooSearchApi', data } }),
		filter,
		paginationToken,
	});
}

describe('knowledge bases', () => {
	it('are listed by name', async () => {
		standin.state.addKnowledgeBase({ id: 'k1', name: 'Contracts' });
		standin.state.addKnowledgeBase({ id: 'k2', name: 'Support' });
		expect(await search('searchKnowledgeBases')).toEqual({
			results: [
				{ name: 'Contracts', value: 'k1' },
				{ name: 'Support', value: 'k2' },
			],
			paginationToken: undefined,
		});
	});

	it.each(['supp', 'SUPPORT', 'K2', ' port '])('are found by %p, in name or ID', async (filter) => {
		standin.state.addKnowledgeBase({ id: 'k1', name: 'Contracts' });
		standin.state.addKnowledgeBase({ id: 'k2', name: 'Support' });
		const { results } = await search('searchKnowledgeBases', { filter });
		expect(results).toEqual([{ name: 'Support', value: 'k2' }]);
	});

	it('come page by page, none lost and none twice', async () => {
		for (let n = 0; n < 2500; n++) standin.state.addKnowledgeBase({ id: `k${n}` });
		const values = new Set<unknown>();
		let paginationToken: string | undefined;
		let pages = 0;
		do {
			const page = await search('searchKnowledgeBases', { paginationToken });
			for (const { value } of page.results) values.add(value);
			paginationToken = page.paginationToken as string | undefined;
			pages++;
		} while (paginationToken);
		expect([pages, values.size]).toEqual([3, 2500]);
	});
});

describe('directories', () => {
	const chosen = { knowledgeBase: { __rl: true, mode: 'list', value: 'kb' } };

	beforeEach(() => {
		standin.state.addKnowledgeBase({
			id: 'kb',
			directories: [
				{ id: 'd1', name: 'Contracts' },
				{ id: 'd2', name: 'Archive' },
				{ id: 'd3', name: '2025', parent_id: 'd1' },
			],
		});
		standin.state.addKnowledgeBase({ id: 'other', directories: ['elsewhere'] });
	});

	it('of the chosen knowledge base are listed by path', async () => {
		const { results } = await search('searchDirectories', { parameters: chosen });
		expect(results).toEqual([
			{ name: 'Archive', value: 'd2' },
			{ name: 'Contracts', value: 'd1' },
			{ name: 'Contracts / 2025', value: 'd3' },
		]);
	});

	it('are searched by any part of the path, in upper or lower case', async () => {
		const { results } = await search('searchDirectories', {
			parameters: chosen,
			filter: 'contracts / 20',
		});
		expect(results.map(({ value }) => value)).toEqual(['d3']);
	});

	it.each(['', undefined])('need a knowledge base, not %p', async (value) => {
		const parameters = { knowledgeBase: { __rl: true, mode: 'list', value: value as string } };
		await expect(search('searchDirectories', { parameters })).rejects.toThrow(
			"Choose a 'Knowledge Base' first",
		);
		expect(standin.requests).toEqual([]);
	});
});

it.each(['searchKnowledgeBases', 'searchDirectories'])(
	'%s says why there is no list, and what works without it',
	async (method) => {
		standin.state.addKnowledgeBase({ id: 'kb' });
		standin.faults.add({ what: { kind: 'status', status: 403, code: 'APIG.0302' } });
		const token = standin.state.access.issueToken();
		const parameters = { knowledgeBase: { __rl: true, mode: 'id', value: 'kb' } };
		const failure: Error & { description?: string } = await search(method, {
			parameters,
			token,
		}).then(
			() => new Error('no failure'),
			(error: Error) => error,
		);
		expect(failure.message).toContain('APIG.0302');
		expect(failure.description).toContain("'By ID'");
		expect(JSON.stringify(failure) + failure.stack).not.toContain(token);
	},
);

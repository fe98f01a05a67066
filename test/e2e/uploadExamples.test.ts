import type { IDataObject } from 'n8n-workflow';

import { credentialValues } from '../../dev/n8n/demoCredential';
import { postOnceKnown } from '../../dev/n8n/client';
import { CREDENTIAL_TYPE, readExamples } from '../../dev/n8n/workflows';
import type { Saved, WorkflowJson } from '../../dev/n8n/workflows';
import type { File, KnowledgeBase } from '../../dev/standin/knowledgeBase';
import { addFile } from '../../dev/standin/knowledgeBase';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import { runningN8n } from './runningN8n';

const { n8n } = runningN8n();
const CLICK = 'When clicking ‘Execute workflow’';

let standin: Standin;
let contracts: KnowledgeBase;
let credential: Saved;

beforeEach(async () => {
	standin = await startStandin();
	contracts = standin.state.addKnowledgeBase({
		id: 'kb-contracts',
		directories: [{ id: 'd1', name: 'Contracts' }],
		parsing: { ms: 200 },
	});
	const data = credentialValues(standin, 'iamUser');
	credential = await n8n.createCredential('KooSearch', CREDENTIAL_TYPE, data);
});

afterEach(async () => {
	await standin.close();
	expect(standin.violations).toEqual([]);
});

async function example(file: string): Promise<WorkflowJson> {
	return (await readExamples(credential))[file];
}

/** Runs it by hand, which has to succeed. */
async function run(workflow: Saved, trigger: string) {
	const result = await n8n.run(workflow, trigger);
	expect([result.status, result.error]).toEqual(['success', undefined]);
	return result;
}

function pathOf({ directory_id }: File): string {
	const path: string[] = [];
	for (let id = directory_id; id; ) {
		const { name, parent_id } = contracts.directories.get(id)!;
		path.unshift(name);
		id = parent_id;
	}
	return path.join(' / ');
}

const held = () =>
	[...contracts.files.values()].map((file) => [file.name, pathOf(file), file.status]).sort();

/** What was asked for since, and would change something. */
const changing = () =>
	standin.requests.filter(({ method, path }) => method !== 'GET' && path !== '/v3/auth/tokens');

describe('Google Drive', () => {
	it('puts the files of a folder into the directory of the same name, and passes on what is not parsed', async () => {
		contracts.parsing!.failure = ({ name }) => (name === 'price-list.txt' ? 'No text' : undefined);
		const workflow = await n8n.createWorkflow(await example('google-drive-to-koosearch.json'));
		const result = await run(workflow, 'Google Drive Trigger');
		expect(held()).toEqual([
			['price-list.txt', 'Contracts', 'ERROR'],
			['supply-agreement.md', 'Contracts', 'SUCCESS'],
		]);
		const sizes = [...contracts.files.values()].map(({ name, size }) => [name, size]).sort();
		expect(sizes).toEqual([
			['price-list.txt', 47],
			['supply-agreement.md', 55],
		]);
		expect(result.items('Notify').map(({ json }) => json)).toMatchObject([
			{ name: 'price-list.txt', uploaded: true, parsed: false, reason: 'No text' },
		]);
	});
});

describe('webhook', () => {
	const PATH = 'koosearch-upload';

	async function post(name: string): Promise<[status: number, answer: IDataObject]> {
		const body = new FormData();
		body.set('file', new Blob([`content of ${name}`]), name);
		const response = await fetch(`${n8n.session.url}/webhook/${PATH}`, { method: 'POST', body });
		return [response.status, (await response.json()) as IDataObject];
	}

	it('takes a file, and says what became of it', async () => {
		const workflow = await n8n.createWorkflow(await example('upload-from-webhook.json'));
		await n8n.activate(workflow);
		try {
			const without = await postOnceKnown(`${n8n.session.url}/webhook/${PATH}`, {});
			expect([without.status, await without.json()]).toMatchObject([400, { status: 'invalid' }]);
			const [status, { id }] = await post('合同.pdf');
			expect([status, contracts.files.get(String(id))]).toMatchObject([
				201,
				{ name: '合同.pdf', size: 21 },
			]);
			expect(await post('合同.pdf')).toMatchObject([200, { status: 'skipped', id }]);
			standin.faults.add({
				what: { kind: 'status', status: 500 },
				when: { operationId: 'UploadFiles' },
				times: Infinity,
			});
			const [failed, { error }] = await post('other.pdf');
			expect([failed, error]).toEqual([502, expect.stringContaining('500')]);
		} finally {
			await n8n.deactivate(workflow);
		}
		expect(contracts.files.size).toBe(1);
	});
});

describe('sync', () => {
	async function save(dryRun: boolean): Promise<Saved> {
		const workflow = await example('sync-files.json');
		const { parameters } = workflow.nodes.find(({ name }) => name === 'Settings')!;
		const { assignments } = parameters.assignments as unknown as {
			assignments: Array<{ name: string; value: unknown }>;
		};
		const setting = assignments.find(({ name }) => name === 'dryRun')!;
		expect(setting.value).toBe(true);
		setting.value = dryRun;
		return await n8n.createWorkflow(workflow);
	}

	async function summary(dryRun: boolean): Promise<IDataObject> {
		const result = await run(await save(dryRun), CLICK);
		const items = result.items('Summary');
		expect(items).toHaveLength(1);
		return items[0].json;
	}

	/** One of each kind: changed and elsewhere, elsewhere, gone, and one that is none of the sync's. */
	function addOld(): void {
		const synced = { directory_id: 'd1', create_time: Date.now() - 60_000 };
		const handbook = 'md5-d29dbe02d64e76e2392d4083a47bfe02';
		addFile(contracts, { id: 'p', name: 'prices-2025.md', tags: ['synced', 'md5-0'], ...synced });
		addFile(contracts, { id: 'h', name: 'handbook.md', tags: ['synced', handbook], ...synced });
		addFile(contracts, { id: 'g', name: 'gone.md', tags: ['synced', 'md5-1'], ...synced });
		addFile(contracts, { id: 'other', name: 'other.md', tags: ['mine'] });
	}

	const OLD = [
		['gone.md', 'Contracts', 'SUCCESS'],
		['handbook.md', 'Contracts', 'SUCCESS'],
		['other.md', '', 'SUCCESS'],
		['prices-2025.md', 'Contracts', 'SUCCESS'],
	];
	const NEW = [
		['handbook.md', 'Manuals', 'SUCCESS'],
		['other.md', '', 'SUCCESS'],
		['prices-2025.md', 'Contracts / 2025', 'SUCCESS'],
		['terms.md', 'Contracts', 'SUCCESS'],
	];
	const NOTHING = { dryRun: false, unchanged: 3, moved: 0, uploaded: 0, deleted: 0 };

	it('says in a dry run what it would do, and does nothing', async () => {
		addOld();
		expect(await summary(true)).toEqual({
			dryRun: true,
			unchanged: 0,
			toMove: ['p', 'h'],
			toUpload: ['terms.md', 'prices-2025.md'],
			toDelete: ['g'],
		});
		expect(changing()).toEqual([]);
		expect(held()).toEqual(OLD);
	});

	it('brings the knowledge base in step, and the second run changes nothing', async () => {
		addOld();
		expect(await summary(false)).toEqual({
			dryRun: false,
			unchanged: 0,
			moved: 2,
			uploaded: 2,
			deleted: 1,
			notParsed: [],
			notDone: [],
		});
		expect(held()).toEqual(NEW);
		expect(contracts.files.has('h')).toBe(true);
		expect(contracts.files.has('p')).toBe(false);

		standin.requests.length = 0;
		expect(await summary(false)).toEqual({ ...NOTHING, notParsed: [], notDone: [] });
		expect(standin.requests.map(({ operationId }) => operationId)).toContain('SearchFiles');
		expect(changing()).toEqual([]);
		expect(held()).toEqual(NEW);
	});

	it('keeps the old file where the new one cannot be parsed, and tells of it', async () => {
		const before = { id: 'p', name: 'prices-2025.md', tags: ['synced', 'md5-0'] };
		addFile(contracts, { ...before, directory_id: 'd1', create_time: Date.now() - 60_000 });
		contracts.parsing!.failure = ({ name }) => (name.startsWith('prices') ? 'Broken' : undefined);
		const { uploaded, moved, deleted, notParsed } = await summary(false);
		expect({ uploaded, moved, deleted }).toEqual({ uploaded: 3, moved: 1, deleted: 0 });
		expect(notParsed).toEqual([
			{ name: 'prices-2025.md', reason: expect.stringContaining('Broken') },
		]);
		expect(contracts.files.has('p')).toBe(true);

		standin.requests.length = 0;
		expect(await summary(false)).toMatchObject(NOTHING);
		expect(changing()).toEqual([]);
	});

	it('keeps a file whose name has changed until it is parsed under the new one', async () => {
		const tags = ['synced', 'md5-d29dbe02d64e76e2392d4083a47bfe02'];
		addFile(contracts, { id: 'm', name: 'manual.md', tags, create_time: Date.now() - 60_000 });
		let reason: string | undefined = 'Broken';
		contracts.parsing!.failure = ({ name }) => (name === 'handbook.md' ? reason : undefined);
		expect(await summary(false)).toMatchObject({ uploaded: 3, deleted: 0 });
		expect(await summary(false)).toMatchObject({ unchanged: 3, uploaded: 0, deleted: 0 });
		expect(contracts.files.has('m')).toBe(true);

		const [failed] = [...contracts.files.values()].filter(({ name }) => name === 'handbook.md');
		contracts.files.delete(failed.id);
		reason = undefined;
		expect(await summary(false)).toMatchObject({ uploaded: 1, deleted: 1, notParsed: [] });
		expect(contracts.files.has('m')).toBe(false);
	});

	it('fills an empty knowledge base', async () => {
		expect(await summary(false)).toMatchObject({ unchanged: 0, uploaded: 3, moved: 0, deleted: 0 });
		expect(held()).toEqual(NEW.filter(([name]) => name !== 'other.md'));
		expect([...contracts.files.values()][0].tags).toEqual([
			'synced',
			expect.stringMatching(/^md5-[0-9a-f]{32}$/),
		]);
	});
});

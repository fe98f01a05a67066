import type { IDataObject } from 'n8n-workflow';

import { demoState } from '../../dev/standin/demoState';
import type { KnowledgeBase, Task } from '../../dev/standin/knowledgeBase';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import { postOnceKnown } from '../../dev/n8n/client';
import type { Saved } from '../../dev/n8n/workflows';
import { credentialValues } from '../../dev/n8n/demoCredential';
import { saveSpreadPair, SPREAD_TRIGGER } from '../../dev/n8n/spreadPair';
import { CREDENTIAL_TYPE, readExamples } from '../../dev/n8n/workflows';
import { runningN8n } from './runningN8n';

const { n8n } = runningN8n();
const CLICK = 'When clicking ‘Execute workflow’';
const DAY = 24 * 3_600_000;

let standin: Standin;
let contracts: KnowledgeBase;
let credential: Saved;

beforeEach(async () => {
	standin = await startStandin({ state: demoState() });
	contracts = standin.state.knowledgeBases.get('kb-contracts')!;
	const data = credentialValues(standin, 'iamUser');
	credential = await n8n.createCredential('KooSearch', CREDENTIAL_TYPE, data);
});

afterEach(async () => {
	await standin.close();
	expect(standin.violations).toEqual([]);
});

async function save(file: string) {
	return await n8n.createWorkflow((await readExamples(credential))[file]);
}

/** Runs an example by hand, which has to succeed. */
async function run(file: string, trigger: string) {
	const result = await n8n.run(await save(file), trigger);
	expect([result.status, result.error]).toEqual(['success', undefined]);
	return result;
}

it('has a test here or in uploadExamples for each example but those that a KooSearch Trigger or a chat starts', async () => {
	const examples = Object.entries(await readExamples(credential));
	const started = examples.filter(
		([, { nodes }]) => !nodes.some(({ type }) => /kooSearchTrigger|chatTrigger/.test(type)),
	);
	expect(started.map(([name]) => name)).toEqual([
		'clear-old-failed-tasks.json',
		'delete-share.json',
		'delete-tasks.json',
		'file-documents-by-name.json',
		'google-drive-to-koosearch.json',
		'mail-attachments.json',
		'move-files.json',
		'retry-failed-files.json',
		'service-desk.json',
		'spread-deletion.json',
		'sync-files.json',
		'upload-from-webhook.json',
	]);
});

it('deletes tasks: one item per ID, each paired with the item that named it', async () => {
	const before = [...contracts.tasks.values()];
	const stays = ({ status }: Task) => status === 'RUNNING';
	const named = before.slice(0, 10);
	const items = (await run('delete-tasks.json', CLICK)).items('Delete Tasks');

	expect(items.map(({ json }) => [json.id, json.deleted])).toEqual([
		...named.map((task) => [task.id, !stays(task)]),
		['task-0001', true],
		['task-9999', false],
	]);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
		[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10].map((item) => ({ item })),
	);
	const left = [...named.filter(stays), ...before.slice(10)];
	expect(left).toHaveLength(before.length - 9);
	expect([...contracts.tasks.values()]).toEqual(left);
	const deletions = standin.requests.filter(({ method }) => method === 'DELETE');
	expect(deletions.map(({ ids }) => ids.length).sort()).toEqual([1, 5, 5]);
});

it('moves files, and tells which ones stayed where they were', async () => {
	const wasIn = directoriesOfFiles();
	const items = (await run('move-files.json', CLICK)).items('Move Files');

	expect(items).toHaveLength(10);
	for (const { json } of items) expectToBeWhereTold(json, wasIn);
	const statuses = new Set(items.map(({ json }) => json.status));
	expect([...statuses]).toEqual(expect.arrayContaining(['moved', 'notReady', 'unreported']));
});

it('clears failed tasks that are older than a week, and no others', async () => {
	const failedLongAgo = [...contracts.tasks.values()]
		.filter(({ status, create_time }) => status === 'ERROR' && Date.now() - create_time > 7 * DAY)
		.map(({ id }) => id);
	const kept = [...contracts.tasks.keys()].filter((id) => !failedLongAgo.includes(id));
	const result = await run('clear-old-failed-tasks.json', 'Every Night');

	expect(failedLongAgo.length).toBeGreaterThan(10);
	expect(result.items('Delete Tasks').map(({ json }) => json)).toEqual([
		expect.objectContaining({
			requested: failedLongAgo.length,
			deleted: failedLongAgo.length,
			notDoneIds: [],
		}),
	]);
	expect(() => result.items('Notify')).toThrow('did not run');
	expect([...contracts.tasks.keys()]).toEqual(kept);
});

it('passes on which tasks could not be cleared', async () => {
	const [stays] = [...contracts.tasks.values()].filter(
		({ status, create_time }) => status === 'ERROR' && Date.now() - create_time > 7 * DAY,
	);
	standin.faults.add({
		what: { kind: 'reject', ids: [stays.id] },
		when: { method: 'DELETE' },
		times: Infinity,
	});
	const result = await run('clear-old-failed-tasks.json', 'Every Night');
	expect(result.items('Notify').map(({ json }) => json)).toEqual([
		expect.objectContaining({ notDone: 1, notDoneIds: [stays.id] }),
	]);
});

it('has files that could not be parsed parsed again, and no others', async () => {
	const failed = [...contracts.files.values()].filter(({ status }) => status === 'ERROR');
	const before = new Map([...contracts.files].map(([id, { status }]) => [id, status]));
	const result = await run('retry-failed-files.json', 'Every Night');

	expect(failed.length).toBeGreaterThan(10);
	expect(result.items('Retry Files').map(({ json }) => json)).toEqual([
		expect.objectContaining({
			requested: failed.length,
			retried: failed.length,
			notDoneIds: [],
		}),
	]);
	expect(() => result.items('Notify')).toThrow('did not run');
	const expected = [...before].map(([id, status]) => [id, status === 'ERROR' ? 'PENDING' : status]);
	expect([...contracts.files].map(([id, { status }]) => [id, status])).toEqual(expected);
});

it('answers the questions of a service desk with sources, and hands over what it cannot answer', async () => {
	const workflow = await save('service-desk.json');
	await n8n.activate(workflow);
	const post = async (question: string) => {
		const response = await postOnceKnown(`${n8n.session.url}/webhook/koosearch-service-desk`, {
			question,
		});
		return [response.status, await response.json()];
	};
	try {
		expect(await post('How long is the warranty of the router?')).toEqual([
			200,
			{
				answer: expect.stringMatching(/^Warranty\. The warranty of the router lasts \d+ months\./),
				sources: expect.arrayContaining([expect.stringMatching(/^manual-\d+\.\w+, page 1$/)]),
			},
		]);
		const handedOver = [202, { answer: 'A person will answer you.', sources: [] }];
		expect(await post('zebra')).toEqual(handedOver);
		standin.state.knowledgeBases.get('kb-support')!.status = 'close';
		expect(await post('How long is the warranty?')).toEqual(handedOver);
	} finally {
		await n8n.deactivate(workflow);
	}
});

it('files documents when somebody calls the webhook', async () => {
	const workflow = await save('file-documents-by-name.json');
	await n8n.activate(workflow);
	const wasIn = directoriesOfFiles();
	const body = { name: 'contract-000', directory: 'dir-archive' };
	const answer = await n8n
		.callWebhook('koosearch-file-documents', body)
		.finally(() => n8n.deactivate(workflow));

	const named = [...contracts.files.values()].filter(({ name }) => name.includes(body.name));
	expect(new Set(answer.map(({ id }) => id))).toEqual(new Set(named.map(({ id }) => id)));
	for (const result of answer) expectToBeWhereTold(result, wasIn);
	expect(answer.filter(({ moved }) => moved).length).toBeGreaterThan(1);
});

it('takes the documents that are attached to a mail, and no pictures', async () => {
	const workflow = (await readExamples(credential))['mail-attachments.json'];
	const attached = (fileName: string, text: string) => {
		const mimeType = 'application/octet-stream';
		return { fileName, mimeType, data: Buffer.from(text).toString('base64') };
	};
	const mail = {
		json: { from: 'Ada <ada@example.com>', subject: 'Offer', date: '2026-01-01' },
		binary: {
			attachment_0: attached('offer.md', '# Offer'),
			attachment_1: attached('logo.png', 'a picture'),
			attachment_2: attached('报价.PDF', 'an offer'),
		},
	};
	contracts.parsing = {
		ms: 200,
		failure: ({ name }) => (name === 'offer.md' ? 'No text' : undefined),
	};
	const before = contracts.files.size;
	const pinned = { ...workflow, pinData: { 'New Mail': [mail] } };
	const result = await n8n.run(await n8n.createWorkflow(pinned), 'New Mail');

	expect([result.status, result.error]).toEqual(['success', undefined]);
	const added = [...contracts.files.values()].slice(before);
	const [{ id }] = [...contracts.directories.values()].filter(({ name }) => name === 'Mail');
	expect(added.map(({ name, tags, directory_id }) => [name, tags, directory_id]).sort()).toEqual([
		['offer.md', ['mail'], id],
		['报价.PDF', ['mail'], id],
	]);
	expect(result.items('Notify').map(({ json }) => json)).toMatchObject([
		{ name: 'offer.md', parsed: false, reason: 'No text' },
	]);
});

it('spreads a deletion over shares and gathers what became of them', async () => {
	const toDelete = ({ status, create_time }: Task) =>
		status === 'ERROR' && Date.now() - create_time > 7 * DAY;
	const before = [...contracts.tasks.values()];
	const wanted = before.filter(toDelete).map(({ id }) => id);
	const settings = { shareSize: 5, sharesAtOnce: 2 };
	const { spread, share } = await saveSpreadPair(n8n, credential, settings);
	// One of them stays where it is, and nobody may say otherwise.
	const stays = wanted[7];
	standin.faults.add({
		what: { kind: 'reject', ids: [stays] },
		when: { method: 'DELETE' },
		times: Infinity,
	});
	const first = await n8n.run(spread, SPREAD_TRIGGER);
	standin.faults.clear();
	const second = await n8n.run(spread, SPREAD_TRIGGER).finally(() => n8n.deactivate(share));

	const shares = Math.ceil(wanted.length / 5);
	expect(shares).toBeGreaterThan(2);
	expect(first.items('Sum Up').map(({ json }) => json)).toEqual([
		{
			shares,
			sharesDone: shares - 1,
			requested: wanted.length,
			confirmed: wanted.length - 1,
			notConfirmed: [stays],
		},
	]);
	const reports = first.items('A Few at a Time').map(({ json }) => json);
	expect(reports.filter(({ done }) => !done)).toEqual([
		expect.objectContaining({
			why: expect.stringMatching(/^1 of 5 not confirmed: 1 still there, 0 not known/),
		}),
	]);
	expect(first.items('Notify')).toHaveLength(1);
	expect(second.items('Sum Up').map(({ json }) => json)).toEqual([
		{ shares: 1, sharesDone: 1, requested: 1, confirmed: 1, notConfirmed: [] },
	]);
	const kept = before.filter((task) => !toDelete(task)).map(({ id }) => id);
	expect([...contracts.tasks.keys()]).toEqual(kept);
});

it('calls a share not known when there is no answer in time, though its tasks may be gone', async () => {
	const settings = { timeoutMs: 1000 };
	const { spread, share } = await saveSpreadPair(n8n, credential, settings);
	standin.faults.add({ what: { kind: 'slow', ms: 3000 }, when: { method: 'DELETE' } });
	const result = await n8n.run(spread, SPREAD_TRIGGER);
	const [{ json: report }] = result.items('A Few at a Time');
	expect(report).toMatchObject({ done: false, confirmed: 0 });
	expect(report.why).toMatch(/^Not known, some of it may be deleted: .*time/);
	expect(report.notConfirmed).toHaveLength(Number(report.requested));

	const [{ status }] = await n8n.ended(share, 1);
	expect(status).toBe('success');
	const found = await n8n.run(spread, SPREAD_TRIGGER).finally(() => n8n.deactivate(share));
	expect([found.status, found.items('Find Tasks')]).toEqual(['success', []]);
});

it('says of a share which value in it is not an ID, and deletes nothing of it', async () => {
	const task = [...contracts.tasks.values()].find(({ status }) => status === 'ERROR')!;
	task.create_time = Date.now() - 8 * DAY;
	const { spread, share } = await saveSpreadPair(n8n, credential);
	standin.faults.add({
		what: { kind: 'body', body: { total: 2, tasks: [task, { ...task, id: 'not an ID' }] } },
		when: { operationId: 'SearchTasks' },
	});
	const result = await n8n.run(spread, SPREAD_TRIGGER).finally(() => n8n.deactivate(share));
	const [{ json: report }] = result.items('A Few at a Time');
	expect(report).toMatchObject({ requested: 2, done: false, confirmed: 0 });
	expect(report.why).toMatch(/^2 of 2 not confirmed: 0 still there, 0 not known. .*"not an ID"/);
	expect(contracts.tasks.has(task.id)).toBe(true);
	expect(result.items('Notify')).toHaveLength(1);
});

type Directories = Map<unknown, string | null>;

function directoriesOfFiles(): Directories {
	return new Map([...contracts.files].map(([id, file]) => [id, file.directory_id]));
}

/** In the directory asked for if the file was moved, and where it was before if not. */
function expectToBeWhereTold({ id, moved, directoryId }: IDataObject, wasIn: Directories): void {
	const expected = moved ? directoryId : wasIn.get(id);
	expect([id, directoriesOfFiles().get(id)]).toEqual([id, expected]);
}

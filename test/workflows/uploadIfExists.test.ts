import { standin } from '../dev/standin/eachTest';
import { errorText } from './runNode';
import { callsOf, filesOf, upload } from './uploads';

const when = { operationId: 'UploadFiles' };
const deletions = () => callsOf(standin, 'BatchDeleteFiles');
const broken = { failure: () => 'Broken' };

/** Two files named a.pdf outside of all directories, and one in d1. */
function addKnowledgeBase(parsing: { failure?: () => string } = {}) {
	standin.state.addKnowledgeBase({
		id: 'kb',
		directories: [{ id: 'd1', name: 'Contracts' }],
		files: [
			{ id: 'new', name: 'a.pdf', size: 7, create_time: Date.UTC(2026, 1, 2) },
			{ id: 'old', name: 'a.pdf', create_time: Date.UTC(2026, 1, 1) },
			{ id: 'elsewhere', name: 'a.pdf', directory_id: 'd1' },
		],
		parsing: { ms: 0, ...parsing },
	});
}

describe('keepBoth', () => {
	it('uploads another file of that name', async () => {
		addKnowledgeBase();
		const result = await upload({ standin, files: ['a.pdf'] });
		expect(result.json).toMatchObject([{ uploaded: true, status: 'uploaded' }]);
		expect(filesOf(standin)).toHaveLength(4);
	});
});

describe('skip', () => {
	it('uploads nothing, and gives the newest file of that name', async () => {
		addKnowledgeBase();
		const options = { ifExists: 'skip', waitForParsing: true };
		const result = await upload({ standin, files: ['a.pdf', 'b.pdf'], options });
		expect(result.json).toMatchObject([
			{ id: 'new', uploaded: false, status: 'skipped', name: 'a.pdf', size: 7, directoryId: null },
			{ uploaded: true, status: 'uploaded', parsed: true },
		]);
		expect(callsOf(standin, 'UploadFiles')).toHaveLength(1);
	});
});

describe('replace', () => {
	const replace = async (files = ['a.pdf'], more = {}) =>
		await upload({ standin, files, options: { ifExists: 'replace' }, ...more });

	it('deletes the old files once the new one is parsed, and no file of another directory', async () => {
		addKnowledgeBase();
		const result = await replace();
		const kept = filesOf(standin).map(({ id }) => id);
		expect(result.json).toMatchObject([
			{
				id: kept[1],
				status: 'replaced',
				uploaded: true,
				parsed: true,
				replacedIds: ['new', 'old'],
			},
		]);
		expect(kept).toEqual(['elsewhere', result.json[0].id]);
		expect(deletions()).toHaveLength(1);
	});

	it('replaces the file in the directory that it is sent to', async () => {
		addKnowledgeBase();
		const directory = { __rl: true, mode: 'id', value: 'd1' };
		const result = await replace(['a.pdf'], {
			parameters: { destination: 'directory', directory },
		});
		expect(result.json).toMatchObject([{ status: 'replaced', replacedIds: ['elsewhere'] }]);
		expect(filesOf(standin).map(({ id }) => id)).toEqual(expect.arrayContaining(['new', 'old']));
	});

	it('keeps the old file when the new one cannot be parsed, and says so', async () => {
		addKnowledgeBase(broken);
		const result = await replace();
		expect(result.json).toMatchObject([
			{
				status: 'uploaded',
				uploaded: true,
				parsed: false,
				fileStatus: 'ERROR',
				reason: 'Broken. Old files kept: new, old.',
			},
		]);
		expect(result.json[0]).not.toHaveProperty('replacedIds');
		expect(deletions()).toEqual([]);
	});

	it('keeps the old file when it is not known whether the new one arrived', async () => {
		addKnowledgeBase();
		standin.faults.add({ what: { kind: 'status', status: 504 }, when });
		const result = await replace();
		expect(result.json).toMatchObject([{ status: 'unconfirmed', uploaded: null }]);
		expect(deletions()).toEqual([]);
	});

	it('does not report a file as replaced that still exists', async () => {
		addKnowledgeBase();
		standin.faults.add({
			what: { kind: 'reject', ids: ['old'] },
			when: { operationId: 'BatchDeleteFiles' },
		});
		const result = await replace();
		expect(result.json).toMatchObject([
			{
				status: 'uploaded',
				parsed: true,
				reason: 'Old files that may still exist: old.',
			},
		]);
	});

	it('deletes the others where one of them is refused', async () => {
		addKnowledgeBase();
		const refusal = { kind: 'refuseIds' as const, ids: ['old'] };
		standin.faults.add({ what: refusal, times: Infinity });
		const result = await replace();
		expect(result.json[0]).toMatchObject({ status: 'uploaded', parsed: true });
		expect(result.json[0].reason).toContain('may still exist: old. KooSearch refused the call');
		expect(filesOf(standin).map(({ id }) => id)).not.toContain('new');
	});

	it('never deletes the file that was uploaded, where KooSearch gives it the ID of an old one', async () => {
		addKnowledgeBase();
		standin.faults.add({ what: { kind: 'body', status: 201, body: { file_id: 'old' } }, when });
		const result = await replace();
		expect(result.json).toMatchObject([{ id: 'old', status: 'replaced', replacedIds: ['new'] }]);
		expect(filesOf(standin).map(({ id }) => id)).toEqual(['old', 'elsewhere']);
	});

	it('deletes nothing by an ID that is a number too large to be exact', async () => {
		addKnowledgeBase();
		const body = '{"total":1,"files":[{"id":12345678901234567,"name":"a.pdf","category":""}]}';
		standin.faults.add({ what: { kind: 'body', body } });
		expect(errorText(await replace())).toContain('Nothing was uploaded');
	});

	it('uploads a file that does not exist yet', async () => {
		addKnowledgeBase();
		const result = await replace(['b.pdf']);
		expect(result.json).toMatchObject([{ status: 'uploaded', uploaded: true }]);
		expect(deletions()).toEqual([]);
	});
});

describe('two items with the same name', () => {
	it.each(['skip', 'replace'])('are refused with %s, before anything is sent', async (ifExists) => {
		addKnowledgeBase();
		const result = await upload({ standin, files: ['a.pdf', 'a.pdf'], options: { ifExists } });
		expect(errorText(result)).toContain('item 0 already uploads "a.pdf" to the same directory');
		expect(errorText(result)).toContain('[item 1]');
		expect(standin.requests).toEqual([]);
	});
});

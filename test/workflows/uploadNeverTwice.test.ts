import { storeBinary } from '../../dev/engine/binaryData';
import type { What } from '../../dev/standin/faults';
import { standin } from '../dev/standin/eachTest';
import { errorText } from './runNode';
import { callsOf, filesOf, upload } from './uploads';

beforeEach(() => {
	standin.state.addKnowledgeBase({ id: 'kb', parsing: { ms: 0 } });
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

const when = { operationId: 'UploadFiles' };
const uploads = () => callsOf(standin, 'UploadFiles');

it.each<What>([
	{ kind: 'reset' },
	{ kind: 'halfJson' },
	{ kind: 'status', status: 500 },
	{ kind: 'status', status: 502 },
	{ kind: 'status', status: 504 },
	{ kind: 'html' },
	{ kind: 'hang' },
])('finds an upload whose answer was lost, and does not send it again: %p', async (what) => {
	standin.faults.add({ what, when, at: 'after' });
	const result = await upload({ standin, files: ['a.pdf'], options: { timeout: 500 } });
	const [file, ...more] = filesOf(standin);
	expect(more).toEqual([]);
	expect(result.json).toMatchObject([{ id: file.id, uploaded: true, status: 'uploaded' }]);
	expect(uploads()).toHaveLength(1);
});

it.each<What>([{ kind: 'reset' }, { kind: 'status', status: 500 }])(
	'sends an upload again that a complete listing does not hold: %p',
	async (what) => {
		standin.faults.add({ what, when });
		const result = await upload({ standin, files: ['a.pdf'] });
		expect(filesOf(standin)).toHaveLength(1);
		expect(result.json).toMatchObject([{ id: filesOf(standin)[0].id, uploaded: true }]);
	},
);

it('sends a file again whose connection broke in the middle, from its beginning', async () => {
	const size = 3_000_000;
	const file = await storeBinary(Buffer.alloc(size, 'x'), { fileName: 'a.pdf' });
	const isUpload = ({ path }: { path: string }) => path.endsWith('/files');
	standin.faults.add({
		what: { kind: 'cutBody', afterBytes: 1_000_000 },
		when: { method: 'POST', request: isUpload },
	});
	const result = await upload({ standin, files: [file] });
	expect(filesOf(standin)).toMatchObject([{ name: 'a.pdf', size }]);
	expect(result.json).toMatchObject([{ uploaded: true, size }]);
});

it.each<What>([{ kind: 'hang' }, { kind: 'status', status: 504 }])(
	'leaves an upload open that may still arrive: %p',
	async (what) => {
		standin.faults.add({ what, when });
		const result = await upload({ standin, files: ['a.pdf'], options: { timeout: 1500 } });
		expect(uploads()).toHaveLength(1);
		expect(result.json).toMatchObject([{ id: null, uploaded: null, status: 'unconfirmed' }]);
		expect(result.hints('KooSearch')[0].message).toContain('Whether 1 file arrived is not known');
	},
);

it('leaves an upload open where the files cannot be listed', async () => {
	standin.faults.add({ what: { kind: 'reset' }, when, at: 'after' });
	standin.faults.add({
		what: { kind: 'status', status: 400, code: 'KOS.00060002' },
		when: { operationId: 'SearchFiles' },
		skip: 1,
		times: Infinity,
	});
	const result = await upload({ standin, files: ['a.pdf'] });
	expect(result.json).toMatchObject([{ status: 'unconfirmed', uploaded: null }]);
	expect(uploads()).toHaveLength(1);
});

it('does not mistake an older file for its own', async () => {
	const [name, size] = ['a.pdf', 'content of a.pdf'.length];
	standin.state.addKnowledgeBase({ id: 'kb2', files: [{ id: 'old', name, size }] });
	standin.faults.add({ what: { kind: 'hang' }, when });
	const knowledgeBase = { __rl: true, mode: 'id', value: 'kb2' };
	const result = await upload({
		standin,
		files: [name],
		parameters: { knowledgeBase },
		options: { timeout: 1500 },
	});
	expect(result.json).toMatchObject([{ id: null, status: 'unconfirmed' }]);
});

it('does not mistake a file of another size for its own', async () => {
	standin.faults.add({ what: { kind: 'reset' }, when });
	standin.onRequest = ({ operationId }) => {
		if (operationId !== 'UploadFiles' || filesOf(standin).length > 0) return;
		const file = { id: 'theirs', name: 'a.pdf', size: 1 };
		const other = standin.state.addKnowledgeBase({ id: 'other', files: [file] });
		standin.state.knowledgeBases.get('kb')!.files.set('theirs', other.files.get('theirs')!);
	};
	const result = await upload({ standin, files: ['a.pdf'] });
	expect(result.json).toMatchObject([{ id: null, status: 'unconfirmed' }]);
	expect(uploads()).toHaveLength(1);
});

it('gives each of two files of one name and size an ID of its own', async () => {
	standin.latencyMs = 20;
	standin.faults.add({ what: { kind: 'reset' }, when, at: 'after', times: 2 });
	const result = await upload({ standin, files: ['a.pdf', 'a.pdf'] });
	expect(filesOf(standin)).toHaveLength(2);
	expect(new Set(result.json.map(({ id }) => id)).size).toBe(2);
	expect(result.json).toMatchObject([{ uploaded: true }, { uploaded: true }]);
});

it('ends with the failure once its retries are used up', async () => {
	standin.faults.add({ what: { kind: 'reset' }, when, times: Infinity });
	const result = await upload({ standin, files: ['a.pdf'], options: { maxRetries: 1 } });
	expect(uploads()).toHaveLength(2);
	expect(errorText(result)).toContain('The connection to KooSearch was lost.');
});

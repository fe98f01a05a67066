import { BinaryDataService } from 'n8n-core';

import { binaryInMemory, storeBinary } from '../../dev/engine/binaryData';
import { standin } from '../dev/standin/eachTest';
import { errorText, iamUser } from './runNode';
import { callsOf, filesOf, upload } from './uploads';

beforeEach(() => {
	standin.state.addKnowledgeBase({
		id: 'kb',
		directories: [{ id: 'd1', name: 'Contracts' }],
		parsing: { ms: 0 },
	});
});

const uploads = () => callsOf(standin, 'UploadFiles');

it('uploads a file and returns what became of it', async () => {
	const result = await upload({ standin, files: ['合同 "1".pdf'] });
	const [file] = filesOf(standin);
	expect(file).toMatchObject({ name: '合同 "1".pdf', type: 'pdf', size: 25, directory_id: null });
	expect(result.json).toEqual([
		{
			id: file.id,
			uploaded: true,
			status: 'uploaded',
			name: '合同 "1".pdf',
			size: 25,
			knowledgeBaseId: 'kb',
			directoryId: null,
		},
	]);
	expect(result.output[0].pairedItem).toEqual({ item: 0 });
});

it('sends a form of known length, with the parts that the API page names', async () => {
	await upload({
		standin,
		files: [
			await storeBinary(Buffer.from('%PDF'), { fileName: 'a.pdf', mimeType: 'application/pdf' }),
		],
		parameters: { destination: 'directory', directory: { __rl: true, mode: 'id', value: 'd1' } },
		options: {
			tags: 'finance; 2025\nA',
			splitMode: 'LENGTH',
			chunkSize: 300,
			ocr: true,
			keepImages: false,
			parsingJson: '{"split_conf": {"title_level": 2}, "mode": 3}',
		},
	});
	const [{ headers, body }] = uploads();
	expect(headers['transfer-encoding']).toBeUndefined();
	expect(Number(headers['content-length'])).toBeGreaterThan(0);
	expect(body).toEqual({
		file: { name: 'a.pdf', type: 'application/pdf', size: 4 },
		category: 'Contracts(d1)',
		tags: ['finance', '2025', 'A'],
		file_extract_req: JSON.stringify({
			split_conf: { title_level: 2, split_mode: 'LENGTH', chunk_size: 300 },
			mode: 3,
			parse_conf: { ocr_enabled: true, image_enabled: false },
		}),
	});
});

it('leaves everything without an option to KooSearch', async () => {
	await upload({ standin, files: ['a.pdf'] });
	expect(Object.keys(uploads()[0].body as object)).toEqual(['file']);
});

it('takes binary data that n8n keeps in memory', async () => {
	const result = await upload({ standin, files: [binaryInMemory(Buffer.from('abc'), 'a.txt')] });
	expect(filesOf(standin)).toMatchObject([{ name: 'a.txt', size: 3 }]);
	expect(result.json).toMatchObject([{ uploaded: true, size: 3 }]);
});

it('keeps the order of the items and sends no more than four files at once', async () => {
	standin.latencyMs = 40;
	const names = Array.from({ length: 9 }, (_, n) => `${n}.txt`);
	const result = await upload({ standin, files: names });
	expect(result.json.map(({ name }) => name)).toEqual(names);
	expect(standin.maxConcurrent).toBe(4);
});

it('signs in before a file is sent', async () => {
	await upload({ standin, files: ['a.pdf'], credential: iamUser(standin) });
	expect(standin.requests.map(({ operationId }) => operationId).pop()).toBe('UploadFiles');
	expect(uploads()).toHaveLength(1);
	expect(standin.signIns).toBe(1);
});

it('notices with a small call that the token has expired', async () => {
	standin.faults.add({ what: { kind: 'expireTokens' }, when: { operationId: 'SearchFiles' } });
	const result = await upload({ standin, files: ['a.pdf'], credential: iamUser(standin) });
	expect(result.json).toMatchObject([{ uploaded: true }]);
	expect(uploads()).toHaveLength(1);
});

it('opens the file anew when the token expires in between', async () => {
	standin.faults.add({ what: { kind: 'expireTokens' }, when: { operationId: 'UploadFiles' } });
	const result = await upload({ standin, files: ['a.pdf'], credential: iamUser(standin) });
	expect(result.json).toMatchObject([{ uploaded: true, size: 16 }]);
	expect(filesOf(standin)).toMatchObject([{ size: 16 }]);
});

describe('before anything is sent', () => {
	const text = Buffer.from('x');

	it.each([
		['evil.exe', text, 'is not of a type that KooSearch accepts: doc, docx, pdf'],
		['noextension.', text, 'is not of a type'],
		['empty.pdf', Buffer.alloc(0), '"empty.pdf" is empty'],
		['photo.png', Buffer.alloc(10 * 1024 * 1024 + 1), 'KooSearch accepts up to 10 MB for an image'],
	])('refuses %p', async (fileName, content, message) => {
		const file = await storeBinary(content, { fileName });
		const result = await upload({ standin, files: ['fine.pdf', file] });
		expect(errorText(result)).toContain(`'File Name': `);
		expect(errorText(result)).toContain(message);
		expect(errorText(result)).toContain('[item 1]');
		expect(standin.requests).toEqual([]);
	});

	it('refuses a file of more than 128 MB', async () => {
		const file = await storeBinary(text, { fileName: 'a.pdf' });
		const metadata = jest.spyOn(BinaryDataService.prototype, 'getMetadata');
		metadata.mockResolvedValue({ fileSize: 128 * 1024 * 1024 + 1 } as never);
		expect(errorText(await upload({ standin, files: [file] }))).toContain(
			'accepts up to 128 MB for a file',
		);
		expect(standin.requests).toEqual([]);
	});

	it('names the binary fields that an item has', async () => {
		const result = await upload({
			standin,
			files: ['a.pdf'],
			parameters: { binaryPropertyName: 'attachment_0' },
		});
		expect(errorText(result)).toContain(
			`'Input Binary Field': "attachment_0" is not a binary field of this item. Enter the name of a binary field that it has: "data". [item 0]`,
		);
	});

	it('goes on with the others under Continue', async () => {
		const result = await upload({
			standin,
			files: ['a.exe', 'b.pdf'],
			onError: 'continueRegularOutput',
		});
		expect(result.json).toMatchObject([
			{ error: expect.stringContaining('[item 0]') },
			{ name: 'b.pdf', uploaded: true },
		]);
	});
});

it('gives a name without an extension that of the binary data', async () => {
	const result = await upload({
		standin,
		files: ['a.pdf'],
		parameters: { fileName: 'Contract with Müller' },
	});
	expect(result.json).toMatchObject([{ name: 'Contract with Müller.pdf' }]);
});

it.each([
	[413, "'request_body_size' (12 MB by default)"],
	[504, "'backend_timeout' (60 seconds by default)"],
])('explains what the gateway means with %d', async (status, hint) => {
	standin.faults.add({
		what: { kind: 'status', status },
		when: { operationId: 'UploadFiles' },
		times: Infinity,
	});
	const result = await upload({ standin, files: ['a.pdf'] });
	expect(`${errorText(result)} ${JSON.stringify(result.json)}`).toContain(hint);
});

it('names a directory that does not exist, and sends nothing to it', async () => {
	const result = await upload({
		standin,
		files: ['a.pdf'],
		parameters: { destination: 'directory', directory: { __rl: true, mode: 'id', value: 'd9' } },
	});
	expect(errorText(result)).toContain(
		`'Directory': the knowledge base "kb" has no directory with the ID "d9"`,
	);
	expect(uploads()).toEqual([]);
});

it('creates the directories of a path that are missing, each once', async () => {
	const directory = { __rl: true, mode: 'path', value: 'Contracts / 2025' };
	const result = await upload({
		standin,
		files: ['a.pdf', 'b.pdf'],
		parameters: { destination: 'directory', directory, createDirectories: true },
	});
	const created = callsOf(standin, 'CreateDirectory');
	expect(created).toHaveLength(1);
	expect(filesOf(standin).map(({ directory_id }) => directory_id)).toEqual(
		result.json.map(({ directoryId }) => directoryId),
	);
	expect(result.hints('KooSearch')).toEqual([]);
});

it('shows in a dry run what it would send', async () => {
	const result = await upload({ standin, files: ['a.pdf'], options: { dryRun: true } });
	expect(result.json).toMatchObject([{ dryRun: true, operation: 'upload', ids: ['a.pdf'] }]);
	expect(uploads()).toEqual([]);
});

it('says when KooSearch left the tags out', async () => {
	standin.state.knowledgeBases.get('kb')!.ignoresTags = true;
	const result = await upload({ standin, files: ['a.pdf', 'b.pdf'], options: { tags: 'finance' } });
	expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
		expect.stringContaining(
			'left out the tags or the directory of 2 files, such as "a.pdf", "b.pdf"',
		),
	]);
});

it('reads tags and directory back with one call for all files', async () => {
	const result = await upload({
		standin,
		files: ['a.pdf', 'b.pdf', 'c.pdf'],
		options: { tags: ['finance'] },
	});
	expect(result.hints('KooSearch')).toEqual([]);
	const asked = callsOf(standin, 'SearchFiles').filter(({ query }) => query.ids);
	expect(asked).toHaveLength(1);
	expect(asked[0].query.ids).toHaveLength(3);
});

/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject, INode } from 'n8n-workflow';

import { storeBinary } from '../../dev/engine/binaryData';
import type { Fault } from '../../dev/standin/faults';
import type { File, KnowledgeBase } from '../../dev/standin/knowledgeBase';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import type { NodeResult } from '../workflows/runNode';
import { iamUser, runNode } from '../workflows/runNode';
import { uploadParameters } from '../workflows/uploads';
import { soakSettings } from './settings';

/**
 * Many runs of Upload File with random files, options and faults. After each, what the node said and what the stand-in
 * holds must agree: no file twice, none claimed that is not there, no old file deleted without its successor parsed.
 */
const { runs, seed } = soakSettings(100);

/** Pauses take no time, but the clock goes on as if they did. */
const clock = { ahead: 0 };
const realNow = performance.now.bind(performance);

jest.mock('../../nodes/KooSearch/transport/wait', () => ({
	...jest.requireActual<object>('../../nodes/KooSearch/transport/wait'),
	pause: async (milliseconds: number, signal?: AbortSignal) => {
		if (!signal?.aborted) clock.ahead += milliseconds;
		await new Promise((resolve) => setImmediate(resolve));
	},
}));

const KNOWLEDGE_BASES = ['kb1', 'kb2'];
const DIRECTORIES = ['d1', 'd2'];
const NAMES = ['a.pdf', 'b.pdf', '合同.pdf'];
/** Bytes; the large one is cut in its middle. */
const SIZES = [10, 11, 12, 30_000];

/** Mostly the first, so that several files have the same name, size and knowledge base. */
function mostlyFirst<T>([first, ...others]: T[]): fc.Arbitrary<T> {
	return fc.oneof(
		{ weight: 2, arbitrary: fc.constant(first) },
		{ weight: 1, arbitrary: fc.constantFrom(...others) },
	);
}

type IfExists = 'keepBoth' | 'skip' | 'replace';

interface Item {
	kb: string;
	dir: string | null;
	name: string;
	size: number;
	ifExists: IfExists;
	waits: boolean;
}

const item: fc.Arbitrary<Item> = fc.record({
	kb: mostlyFirst(KNOWLEDGE_BASES),
	dir: fc.constantFrom(null, ...DIRECTORIES),
	name: mostlyFirst(NAMES),
	size: mostlyFirst(SIZES),
	ifExists: mostlyFirst<IfExists>(['keepBoth', 'skip', 'replace']),
	waits: fc.boolean(),
});

/** For one try, in milliseconds of the real clock. */
const TIMEOUT = 400;
/** When a request takes effect that has timed out, counted from its arrival. */
const LATE = 600;

const UPLOAD = 'UploadFiles';
const mayHappenLate: fc.Arbitrary<Fault> = fc.record({
	what: fc.oneof(
		fc.constantFrom<Fault['what']>(
			{ kind: 'reset' },
			{ kind: 'halfJson' },
			{ kind: 'truncated' },
			{ kind: 'html' },
			{ kind: 'hang' },
			{ kind: 'slow', ms: 1_000 },
			{ kind: 'late', ms: LATE },
		),
		fc.constantFrom(500, 502, 504).map((status) => ({ kind: 'status' as const, status })),
	),
	at: fc.constantFrom('before', 'after'),
});
/** Nobody can see through a server that does what it is asked for and then says that it refuses. */
const refusal: fc.Arbitrary<Fault> = fc.record({
	what: fc.oneof(
		fc.constantFrom<Fault['what']>(
			{ kind: 'throttle', retryAfter: 0 },
			{ kind: 'throttle', status: 400 },
			{ kind: 'expireTokens' },
		),
		fc.constantFrom(400, 403, 404, 413, 503).map((status) => ({ kind: 'status' as const, status })),
	),
	at: fc.constant('before'),
});
const cut: fc.Arbitrary<Fault> = fc.record({
	what: fc
		.integer({ min: 1, max: 20_000 })
		.map((afterBytes) => ({ kind: 'cutBody' as const, afterBytes })),
	when: fc.constant({
		request: ({ method, path }: { method: string; path: string }) =>
			method === 'POST' && path.endsWith('/files'),
	}),
});

/** Which calls a fault hits, and how many of them. */
const fault: fc.Arbitrary<Fault> = fc
	.tuple(
		fc.oneof(
			{ weight: 4, arbitrary: mayHappenLate },
			{ weight: 2, arbitrary: refusal },
			{ weight: 2, arbitrary: cut },
		),
		fc.record({
			operationId: fc.oneof(
				{ weight: 5, arbitrary: fc.constant(UPLOAD) },
				{ weight: 2, arbitrary: fc.constantFrom('SearchFiles', 'BatchDeleteFiles') },
			),
			skip: fc.integer({ min: 0, max: 4 }),
			times: fc.constantFrom(1, 2, 3, Infinity),
		}),
	)
	.map(([one, { operationId, skip, times }]) => ({
		...one,
		when: one.when ?? { operationId },
		skip,
		times,
	}));

const scenario = fc.record({
	items: fc.array(item, { minLength: 1, maxLength: 8 }),
	faults: fc.array(fault, { maxLength: 3 }),
	/** Files with a size among these can't be parsed. */
	unparsable: fc.subarray(SIZES, { maxLength: 2 }),
	/** Whether parsing never comes to an end. */
	isStuck: fc.oneof(
		{ weight: 5, arbitrary: fc.constant(false) },
		{ weight: 1, arbitrary: fc.constant(true) },
	),
	ignoresIds: fc.boolean(),
	signsIn: fc.boolean(),
	/** After how many answers the run is canceled. */
	cancelAfter: fc.oneof(
		{ weight: 5, arbitrary: fc.constant(undefined) },
		{ weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
	),
	onError: fc.constantFrom<INode['onError']>('stopWorkflow', 'continueRegularOutput'),
	concurrency: fc.integer({ min: 1, max: 4 }),
	maxRetries: fc.integer({ min: 0, max: 2 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

let standin: Standin;
/** What each knowledge base held before the run. */
let before: Map<string, Map<string, File>>;

async function startWithState({ unparsable, isStuck, ignoresIds }: Scenario): Promise<void> {
	standin = await startStandin();
	before = new Map();
	for (const id of KNOWLEDGE_BASES) {
		const { files } = standin.state.addKnowledgeBase({
			id,
			directories: DIRECTORIES,
			files: [
				{ id: `${id}-a`, name: 'a.pdf', size: 10 },
				{ id: `${id}-a2`, name: 'a.pdf', size: 12, create_time: 1_700_000_000_000 },
				{ id: `${id}-a-d1`, name: 'a.pdf', size: 11, directory_id: 'd1' },
				{ id: `${id}-b-d2`, name: 'b.pdf', size: 30_000, directory_id: 'd2' },
				{ id: `${id}-other`, name: 'other.pdf', size: 10 },
			],
			ignoresIds,
			parsing: {
				ms: isStuck ? 1e9 : 0,
				failure: ({ size }) => (unparsable.includes(size) ? 'It cannot be parsed' : undefined),
			},
		});
		before.set(id, new Map(files));
	}
}

async function run(one: Scenario): Promise<NodeResult> {
	const { items, faults, concurrency, maxRetries, onError, signsIn, cancelAfter } = one;
	const contents = items.map(async ({ name, size, ...json }) => ({
		json: { ...json, destination: json.dir ? 'directory' : 'none' },
		binary: { data: await storeBinary(Buffer.alloc(size, 'x'), { fileName: name }) },
	}));
	// A run would wait for an outage that never ends.
	const retryFor = faults.some(({ times }) => times === Infinity) ? 0 : 1;
	return await runNode({
		standin,
		items: (await Promise.all(contents)) as unknown as IDataObject[],
		hasBinary: true,
		onError,
		parameters: {
			...uploadParameters,
			knowledgeBase: { __rl: true, mode: 'id', value: '={{ $json.kb }}' },
			destination: '={{ $json.destination }}',
			directory: { __rl: true, mode: 'id', value: '={{ $json.dir }}' },
			createDirectories: false,
			options: {
				...{ concurrency, maxRetries, retryFor, timeout: TIMEOUT, waitMinutes: 1 },
				ifExists: '={{ $json.ifExists }}',
				waitForParsing: '={{ $json.waits }}',
			},
		},
		credential: signsIn ? iamUser(standin) : {},
		onStarted: (cancel) => {
			let answers = 0;
			standin.onRequest = () => {
				if (++answers === cancelAfter) cancel();
			};
		},
	});
}

function heldBy(kb: string): KnowledgeBase {
	return standin.state.knowledgeBases.get(kb)!;
}

/** What the run has added: the stand-in has no other visitor. */
function added(kb: string): File[] {
	return [...heldBy(kb).files.values()].filter(({ id }) => !before.get(kb)!.has(id));
}

/** Files of one name, size and place can't be told apart. */
function isOf({ name, size, dir }: Item, file: File): boolean {
	return file.name === name && file.size === size && file.directory_id === dir;
}

/** Each item adds one file at most; what it says it has not added, it hasn't. */
function checkNeverTwice({ items }: Scenario, outputs: Map<number, IDataObject>): void {
	for (const one of items) {
		const alike = items.flatMap((other, n) =>
			other.kb === one.kb && isOf(one, { ...other, directory_id: other.dir } as unknown as File)
				? [n]
				: [],
		);
		const without = alike.filter((n) => isWithoutEffect(outputs.get(n)));
		const count = added(one.kb).filter((file) => isOf(one, file)).length;
		const most = alike.length - without.length;
		expect({ count, isTooMany: count > most, one, said: alike.map((n) => outputs.get(n)) }).toEqual(
			expect.objectContaining({ isTooMany: false }),
		);
	}
}

function isWithoutEffect(json: IDataObject | undefined): boolean {
	if (!json) return false;
	if (json.status === 'failed') return !String(json.error).includes('not known');
	return ['skipped', 'invalid', 'notAttempted'].includes(String(json.status));
}

/** What is said of a file is so. */
function checkClaims(
	{ items }: Scenario,
	outputs: Map<number, IDataObject>,
	status: NodeResult['status'],
): void {
	const claimed: unknown[] = [];
	for (const [n, json] of outputs) {
		const one = items[n];
		const { files } = heldBy(one.kb);
		const { id, uploaded, parsed, fileStatus, replacedIds = [] } = json;
		if (uploaded === true) {
			const file = files.get(String(id))!;
			expect([file && isOf(one, file), before.get(one.kb)!.has(String(id))]).toEqual([true, false]);
			claimed.push(id);
			if (parsed === true) expect([file.status, fileStatus]).toEqual(['SUCCESS', 'SUCCESS']);
			if (parsed === false) expect([file.status, fileStatus]).toEqual(['ERROR', 'ERROR']);
			if (one.waits && status === 'success') expect(json).toHaveProperty('parsed');
		}
		if (json.status === 'skipped') {
			expect(before.get(one.kb)!.get(String(id))).toMatchObject({ name: one.name });
		}
		if (json.status === 'replaced') expect([one.ifExists, parsed]).toEqual(['replace', true]);
		for (const old of replacedIds as string[]) {
			expect([before.get(one.kb)!.has(old), files.has(old)]).toEqual([true, false]);
		}
	}
	expect(new Set(claimed).size).toBe(claimed.length);
}

/** A file that is gone had a successor of its name and place, asked for to replace it, that is parsed. */
function checkOldOnes({ items }: Scenario): void {
	for (const kb of KNOWLEDGE_BASES) {
		const gone = [...before.get(kb)!.values()].filter(({ id }) => !heldBy(kb).files.has(id));
		for (const old of gone) {
			const successors = added(kb).filter(
				(file) =>
					file.status === 'SUCCESS' &&
					file.name === old.name &&
					file.directory_id === old.directory_id &&
					items.some((one) => one.kb === kb && one.ifExists === 'replace' && isOf(one, file)),
			);
			expect({ old: old.id, isReplaced: successors.length > 0 }).toMatchObject({
				isReplaced: true,
			});
		}
	}
}

/** One output item for each input item, unless the run ended early. */
function outputsOf({ items, onError }: Scenario, result: NodeResult): Map<number, IDataObject> {
	const outputs = new Map<number, IDataObject>();
	for (const { json, pairedItem } of result.output) {
		const { item: index } = pairedItem as { item: number };
		expect(outputs.has(index)).toBe(false);
		outputs.set(index, json);
	}
	if (result.status === 'success') expect(outputs.size).toBe(items.length);
	if (result.status === 'error') expect(onError).toBe('stopWorkflow');
	return outputs;
}

/** What came about, so that nobody takes runs for a test in which nothing happens. */
const seen = new Map<string, number>();

it(`tells the truth of uploads in ${runs} random runs`, async () => {
	await fc.assert(
		fc.asyncProperty(scenario, async (one) => {
			jest.spyOn(Math, 'random').mockReturnValue(0);
			jest.spyOn(performance, 'now').mockImplementation(() => realNow() + clock.ahead);
			await startWithState(one);
			try {
				for (const added of one.faults) standin.faults.add(added);
				const result = await run(one);
				if (one.faults.some(({ what: { kind } }) => kind === 'late')) await sleep(LATE);
				const outputs = outputsOf(one, result);
				checkNeverTwice(one, outputs);
				checkClaims(one, outputs, result.status);
				checkOldOnes(one);
				expect(standin.violations).toEqual([]);
				for (const { status } of outputs.values()) {
					seen.set(String(status), (seen.get(String(status)) ?? 0) + 1);
				}
			} finally {
				await standin.close();
			}
		}),
		{ numRuns: runs, seed, endOnFailure: true },
	);
	if (runs >= 100) {
		expect([...seen.keys()]).toEqual(
			expect.arrayContaining([
				'uploaded',
				'replaced',
				'skipped',
				'unconfirmed',
				'failed',
				'invalid',
			]),
		);
	}
	process.stdout.write(
		`soak of uploads: ${runs} runs, seed ${seed}: ${JSON.stringify([...seen])}\n`,
	);
}, 3_600_000);

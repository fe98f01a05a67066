/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import fc from 'fast-check';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

import type { Fault } from '../../dev/standin/faults';
import type { KnowledgeBase } from '../../dev/standin/knowledgeBase';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import type { NodeResult } from '../workflows/runNode';
import {
	deleteFilesParameters,
	deleteParameters,
	iamUser,
	moveParameters,
	retryParameters,
	runNode,
} from '../workflows/runNode';

/**
 * Many runs with random items, targets, options and faults. After each, what the node said and what the stand-in
 * holds must agree. SOAK_RUNS says how many, SOAK_SEED replays a run that failed (it is printed then).
 */
const RUNS = Number(process.env.SOAK_RUNS ?? 60);
const SEED = Number(process.env.SOAK_SEED ?? 20_260_101);
if (!Number.isInteger(RUNS) || !Number.isInteger(SEED)) {
	throw new Error('SOAK_RUNS and SOAK_SEED take whole numbers');
}

const KNOWLEDGE_BASES = ['kb1', 'kb2'];
const DIRECTORIES = ['d1', 'd2'];
const KNOWN = Array.from({ length: 24 }, (_, n) => `id${n}`);

const OPERATIONS = {
	deleteTasks: deleteParameters,
	deleteFiles: deleteFilesParameters,
	moveFiles: moveParameters,
	retryFiles: retryParameters,
};

interface Item extends IDataObject {
	kb: string;
	dir: string;
	ids: string[];
}

const item: fc.Arbitrary<Item> = fc.record({
	kb: fc.constantFrom(...KNOWLEDGE_BASES),
	dir: fc.constantFrom(...DIRECTORIES),
	ids: fc.array(
		fc.oneof(
			{ weight: 30, arbitrary: fc.constantFrom(...KNOWN) },
			{ weight: 2, arbitrary: fc.constantFrom('unknown1', 'unknown2') },
			{ weight: 1, arbitrary: fc.constantFrom('../x', 'a b') },
		),
		{ minLength: 1, maxLength: 5 },
	),
});

const what: fc.Arbitrary<Fault['what']> = fc.oneof(
	fc.constantFrom<Fault['what']>(
		{ kind: 'reset' },
		{ kind: 'halfJson' },
		{ kind: 'halfChunked' },
		{ kind: 'drip' },
		{ kind: 'switchingProtocols' },
		{ kind: 'truncated' },
		{ kind: 'html' },
		{ kind: 'hang' },
		{ kind: 'expireTokens' },
		{ kind: 'throttle', retryAfter: 0 },
		{ kind: 'throttle', status: 400 },
	),
	fc.constantFrom(400, 403, 404, 408, 425, 500, 502, 503, 504).map((status) => ({
		kind: 'status' as const,
		status,
	})),
	fc
		.subarray(KNOWN, { minLength: 1, maxLength: 3 })
		.map((ids) => ({ kind: 'reject' as const, ids })),
	fc
		.subarray(KNOWN, { minLength: 1, maxLength: 3 })
		.map((ids) => ({ kind: 'refuseIds' as const, ids })),
);

const fault: fc.Arbitrary<Fault> = fc.record({
	what,
	skip: fc.integer({ min: 0, max: 6 }),
	times: fc.constantFrom(1, 2, 3, Infinity),
	at: fc.constantFrom('before', 'after'),
	when: fc.constant({ request: ({ path }: { path: string }) => path !== '/v3/auth/tokens' }),
});

const scenario = fc.record({
	items: fc.array(item, { minLength: 1, maxLength: 25 }),
	faults: fc.array(fault, { maxLength: 4 }),
	operation: fc.constantFrom(...(Object.keys(OPERATIONS) as Array<keyof typeof OPERATIONS>)),
	signsIn: fc.boolean(),
	onError: fc.constantFrom<INode['onError']>(
		'stopWorkflow',
		'continueRegularOutput',
		'continueErrorOutput',
	),
	options: fc.record({
		batchSize: fc.integer({ min: 1, max: 8 }),
		concurrency: fc.integer({ min: 1, max: 4 }),
		maxRetries: fc.integer({ min: 0, max: 2 }),
		settlePartial: fc.boolean(),
		timeout: fc.constant(60),
	}),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

let standin: Standin;

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

async function startWithState(): Promise<void> {
	standin = await startStandin();
	for (const id of KNOWLEDGE_BASES) {
		standin.state.addKnowledgeBase({
			id,
			directories: DIRECTORIES,
			tasks: KNOWN.map((task, n) => ({ id: task, status: n % 7 === 0 ? 'RUNNING' : 'ERROR' })),
			files: KNOWN.map((file, n) => ({
				id: file,
				status: n % 5 === 0 ? 'RUNNING' : 'SUCCESS',
				directory_id: initialDirectory(n),
			})),
		});
	}
}

function initialDirectory(n: number): string | null {
	return n % 3 === 0 ? 'd1' : null;
}

async function run(one: Scenario): Promise<NodeResult> {
	const { items, operation, signsIn, onError, faults } = one;
	const { settlePartial, ...others } = one.options;
	// A run would wait for an outage that never ends, and each such run would take half a minute.
	const retryFor = faults.some(({ times }) => times === Infinity) ? 0 : 1;
	const shared = { ...others, retryFor };
	return await runNode({
		standin,
		items,
		onError,
		parameters: {
			...OPERATIONS[operation],
			knowledgeBase: { __rl: true, mode: 'id', value: '={{ $json.kb }}' },
			...(operation === 'moveFiles' && {
				directory: { __rl: true, mode: 'id', value: '={{ $json.dir }}' },
			}),
			[operation === 'deleteTasks' ? 'taskIds' : 'fileIds']: '={{ $json.ids }}',
			options: operation.startsWith('delete') ? { ...shared, settlePartial } : shared,
		},
		credential: signsIn ? iamUser(standin) : {},
	});
}

/** Every ID that was sent was named by an item for that very target, and none stands twice in a call. */
function checkRequests({ items, operation }: Scenario): void {
	const move = operation === 'moveFiles';
	const named = new Set(
		items.flatMap(({ kb, dir, ids }) => ids.map((id) => key(kb, id, move && dir))),
	);
	for (const { path, ids, body } of standin.requests.filter((request) => request.ids.length > 0)) {
		const kb = /uni-search\/(\w+)\//.exec(path)![1];
		const { directory_id } = body as { directory_id?: string };
		for (const id of ids) expect(named).toContain(key(kb, id, move && directory_id!));
		expect(new Set(ids).size).toBe(ids.length);
	}
}

function key(kb: string, id: string, directory: string | false): string {
	return [kb, id, directory].join(' ');
}

/** What is claimed of an ID is so. */
function checkClaim({ operation }: Scenario, { json }: INodeExecutionData): void {
	const { id, knowledgeBaseId, directoryId, status, deleted, moved, retried } = json as Record<
		string,
		string
	> &
		Record<'deleted' | 'moved' | 'retried', boolean | null>;
	const { tasks, files } = standin.state.knowledgeBases.get(knowledgeBaseId)!;
	const deletable = operation === 'deleteTasks' ? tasks : files;
	if (deleted === true) expect(deletable.has(id)).toBe(false);
	if (deleted === true && status === 'deleted') expect(KNOWN).toContain(id);
	if (status === 'notFound' && operation !== 'retryFiles') {
		// The stand-in holds every known ID until a call deletes it, so one that is not found was never there.
		expect(KNOWN).not.toContain(id);
	}
	// Without a listing "not deleted" only means that the call deleted nothing, for IDs that never were too.
	if (deleted === false && KNOWN.includes(id)) expect(deletable.has(id)).toBe(true);
	if (moved === true || status === 'sameDirectory') {
		expect(files.get(id)?.directory_id).toBe(directoryId);
	}
	if (status === 'notReady') expect(files.get(id)?.status).toBe('RUNNING');
	if (status === 'notFound' && operation === 'retryFiles') expect(files.has(id)).toBe(false);
	// The stand-in's files all have names of their own.
	expect(status).not.toBe('alreadyExists');
	if (retried === true) expect(files.get(id)?.status).toBe('PENDING');
	if (retried === false) expect(files.get(id)?.status).not.toBe('PENDING');
}

/** An ID without a result, and why. */
interface Unanswered {
	kb: string;
	id: string;
	error: string;
	status?: string;
}

/** What an error item tells of IDs: of its own, or, on the error output, of those that it names after each reason. */
function unansweredIn({ items }: Scenario, { json, pairedItem }: INodeExecutionData): Unanswered[] {
	const error = String(json.error);
	const { kb, ids } = items[(pairedItem as { item: number }).item];
	if ('id' in json && 'status' in json) {
		const status = String(json.status);
		const own = status === 'invalid' ? ids : [String(json.id)];
		return own.map((id) => ({ kb, id, error, status }));
	}
	const reasons = [...error.matchAll(/(.*?)Concerns: ([^.]*)\./gs)];
	if (reasons.length === 0) return ids.map((id) => ({ kb, id, error, status: 'invalid' }));
	return reasons.flatMap(([, reason, list]) =>
		list.split(', ').map((id) => ({ kb, id, error: reason })),
	);
}

/** Each item is answered for each of its IDs exactly once: by a result, or by an error item. */
function checkAccounts(one: Scenario, { output, errors }: NodeResult): void {
	const all = [...output, ...errors];
	one.items.forEach(({ ids }, index) => {
		const own = all.filter(({ pairedItem }) => (pairedItem as { item: number }).item === index);
		const results = own.filter(({ json }) => !('error' in json)).map(({ json }) => json.id);
		const unanswered = own
			.filter(({ json }) => 'error' in json)
			.flatMap((item) => unansweredIn(one, item))
			.map(({ id }) => id);
		const answered = [...new Set([...results, ...unanswered])].sort();
		expect(answered).toEqual([...new Set(ids)].sort());
		expect(results.filter((id) => unanswered.includes(String(id)))).toEqual([]);
		expect(new Set(results).size).toBe(results.length);
		if (one.onError === 'continueErrorOutput') {
			expect(own.filter(({ json }) => 'error' in json).length).toBeLessThanOrEqual(1);
		}
	});
}

/** An error that doesn't call the effect unknown is right to say that nothing happened to the IDs it names. */
function checkRefusals(one: Scenario, { output, errors }: NodeResult): void {
	const { faults, operation } = one;
	// Nobody can see through a server that does what it is asked for and then says that it refuses.
	if (faults.some(isLyingServer)) return;
	for (const item of [...output, ...errors].filter(({ json }) => 'error' in json)) {
		for (const { kb, id, error, status } of unansweredIn(one, item)) {
			if (status === 'invalid' || error.includes('not known')) continue;
			const holder = standin.state.knowledgeBases.get(kb)!;
			expect({ error, id, isChanged: isChanged(operation, id, holder) }).toEqual({
				error,
				id,
				isChanged: false,
			});
		}
	}
}

function isLyingServer({ what, at }: Fault): boolean {
	const refuses = ['throttle', 'refuseIds', 'expireTokens'].includes(what.kind);
	const isRefusal = refuses || (what.kind === 'status' && what.status < 500);
	return at === 'after' && isRefusal;
}

function isChanged(operation: Scenario['operation'], id: string, held: KnowledgeBase): boolean {
	if (!KNOWN.includes(id)) return false;
	if (operation === 'deleteTasks') return !held.tasks.has(id);
	const { status, directory_id } = held.files.get(id) ?? {};
	if (operation === 'deleteFiles') return !status;
	if (operation === 'retryFiles') return status === 'PENDING';
	return directory_id !== initialDirectory(KNOWN.indexOf(id));
}

/** With On Error = Stop the error names what is done; the rest of the story is in the stand-in. */
function checkStopped({ operation }: Scenario, result: NodeResult): void {
	expect(result.output).toEqual([]);
	const { description = '' } = result.error as Error & { description?: string };
	const [, list] = /Done: (.*?)( and \d+ more)?\.$/.exec(description ?? '') ?? [];
	const anywhere = [...standin.state.knowledgeBases.values()];
	const isDone = {
		deleteTasks: (id: string, { tasks }: KnowledgeBase) => !tasks.has(id),
		deleteFiles: (id: string, { files }: KnowledgeBase) => !files.has(id),
		moveFiles: (id: string, { files }: KnowledgeBase) => files.get(id)?.directory_id !== null,
		retryFiles: (id: string, { files }: KnowledgeBase) => files.get(id)?.status === 'PENDING',
	}[operation];
	for (const id of list?.split(', ') ?? []) {
		expect(anywhere.some((one) => isDone(id, one))).toBe(true);
	}
}

it(`tells the truth in ${RUNS} random runs`, async () => {
	await fc.assert(
		fc.asyncProperty(scenario, async (one) => {
			await startWithState();
			try {
				for (const added of one.faults) standin.faults.add(added);
				const result = await run(one);
				checkRequests(one);
				if (one.onError === 'stopWorkflow' && result.status === 'error') checkStopped(one, result);
				else {
					expect(result.status).toBe('success');
					[...result.output, ...result.errors]
						.filter(({ json }) => !('error' in json))
						.forEach((item) => checkClaim(one, item));
					checkAccounts(one, result);
					checkRefusals(one, result);
				}
				const expiries = one.faults.filter(({ what: { kind } }) => kind === 'expireTokens');
				if (expiries.length === 0)
					expect(standin.signIns).toBe(one.signsIn && standin.requests.length > 0 ? 1 : 0);
				expect(standin.violations).toEqual([]);
			} finally {
				await standin.close();
			}
		}),
		{ numRuns: RUNS, seed: SEED, endOnFailure: true },
	);
	process.stdout.write(`soak: ${RUNS} runs, seed ${SEED}\n`);
}, 3_600_000);

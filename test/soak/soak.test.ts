/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import fc from 'fast-check';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

import type { Fault } from '../../dev/standin/faults';
import type { KnowledgeBase } from '../../dev/standin/knowledgeBase';
import { startStandin } from '../../dev/standin/server';
import type { Standin } from '../../dev/standin/server';
import type { CredentialStore } from '../../dev/engine';
import type { NodeResult } from '../workflows/runNode';
import {
	credentialFor,
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

const isSignIn = ({ path }: { path: string }) => path === '/v3/auth/tokens';

const fault: fc.Arbitrary<Fault> = fc
	.record({
		what,
		skip: fc.integer({ min: 0, max: 6 }),
		times: fc.constantFrom(1, 2, 3, Infinity),
		at: fc.constantFrom<Fault['at']>('before', 'after'),
		when: fc.constant({ request: (request: { path: string }) => !isSignIn(request) }),
	})
	// Nobody can see through a server that does what it is asked for and then says that it refuses.
	.map((one) => (isRefusal(one.what) ? { ...one, at: 'before' } : one));

function isRefusal(one: Fault['what']): boolean {
	const refuses = ['throttle', 'refuseIds', 'expireTokens'].includes(one.kind);
	return refuses || (one.kind === 'status' && one.status < 500 && one.status !== 408);
}

/** Lists that lag behind: they still show what there was at the beginning. */
const lag: fc.Arbitrary<Fault> = fc
	.record({ skip: fc.integer({ min: 0, max: 2 }), times: fc.constantFrom(1, 2, Infinity) })
	.map((fields) => ({
		...fields,
		what: { kind: 'body', body: { total: KNOWN.length, tasks: TASKS, files: FILES } },
		when: { request: ({ path }) => /\/(tasks|files\/search)$/.test(path), method: 'GET' },
	}));

/** IAM that is down for a moment, and gateways that don't know a fresh token yet. */
const signInFault = fc.constantFrom<Fault>(
	{ what: { kind: 'status', status: 503 }, when: { request: isSignIn } },
	{
		what: { kind: 'status', status: 401, code: 'APIG.0301' },
		when: { request: (request) => !isSignIn(request) },
	},
);

const scenario = fc.record({
	items: fc.array(item, { minLength: 1, maxLength: 25 }),
	faults: fc.array(
		fc.oneof(
			{ weight: 20, arbitrary: fault },
			{ weight: 4, arbitrary: lag },
			{ weight: 1, arbitrary: signInFault },
		),
		{ maxLength: 4 },
	),
	operation: fc.constantFrom(...(Object.keys(OPERATIONS) as Array<keyof typeof OPERATIONS>)),
	signsIn: fc.boolean(),
	/** Whether a second run uses the same credential meanwhile. */
	hasCompany: fc.boolean(),
	/** Whether somebody sets the clock, back and forth. */
	clockJumps: fc.boolean(),
	/** After how many requests the run is canceled. */
	cancelAt: fc.oneof(
		{ weight: 4, arbitrary: fc.constant(Infinity) },
		{ weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }) },
	),
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
		notDoneAsError: fc.boolean(),
		output: fc.oneof(
			{ weight: 3, arbitrary: fc.constant('perId') },
			{ weight: 1, arbitrary: fc.constantFrom('perBatch', 'summary') },
		),
	}),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

let standin: Standin;

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

const TASKS = KNOWN.map((id, n) => ({
	id,
	status: n % 7 === 0 ? ('RUNNING' as const) : ('ERROR' as const),
}));
const FILES = KNOWN.map((id, n) => ({
	id,
	status: n % 5 === 0 ? ('RUNNING' as const) : ('SUCCESS' as const),
}));
/** What the second run deletes, of a knowledge base that no other run touches. */
const COMPANY = ['c1', 'c2', 'c3'];

async function startWithState(): Promise<void> {
	standin = await startStandin();
	for (const id of KNOWLEDGE_BASES) {
		standin.state.addKnowledgeBase({
			id,
			directories: DIRECTORIES,
			tasks: TASKS,
			files: FILES.map((file, n) => ({ ...file, directory_id: initialDirectory(n) })),
		});
	}
	standin.state.addKnowledgeBase({ id: 'company', tasks: COMPANY });
}

function initialDirectory(n: number): string | null {
	return n % 3 === 0 ? 'd1' : null;
}

async function run(one: Scenario, store: CredentialStore): Promise<NodeResult> {
	const { items, operation, onError, faults, cancelAt } = one;
	const { settlePartial, ...others } = one.options;
	// A run would wait for an outage that never ends, and each such run would take half a minute.
	const retryFor = faults.some(({ times }) => times === Infinity) ? 0 : 1;
	const shared = { ...others, retryFor };
	let cancel = () => {};
	standin.onRequest = () => {
		if (standin.requests.length >= cancelAt) cancel();
	};
	return await runNode({
		standin,
		items,
		onError,
		store,
		onStarted: (cancelRun) => (cancel = cancelRun),
		parameters: {
			...OPERATIONS[operation],
			knowledgeBase: { __rl: true, mode: 'id', value: '={{ $json.kb }}' },
			...(operation === 'moveFiles' && {
				directory: { __rl: true, mode: 'id', value: '={{ $json.dir }}' },
			}),
			[operation === 'deleteTasks' ? 'taskIds' : 'fileIds']: '={{ $json.ids }}',
			options: operation.startsWith('delete') ? { ...shared, settlePartial } : shared,
		},
	});
}

/** A second run with the same credential, in a knowledge base of its own. */
async function runCompany(store: CredentialStore): Promise<void> {
	const { json } = await runNode({
		standin,
		items: COMPANY.map((id) => ({ id })),
		onError: 'continueRegularOutput',
		store,
		parameters: {
			...deleteParameters,
			knowledgeBase: { __rl: true, mode: 'id', value: 'company' },
			options: { timeout: 60, maxRetries: 1, retryFor: 0, settlePartial: false },
		},
	});
	const { tasks } = standin.state.knowledgeBases.get('company')!;
	expect(json.map(({ id }) => id)).toEqual(COMPANY);
	for (const { id, deleted } of json) {
		if (typeof deleted === 'boolean') expect([id, deleted]).toEqual([id, !tasks.has(String(id))]);
	}
}

/** Sets the clock back and forth, as far as anybody looks at it, until it is told to stop. */
function setClock(): () => void {
	const now = Date.now.bind(Date);
	let calls = 0;
	const jumps = [0, -60_000, 0, 60_000];
	const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + jumps[calls++ % 4]);
	return () => clock.mockRestore();
}

/** Every ID that was sent was named by an item for that very target, and none stands twice in a call. */
function checkRequests({ items, operation }: Scenario): void {
	const move = operation === 'moveFiles';
	const named = new Set(
		items.flatMap(({ kb, dir, ids }) => ids.map((id) => key(kb, id, move && dir))),
	);
	const own = standin.requests.filter(
		({ ids, path }) => ids.length > 0 && !path.includes('/company/'),
	);
	for (const { path, ids, body } of own) {
		const kb = /uni-search\/(\w+)\//.exec(path)![1];
		const { directory_id } = body as { directory_id?: string };
		for (const id of ids) expect(named).toContain(key(kb, id, move && directory_id!));
		expect(new Set(ids).size).toBe(ids.length);
	}
}

function key(kb: string, id: string, directory: string | false): string {
	return [kb, id, directory].join(' ');
}

/** A list that lags behind gives itself away only by contradicting an answer, which those of one call may not do. */
function mayMislead({ faults }: Scenario): boolean {
	return faults.some(({ what }) => what.kind === 'body');
}

/** What is claimed of an ID is so. */
function checkClaim(scenario: Scenario, { json }: INodeExecutionData): void {
	const { operation } = scenario;
	const isSure = !mayMislead(scenario);
	const { id, knowledgeBaseId, directoryId, status, deleted, moved, retried } = json as Record<
		string,
		string
	> &
		Record<'deleted' | 'moved' | 'retried', boolean | null>;
	const { tasks, files } = standin.state.knowledgeBases.get(knowledgeBaseId)!;
	const deletable = operation === 'deleteTasks' ? tasks : files;
	if (deleted === true) expect(deletable.has(id)).toBe(false);
	if (deleted === true && status === 'deleted' && isSure) expect(KNOWN).toContain(id);
	if (status === 'notFound' && operation !== 'retryFiles') {
		// The stand-in holds every known ID until a call deletes it, so one that is not found was never there.
		expect(KNOWN).not.toContain(id);
	}
	// Without a listing "not deleted" only means that the call deleted nothing, for IDs that never were too.
	if (deleted === false && KNOWN.includes(id) && isSure) expect(deletable.has(id)).toBe(true);
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
	const { operation } = one;
	for (const item of [...output, ...errors].filter(({ json }) => 'error' in json)) {
		for (const { kb, id, error, status } of unansweredIn(one, item)) {
			if (status === 'invalid' || /not known|Not confirmed/.test(error)) continue;
			// It is where it was to go, by another call than the node's own or by a lost one.
			if (error.includes('already there')) continue;
			if (error.startsWith('Not deleted') && mayMislead(one)) continue;
			const holder = standin.state.knowledgeBases.get(kb)!;
			expect({ error, id, isChanged: isChanged(operation, id, holder) }).toEqual({
				error,
				id,
				isChanged: false,
			});
		}
	}
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

/** One Item per Batch: a call that is complete did all of it, and one that did none did nothing. */
function checkBatch({ operation }: Scenario, { json }: INodeExecutionData): void {
	const { ids, status, knowledgeBaseId } = json as unknown as Record<string, string> & {
		ids: string[];
	};
	const holder = standin.state.knowledgeBases.get(knowledgeBaseId)!;
	for (const id of ids.filter((one) => KNOWN.includes(one))) {
		const changed = isChanged(operation, id, holder);
		if (operation === 'moveFiles') continue;
		if (status === 'complete') expect([id, changed]).toEqual([id, true]);
		if (status === 'none') expect([id, changed]).toEqual([id, false]);
	}
}

/** A summary accounts for every ID once, and claims no more than was done. */
function checkSummary({ operation, items }: Scenario, { json }: INodeExecutionData): void {
	const counts = json as unknown as Record<string, number> & { statuses: Record<string, number> };
	const doneKey = {
		deleteTasks: 'deleted',
		deleteFiles: 'deleted',
		moveFiles: 'moved',
		retryFiles: 'retried',
	}[operation];
	const { requested, notDone, unconfirmed, failed, notAttempted } = counts;
	expect(counts[doneKey] + notDone + unconfirmed + failed + notAttempted).toBe(requested);
	const named = new Set(items.flatMap(({ kb, ids }) => ids.map((id) => `${kb} ${id}`)));
	expect(requested).toBeLessThanOrEqual(named.size);
	if (operation === 'moveFiles') return;
	const changed = [...named].filter((one) => {
		const [kb, id] = one.split(' ');
		return isChanged(operation, id, standin.state.knowledgeBases.get(kb)!);
	}).length;
	const gone = counts.statuses.gone ?? 0;
	expect(counts[doneKey] - gone).toBeLessThanOrEqual(changed);
}

/** What a run gave out, whatever it is. */
function check(one: Scenario, result: NodeResult): void {
	const results = [...result.output, ...result.errors].filter(({ json }) => !('error' in json));
	const { output } = one.options;
	if (output === 'perBatch') results.forEach((item) => checkBatch(one, item));
	else if (output === 'summary') results.forEach((item) => checkSummary(one, item));
	else results.forEach((item) => checkClaim(one, item));
	if (result.status === 'canceled') {
		expect(result.output.filter(({ json }) => 'error' in json)).toEqual([]);
		return;
	}
	expect(result.status).toBe('success');
	if (output === 'perId') checkAccounts(one, result);
	checkRefusals(one, result);
}

it(`tells the truth in ${RUNS} random runs`, async () => {
	await fc.assert(
		fc.asyncProperty(scenario, async (one) => {
			await startWithState();
			const resetClock = one.clockJumps ? setClock() : () => {};
			try {
				for (const added of one.faults) standin.faults.add(added);
				const credential = one.signsIn ? iamUser(standin) : {};
				const store = credentialFor({ standin, credential });
				const [result] = await Promise.all([
					run(one, store),
					one.hasCompany ? runCompany(store) : undefined,
				]);
				checkRequests(one);
				if (one.onError === 'stopWorkflow' && result.status === 'error') checkStopped(one, result);
				else check(one, result);
				const mayRenew = ({ what, when }: Fault) =>
					what.kind === 'expireTokens' ||
					when?.request === isSignIn ||
					(what.kind === 'status' && what.status === 401);
				if (!one.faults.some(mayRenew) && result.status !== 'canceled') {
					expect(standin.signIns).toBe(one.signsIn && standin.requests.length > 0 ? 1 : 0);
				}
				expect(standin.signIns).toBeLessThanOrEqual(10);
				expect(standin.violations).toEqual([]);
			} finally {
				resetClock();
				await standin.close();
			}
		}),
		{ numRuns: RUNS, seed: SEED, endOnFailure: true },
	);
	process.stdout.write(`soak: ${RUNS} runs, seed ${SEED}\n`);
}, 3_600_000);

import { log } from '../../dev/n8n/terminal';
import { Cluster, compose } from '../../dev/queue/cluster';
import type { Member } from '../../dev/queue/cluster';
import { Lab, until } from '../../dev/queue/lab';
import type { LabOptions, Outcome } from '../../dev/queue/lab';

const SHARE_SIZE = 5000;

let cluster: Cluster;
/** Of the test that is running. */
let current: Lab | undefined;

beforeAll(async () => {
	cluster = await Cluster.start(2);
});

beforeEach(async () => {
	while (cluster.workers.length < 2) await cluster.addWorker();
});

afterEach(async () => {
	await current?.close();
	expect(current?.standin.violations ?? []).toEqual([]);
	current = undefined;
});

afterAll(async () => {
	await cluster?.stop();
});

async function open(options: LabOptions): Promise<Lab> {
	current = await Lab.open(cluster, options);
	return current;
}

/** The executions of shares that a worker took from the queue. */
async function sharesOf({ executions }: Member): Promise<string[]> {
	const ids = (await current!.shareExecutions()).map(({ id }) => id);
	return executions.filter((execution) => ids.includes(execution));
}

/** The worker that takes an execution from the queue. */
async function workerOf(execution: string): Promise<Member> {
	const takes = ({ running }: Member) => running.has(execution);
	await until(() => cluster.workers.some(takes));
	return cluster.workers.find(takes)!;
}

/** Enough to see which: a failure should not print thousands. */
function few(ids: string[]): string[] {
	return ids.slice(0, 3);
}

/** Every wanted task is gone, each ID was sent, and no other task was touched. */
function expectAllDeleted({ left, lost, standin, wanted }: Lab): void {
	// What a worker sent before it died has no status: nobody was there to get the answer.
	const deletions = standin.requests.filter(({ method }) => method === 'DELETE');
	const sent = new Set(deletions.flatMap(({ ids }) => ids));
	const notSent = wanted.filter((id) => !sent.has(id));
	expect({ left: few(left), lost: few(lost), notSent: few(notSent), sent: sent.size }).toEqual({
		left: [],
		lost: [],
		notSent: [],
		sent: wanted.length,
	});
}

/** What the reports say is so: what they call confirmed isn't there any more, and they add up. */
function expectHonest({ reports, shares, sum }: Outcome, { knowledgeBase }: Lab): void {
	expect(reports).toHaveLength(shares.length);
	reports.forEach(({ requested, done, confirmed, notConfirmed }, n) => {
		const open = new Set(notConfirmed);
		const claimed = shares[n].filter((id) => !open.has(id));
		expect(few(claimed.filter((id) => knowledgeBase.tasks.has(id)))).toEqual([]);
		expect(few(notConfirmed.filter((id) => !shares[n].includes(id)))).toEqual([]);
		expect([requested, confirmed]).toEqual([shares[n].length, claimed.length]);
		expect(done).toBe(notConfirmed.length === 0);
	});
	expect(sum).toEqual({
		shares: reports.length,
		sharesDone: reports.filter(({ done }) => done).length,
		requested: total(reports.map(({ requested }) => requested)),
		confirmed: total(reports.map(({ confirmed }) => confirmed)),
		notConfirmed: reports.flatMap(({ notConfirmed }) => notConfirmed),
	});
}

function expectAllDone(outcome: Outcome, { wanted }: Lab, count = wanted.length): void {
	const { sum, notified } = outcome;
	expect(sum).toMatchObject({ requested: count, confirmed: count, notConfirmed: [] });
	expect([sum.sharesDone, notified]).toEqual([sum.shares, false]);
}

/** Something is left, and running the workflow again deletes it. */
async function expectRestDone(lab: Lab): Promise<void> {
	const { length } = lab.left;
	expect(length).toBeGreaterThan(0);
	const outcome = await lab.run();
	expectAllDone(outcome, lab, length);
	expectHonest(outcome, lab);
	expectAllDeleted(lab);
}

function total(numbers: number[]): number {
	return numbers.reduce((sum, n) => sum + n, 0);
}

it('says of each process that it is well, where compose.yaml asks', async () => {
	const { healthcheck } = compose().services.worker;
	const [path] = /\/healthz[/a-z]*/.exec(healthcheck.test.join(' ')) ?? [];
	for (const { server } of [cluster.main, ...cluster.workers]) {
		expect((await fetch(`${server.url}${path}`)).status).toBe(200);
	}
});

it('deletes 100,000 tasks with both workers', async () => {
	const lab = await open({ tasks: 100_000, latencyMs: 20 });
	const outcome = await lab.run();

	expectAllDone(outcome, lab);
	expectHonest(outcome, lab);
	expectAllDeleted(lab);
	expect(outcome.reports).toHaveLength(100_000 / SHARE_SIZE);
	const byWorker = await Promise.all(cluster.workers.map(sharesOf));
	expect(total(byWorker.map(({ length }) => length))).toBe(100_000 / SHARE_SIZE);
	for (const shares of byWorker) expect(shares).not.toEqual([]);
	expect(lab.standin.signIns).toBe(1);
});

it('deletes nothing for somebody who does not know the key of the webhook', async () => {
	const lab = await open({ tasks: 10 });
	const body = JSON.stringify({ knowledgeBase: lab.knowledgeBase.id, ids: lab.wanted });
	for (const key of ['', 'guessed']) {
		const headers = { 'content-type': 'application/json', 'x-share-key': key };
		const { status } = await fetch(lab.pair.webhookUrl, { method: 'POST', headers, body });
		expect(status).toBe(403);
	}
	expect(lab.left).toEqual(lab.wanted);
});

it('tells what is not done when a worker dies with shares in it, and does the rest when run again', async () => {
	const lab = await open({ tasks: 100_000, latencyMs: 100 });
	const execution = await lab.start();
	const gatherer = await workerOf(execution);
	const victim = cluster.workers.find((worker) => worker !== gatherer)!;
	await lab.untilInTheMiddle(victim);
	await cluster.kill(victim);
	await lab.untilEnded(execution);

	const outcome = await lab.outcome(execution);
	expectHonest(outcome, lab);
	const notDone = outcome.reports.filter(({ done }) => !done);
	for (const { why, confirmed } of notDone) {
		expect([why, confirmed]).toEqual([expect.stringMatching(/^Not known/), 0]);
	}
	expect([notDone.length > 0, outcome.notified]).toEqual([true, true]);

	// n8n has marked the executions as failed, and given them to nobody else.
	const executions = await lab.shareExecutions();
	expect(executions).toHaveLength(outcome.shares.length);
	const failed = executions.filter(({ status }) => status !== 'success').map(({ id }) => id);
	expect(failed.length).toBeGreaterThanOrEqual(notDone.length);
	// The log of a worker that is killed may lack the one that it has just taken.
	expect(failed.filter((id) => gatherer.executions.includes(id))).toEqual([]);
	expect(gatherer.executions.filter((id) => victim.executions.includes(id))).toEqual([]);

	log(`  ${notDone.length} shares died with the worker, ${lab.left.length} tasks are left`);
	await expectRestDone(lab);
});

it('does the rest when run again after the worker died that was to gather the reports', async () => {
	const lab = await open({ tasks: 40_000, latencyMs: 100, settings: { shareSize: 2500 } });
	const execution = await lab.start();
	const gatherer = await workerOf(execution);
	await lab.untilInTheMiddle(gatherer);
	await cluster.kill(gatherer);

	// Nobody is left who could say what is done, and n8n doesn't call it a success.
	expect(await lab.untilEnded(execution)).not.toBe('success');
	log(`  ${lab.left.length} tasks are left`);
	await expectRestDone(lab);
});

it('takes up the token that another process has renewed', async () => {
	const sharesAtOnce = 4;
	const settings = { sharesAtOnce, shareSize: 2500 };
	const lab = await open({ tasks: 40_000, latencyMs: 50, settings });
	const execution = await lab.start();
	await until(() => lab.deletions.length > 30);
	expect(lab.standin.signIns).toBe(1);
	lab.standin.state.access.expireTokens();
	await lab.untilEnded(execution);

	const outcome = await lab.outcome(execution);
	expectAllDone(outcome, lab);
	expectAllDeleted(lab);
	// The processes find out at the same time, each with several shares under way.
	const renewals = lab.standin.signIns - 1;
	log(`  ${renewals} sign-ins after the token had expired, ${sharesAtOnce} shares were under way`);
	expect(renewals).toBeGreaterThan(0);
	expect(renewals).toBeLessThanOrEqual(cluster.workers.length);

	const token = lab.deletions.at(-1)!.headers['x-auth-token'];
	const before = lab.deletions.length;
	lab.add(20_000);
	expectAllDone(await lab.run(), lab, 20_000);
	expect(lab.standin.signIns - 1).toBe(renewals);
	const tokens = lab.deletions.slice(before).map(({ headers }) => headers['x-auth-token']);
	expect(new Set(tokens)).toEqual(new Set([token]));
});

it('gets everything through a gateway that throttles all workers together', async () => {
	const settings = { sharesAtOnce: 4, shareSize: 2500 };
	const lab = await open({ tasks: 20_000, latencyMs: 20, settings });
	const throttled = lab.limit(25);
	const outcome = await lab.run();

	expectAllDone(outcome, lab);
	expectHonest(outcome, lab);
	expectAllDeleted(lab);
	log(`  ${throttled.hits} calls were throttled, ${lab.deletions.length} went through`);
	expect(throttled.hits).toBeGreaterThan(0);
	const perSecond = new Map<number, number>();
	for (const { startedAt } of lab.deletions) {
		const second = Math.floor(startedAt / 1000);
		perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
	}
	expect(perSecond.size).toBeGreaterThan(lab.deletions.length / 50);
});

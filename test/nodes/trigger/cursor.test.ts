import fc from 'fast-check';

import type { Known, Memory, Phase } from '../../../nodes/KooSearch/trigger/cursor';
import { advance } from '../../../nodes/KooSearch/trigger/cursor';
import { events } from '../../../nodes/KooSearch/trigger/events';
import { fromState, keyOf, toState } from '../../../nodes/KooSearch/trigger/state';
import type { SeenRecord } from '../../../nodes/KooSearch/trigger/watchedEvent';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const STUCK_MINUTES = 30;

function see(id: string, phase: Phase, createdAt = 0): SeenRecord {
	return { key: keyOf(id), phase, createdAt, record: { id } };
}

function eventNamed(name: string) {
	return events.find(({ option }) => option.value === name)!;
}

/** Polls one after another: each a listing of IDs and phases. @returns the IDs that each reports */
function poll(name: string, ...listings: Array<Record<string, Phase>>): string[][] {
	let known: Known = new Map();
	return listings.map((listing, n) => {
		const now = START + n * MINUTE;
		const seen = Object.entries(listing).map(([id, phase]) => see(id, phase));
		const isEvent = eventNamed(name).isEvent({ now, stuckMinutes: 2 });
		const step = advance(known, { seen, isComplete: true, now }, n === 0 ? () => false : isEvent);
		({ known } = step);
		return step.events.map(({ record }) => String(record.id));
	});
}

it('reports what is new, once', () => {
	const one = { a: 'succeeded' } as const;
	const two = { ...one, b: 'unfinished' } as const;
	expect(poll('fileAdded', one, two, two)).toEqual([[], ['b'], []]);
});

it('reports a file that came and was parsed between two polls as added, and as parsed', () => {
	const listings = [{}, { a: 'succeeded' }] as Array<Record<string, Phase>>;
	expect(poll('fileAdded', ...listings)).toEqual([[], ['a']]);
	expect(poll('fileParsed', ...listings)).toEqual([[], ['a']]);
});

it('reports a file that fails again after it was retried', () => {
	expect(
		poll('fileFailed', {}, { a: 'failed' }, { a: 'unfinished' }, { a: 'failed' }, { a: 'failed' }),
	).toEqual([[], ['a'], [], ['a'], []]);
});

it('forgets a file that was deleted', () => {
	expect(poll('fileAdded', { a: 'succeeded' }, {}, { a: 'succeeded' })).toEqual([[], [], ['a']]);
});

it('reports a stuck file once for each time that it is unfinished', () => {
	const stuck = { a: 'unfinished' } as const;
	const parsed = { a: 'succeeded' } as const;
	const listings = [stuck, stuck, stuck, stuck, parsed, stuck, stuck, stuck, stuck];
	expect(poll('fileStuck', ...listings).map(({ length }) => length)).toEqual([
		0, 0, 1, 0, 0, 0, 0, 1, 0,
	]);
});

it('counts the time of a stuck file from the first poll that saw it, also when the clock is put back', () => {
	const { isEvent } = eventNamed('fileStuck');
	const pollAt = (known: Known, now: number) =>
		advance(
			known,
			{ seen: [see('a', 'unfinished')], isComplete: true, now },
			isEvent({ now, stuckMinutes: 30 }),
		);
	const ahead = pollAt(new Map(), START + 1000 * MINUTE);
	const back = pollAt(ahead.known, START);
	expect(pollAt(back.known, START + 29 * MINUTE).events).toEqual([]);
	expect(pollAt(back.known, START + 30 * MINUTE).events).toHaveLength(1);
});

it('does not forget what an incomplete listing does not hold', () => {
	const known: Known = new Map([[keyOf('a'), { phase: 'failed', since: START, isReported: true }]]);
	const listing = { seen: [], isComplete: false, now: START };
	expect(advance(known, listing, () => true).known).toEqual(known);
});

describe('the state', () => {
	const phases: Phase[] = ['unfinished', 'succeeded', 'failed'];

	function full(phase: (n: number) => Phase): Known {
		return new Map(
			Array.from({ length: 5_000 }, (_, n): [string, Memory] => [
				keyOf(`file-${n}`),
				{ phase: phase(n), since: Date.now(), isReported: n % 2 === 0 },
			]),
		);
	}

	it.each(phases)('of 5,000 files that are all %s has at most 100 kB', (phase) => {
		const size = JSON.stringify(
			toState(
				full(() => phase),
				'kb',
			),
		).length;
		expect(size).toBeGreaterThan(40_000);
		expect(size).toBeLessThanOrEqual(100_000);
	});

	it('is read as it was written', () => {
		const known = full((n) => phases[n % 3]);
		const read = fromState(JSON.parse(JSON.stringify(toState(known, 'kb'))), 'kb')!;
		expect(read.size).toBe(5_000);
		for (const [key, { phase, since, isReported }] of known) {
			const expected = phase === 'unfinished' ? { phase, since, isReported } : { phase };
			expect(read.get(key)).toMatchObject(expected);
		}
	});

	it.each([
		['there is none', {}],
		['it is of another version', { ...toState(new Map(), 'kb'), version: 2 }],
		['it is of something else', { ...toState(new Map(), 'other') }],
	])('is not read where %s', (_, state) => {
		expect(fromState(state, 'kb')).toBeUndefined();
	});
});

/** A time that a file spends in one phase. */
interface Spell {
	phase: Phase;
	/** Begun before the trigger watched, or not to be told from the one before: no poll came between. */
	isHidden: boolean;
	/** The first poll that listed it. */
	firstSeen?: number;
	/** Whether a poll listed it when it had been unfinished for too long. */
	wasStuck: boolean;
	/** How often each event was reported. */
	reported: Map<string, number>;
}

interface ModelFile {
	id: string;
	/** Listed by the first poll. */
	isOld: boolean;
	added: number;
	current: Spell;
	/** The last one that a poll listed. */
	lastSeen?: Spell;
}

type Gets = 'all' | 'part' | 'nothing';
type Action =
	| { do: 'add' }
	| { do: 'anew' }
	| { do: 'delete'; file: number }
	| { do: keyof typeof PHASES; file: number }
	| { do: 'wait'; minutes: number }
	| { do: 'poll'; gets: Gets; salt: number };

const PHASES = { start: 'unfinished', succeed: 'succeeded', fail: 'failed' } as const;
const changes = ['start', 'succeed', 'fail', 'delete'] as const;
const listings: Gets[] = ['all', 'all', 'part', 'nothing'];

const action: fc.Arbitrary<Action> = fc.oneof(
	{ weight: 10, arbitrary: fc.record({ do: fc.constant('add' as const) }) },
	{ weight: 30, arbitrary: fc.record({ do: fc.constantFrom(...changes), file: fc.nat(5) }) },
	{ weight: 10, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.nat(40) }) },
	{
		weight: 30,
		arbitrary: fc.record({
			do: fc.constant('poll' as const),
			gets: fc.constantFrom(...listings),
			salt: fc.nat(255),
		}),
	},
	// n8n lost the state.
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('anew' as const) }) },
);

const WATCHED = ['fileAdded', 'fileParsed', 'fileFailed', 'fileStuck'];

/**
 * A knowledge base with a history, and what the trigger reports of it. What it has to report follows from the history:
 * each spell of a file that a poll lists, once, unless it can't be told from the one before.
 */
class History {
	/** What was reported twice, not at all, or without a reason. */
	readonly wrong: string[] = [];

	/** How many events there were. */
	reported = 0;

	private now = START;
	private next = 0;
	private files: ModelFile[] = [];
	/** As text, as n8n keeps it: so a restart changes nothing. */
	private states = new Map<string, string>();

	run(one: Action): void {
		if (one.do === 'add') this.add();
		else if (one.do === 'wait') this.now += one.minutes * MINUTE;
		else if (one.do === 'poll') this.poll(one.gets, one.salt);
		else if (one.do === 'anew') this.states.clear();
		else if (one.do === 'delete') this.files.splice(one.file, 1);
		else this.change(one.file, PHASES[one.do]);
	}

	private add(): void {
		const current = newSpell('unfinished');
		this.files.push({ id: `file-${this.next++}`, isOld: false, added: 0, current });
	}

	private change(index: number, phase: Phase): void {
		const one = this.files[index];
		if (one && one.current.phase !== phase) one.current = newSpell(phase);
	}

	/** Four triggers, one for each event. */
	poll(gets: Gets, salt: number): void {
		const isMark = this.states.size === 0;
		if (gets === 'nothing' || (isMark && gets === 'part')) return;
		const listed = this.files.filter((_, n) => gets === 'all' || (salt >> n) & 1);
		for (const one of listed) {
			if (isMark) Object.assign(one, { isOld: true, added: 0, lastSeen: undefined });
			this.list(one, isMark);
		}
		for (const name of WATCHED) this.watch(name, listed, gets === 'all');
		for (const one of listed) this.check(one);
		this.now += MINUTE;
	}

	private list(one: ModelFile, isMark: boolean): void {
		if (isMark) one.current = { ...newSpell(one.current.phase), isHidden: true };
		const { current, lastSeen } = one;
		if (lastSeen && current !== lastSeen && current.phase === lastSeen.phase) {
			one.current = { ...lastSeen, isHidden: true };
		}
		one.lastSeen = one.current;
		one.current.firstSeen ??= this.now;
		const isLate = this.now - one.current.firstSeen >= STUCK_MINUTES * MINUTE;
		one.current.wasStuck ||= one.current.phase === 'unfinished' && isLate;
	}

	private watch(name: string, listed: ModelFile[], isComplete: boolean): void {
		const text = this.states.get(name);
		const known = text === undefined ? undefined : fromState(JSON.parse(text), name);
		const isEvent = eventNamed(name).isEvent({ now: this.now, stuckMinutes: STUCK_MINUTES });
		const seen = listed.map(({ id, current }) => see(id, current.phase));
		const step = advance(
			known ?? new Map(),
			{ seen, isComplete, now: this.now },
			known ? isEvent : () => false,
		);
		this.states.set(name, JSON.stringify(toState(step.known, name)));
		for (const { record } of step.events) {
			const one = listed.find(({ id }) => id === record.id)!;
			const { reported } = one.current;
			if (name === 'fileAdded') one.added++;
			else reported.set(name, (reported.get(name) ?? 0) + 1);
			this.reported++;
		}
		if (isComplete && step.known.size !== this.files.length) this.wrong.push(`${name} size`);
	}

	private check({ id, isOld, added, current }: ModelFile): void {
		const { phase, isHidden, wasStuck, reported } = current;
		const expected = {
			fileAdded: isOld ? 0 : 1,
			fileParsed: phase === 'succeeded' ? 1 : 0,
			fileFailed: phase === 'failed' ? 1 : 0,
			fileStuck: wasStuck ? 1 : 0,
		};
		for (const [name, count] of Object.entries(expected)) {
			const actual = name === 'fileAdded' ? added : (reported.get(name) ?? 0);
			const mayBeOld = isHidden && isOld && ['fileParsed', 'fileFailed'].includes(name);
			if (actual !== count && !(mayBeOld && actual === 0)) {
				this.wrong.push(`${id} ${name}: ${actual} in place of ${count}`);
			}
		}
	}
}

function newSpell(phase: Phase): Spell {
	return { phase, isHidden: false, wasStuck: false, reported: new Map() };
}

it('reports each event once and loses none, whatever happens to a knowledge base and its listings', () => {
	let reported = 0;
	const histories = fc.array(action, { maxLength: 80, size: 'max' });
	fc.assert(
		fc.property(histories, (actions) => {
			const history = new History();
			for (const one of actions) history.run(one);
			history.poll('all', 0);
			reported += history.reported;
			return history.wrong.length === 0;
		}),
		{ seed: 17, numRuns: 3_000 },
	);
	// Enough happened to speak of a test.
	expect(reported).toBeGreaterThan(15_000);
});

import type { Quota } from '../errors/failure';
import { backoff, MAX_WAIT } from '../wait';
import { Cubic } from './cubic';

/** What a refusal says beyond itself; hints, which may be wrong. */
export interface RefusalHints {
	/** In milliseconds. */
	retryAfter?: number;
	quota?: Quota;
	/** Whether the service is down, and not just busy. */
	isDown?: boolean;
}

/** A call that was let go. */
export interface Started {
	/** Its place among all. */
	n: number;
	at: number;
}

const SECOND = 1000;
/** Retry-After comes in whole seconds, rounded up: one second may be next to nothing. */
const COARSE_RETRY_AFTER = SECOND;
/** The wait after the very first refusal, and between two probes at most, in milliseconds. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 6 * SECOND;
/** Each further refusal in a row makes the wait longer. */
const LONGER = 1.3;
/** Refusals in a row from which on one call at a time probes. */
const PROBE_FROM = 3;
/** The slowest and the fastest that a search begins with, in calls per second, and how much faster each step is. */
const SEARCH_FROM_LEAST = 2;
const SEARCH_FROM_MOST = 64;
const SEARCH_STEP = 1.6;
/** No rate is slower than this, in calls per second: what is refused then is for the probes. */
const SLOWEST = 0.5;
/** Most that the rate grows from one call to the next, and in a second. */
const CALL_GROWTH = 1.5;
const SECOND_GROWTH = 2;
/** What is left of the rate after a second refusal in a row, and when probing begins. */
const SECOND_CUT = 0.97;
const PROBE_CUT = 0.7;
/** How many calls have to get through between two droughts to judge the limit by. */
const ENOUGH = 4;
/** Time in which there was nothing to send, from this on, is not part of a cycle, in milliseconds. */
const IDLE = SECOND;

/**
 * Finds out how many calls a second get through. Pure: the clock and chance are given.
 *
 * - Until the first refusal there is no limit; then calls are spaced evenly (a token bucket without burst), as in
 *   AWS's adaptive retry mode.
 * - A refusal costs part of one gap: the call is tried again soon, and the rate comes down a little (`Cubic`). All
 *   calls that were under way then met the same limit, so they count once.
 * - After several refusals in a row, or while the service is down, one call at a time probes (a circuit breaker's
 *   half-open state), later and later.
 * - What got through from the end of one such drought to the end of the next is what the gateway allows, however it
 *   counts. Where that is too little to judge by, the rate is searched: faster with each call that gets through (TCP's
 *   slow start), back to the last step when one does not.
 */
export class CallRate {
	/** From one start to the next, in milliseconds; 0 as long as nothing was refused. */
	private gap = 0;

	/** Earliest start of the next call. */
	private next = 0;

	private count = 0;

	private lastStart: number;

	/** What started before this one says nothing new. */
	private firstNew = 0;

	/** Refusals in a row, and those because the service is down. */
	private streak = 0;

	private downStreak = 0;

	private refusedAt = 0;

	/** Whether the wait after the last refusal was the gateway's word. */
	private isHinted = false;

	private quota?: Quota;

	private probe?: Started;

	/** How many got through since the last drought, and when that ended. */
	private cycle = 0;

	private cycleFrom: number;

	private isSearching = false;

	/** The last step of the search that got through, in milliseconds; 0 for none. */
	private passedGap = 0;

	private readonly cubic = new Cubic();

	constructor(
		private readonly now: () => number,
		private readonly random: () => number,
	) {
		this.cycleFrom = now();
		this.lastStart = now();
	}

	/** @returns how long the next call has to wait, in milliseconds; Infinity: until another one has ended */
	wait(): number {
		if (this.probe && this.isProbing()) return Infinity;
		return Math.max(0, this.next - this.now());
	}

	start(): Started {
		const at = this.now();
		const idle = at - Math.max(this.next, this.lastStart);
		if (idle > IDLE) this.cycleFrom += idle;
		this.grow(at);
		this.lastStart = at;
		const started = { n: this.count++, at };
		if (this.isProbing()) this.probe = started;
		// A timer that fires late doesn't cost the rate, within half a gap.
		this.next = Math.max(this.next + this.gap, at + this.gap / 2);
		return started;
	}

	/** @returns whether the service had been down until then */
	gotThrough(started: Started): boolean {
		this.release(started);
		this.cycle++;
		if (started.n < this.firstNew) return false;
		const wasDown = this.downStreak > 0;
		this.downStreak = 0;
		if (this.gap === 0 ? this.streak > 0 : this.streak >= PROBE_FROM) this.endDrought(started);
		else if (this.isSearching) this.searchOn();
		this.streak = 0;
		return wasDown;
	}

	refused(started: Started, hints: RefusalHints): void {
		const { retryAfter = 0, quota, isDown = false } = hints;
		const now = this.now();
		this.release(started);
		if (started.n < this.firstNew) {
			if (retryAfter > COARSE_RETRY_AFTER) this.hold(retryAfter);
			return;
		}
		this.quota = quota;
		// A refusal comes fast: a call that started before and is still under way has got through.
		if (this.gap > 0 && started.n > this.firstNew && !this.isProbing()) this.streak = 0;
		this.firstNew = this.count;
		if (isDown) {
			this.downStreak++;
			this.isHinted = retryAfter > 0;
			this.next = now + Math.min(retryAfter || backoff(this.downStreak), MAX_WAIT);
			return;
		}
		this.streak++;
		this.refusedAt = now;
		this.slowDown(now);
		this.next = now + this.waitAfter(retryAfter);
	}

	/** What was only thought of here need not be waited for any longer. */
	tryAgain(): void {
		if (this.isProbing() && !this.isHinted) this.next = this.now();
	}

	/** Neither an answer nor a refusal: while the service is down, it still is. */
	unanswered(started: Started): void {
		if (this.downStreak > 0 && this.probe === started) this.refused(started, { isDown: true });
		else this.release(started);
	}

	/** Ended for a reason of its own. */
	release(started: Started): void {
		if (this.probe === started) this.probe = undefined;
	}

	/** In calls per second. */
	private get rate(): number {
		return SECOND / this.gap;
	}

	private set rate(rate: number) {
		this.gap = SECOND / Math.max(rate, SLOWEST);
	}

	private isProbing(): boolean {
		const from = this.gap === 0 ? 1 : PROBE_FROM;
		return this.downStreak > 0 || this.streak >= from;
	}

	private hold(wait: number): void {
		this.next = Math.max(this.next, this.now() + Math.min(wait, MAX_WAIT));
	}

	/** A part of a gap at first, then longer; what is longer than that, and comes in whole seconds, is taken as said. */
	private waitAfter(retryAfter: number): number {
		const part = this.gap === 0 ? 0.6 + 0.4 * this.random() : 0.1 + 0.4 * this.random();
		const first = (this.gap === 0 ? FIRST_WAIT : Math.max(this.gap, 10)) * part;
		const wait = Math.min(first * LONGER ** (this.streak - 1), LONGEST_WAIT);
		const isMeant = this.gap === 0 || wait > COARSE_RETRY_AFTER / 4;
		this.isHinted = retryAfter > (isMeant ? 0 : COARSE_RETRY_AFTER);
		return this.isHinted ? Math.max(wait, Math.min(retryAfter, MAX_WAIT)) : wait;
	}

	private slowDown(now: number): void {
		if (this.gap === 0) return;
		if (this.isSearching) this.endSearch(now);
		else if (this.streak === 1) this.rate = this.cubic.refused(this.rate, now);
		else if (this.streak < PROBE_FROM) this.rate *= SECOND_CUT;
		else {
			this.cubic.refused(this.rate, now);
			this.rate *= PROBE_CUT;
		}
	}

	private grow(at: number): void {
		if (this.gap === 0 || this.isSearching) return;
		const growth = Math.min(CALL_GROWTH, SECOND_GROWTH ** ((at - this.lastStart) / SECOND));
		const rate = Math.min(this.cubic.rateAt(at), this.rate * growth);
		if (rate > this.rate) this.rate = rate;
	}

	/** The first call got through after a wait: at what rate to go on. */
	private endDrought({ at }: Started): void {
		// It ended at some time between the last refusal and this call, or when the gateway said.
		const end = this.isHinted ? at : (this.refusedAt + at) / 2;
		const average = (this.cycle / (end - this.cycleFrom)) * SECOND;
		const isFirst = this.gap === 0;
		const isJudged = this.cycle >= ENOUGH && (!isFirst || this.streak > 1 || this.isHinted);
		this.isSearching = !isJudged && !this.quota;
		this.passedGap = 0;
		if (this.quota && isFirst) this.goOnAt((this.quota.calls / this.quota.period) * SECOND);
		else if (isJudged) this.goOnAt(average);
		else if (isFirst) {
			this.goOnAt(Math.max(SEARCH_FROM_LEAST, Math.min(average, SEARCH_FROM_MOST)));
		}
		this.cycle = 0;
		this.cycleFrom = end;
	}

	private goOnAt(rate: number): void {
		this.rate = rate;
		this.cubic.restart(rate, this.now());
		this.next = this.lastStart + this.gap;
		this.firstNew = this.count;
	}

	private searchOn(): void {
		this.passedGap = this.gap;
		this.goOnAt(this.rate * SEARCH_STEP);
	}

	private endSearch(now: number): void {
		const refused = this.rate;
		const isBracketed = this.passedGap > 0;
		this.gap = isBracketed ? this.passedGap : this.gap * 2;
		this.cubic.restart(isBracketed ? Math.sqrt(refused * this.rate) : this.rate, now);
		this.isSearching = false;
	}
}

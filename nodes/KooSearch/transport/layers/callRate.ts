import { MAX_WAIT as MAX_DOWN_WAIT, MIN_WAIT } from '../wait';

/** A limit that a gateway names: so many calls in so many milliseconds. */
export interface Quota {
	calls: number;
	period: number;
}

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
	/** Whether the rate was what kept it back. */
	isPaced: boolean;
	isProbe: boolean;
}

const SECOND = 1000;
/** Longest time between two tries, in milliseconds. */
const MAX_WAIT = 5 * SECOND;
/** The longest that a gateway's own word is taken for, in milliseconds. */
const MAX_RETRY_AFTER = 60 * SECOND;
/** Retry-After comes in whole seconds; up to this it is taken for rounded up. */
const COARSE_RETRY_AFTER = 5 * SECOND;
/** The first wait while the service is down, in milliseconds; it doubles with each try. */
const INITIAL_DOWN_WAIT = SECOND;
/** The rate to search from after the first refusal, in calls per second. */
const FIRST_RATE = 64;
/** The rate to search from after a drought that let too few calls through to judge by. */
const MIN_SEARCH_RATE = 0.5;
/** How many calls have to get through from one drought to the next to judge by. */
const MIN_CYCLE = 4;
/** Refusals in a row from which on calls go one at a time. */
const PROBE_FROM = 3;
/** In the search: after each round trip, and after a refusal that follows another. */
const SEARCH_GROWTH = 1.5;
const SEARCH_CUT = 4;
/** After a refusal by itself. */
const STEADY_CUT = 0.94;
/** Share of refused calls that is aimed at: to begin with, and where slowing down does not help. */
const TOLERATED = 0.03;
const MAX_TOLERATED = 0.6;
/** Share of the best rate below which slowing down is taken not to help. */
const GIVES_UP = 0.9;
/** What is left of the best rate with each look at it, and after a drought. */
const BEST_DECAY = 0.99;
const BEST_DECAY_IN_DROUGHT = 0.8;
/** Successes in a row after which the search begins anew: so many, and so many times as many as usual. */
const MIN_CALM = 4;
const CALM_FACTOR = 3;
/** Calls that got through are counted for so long, in milliseconds. */
const MEMORY = 4 * SECOND;

/**
 * Finds out how many calls a second get through. Pure: the clock and chance are given.
 *
 * - Until the first refusal there is no limit; then calls are spaced evenly (a token bucket without burst), as in
 *   AWS's adaptive retry mode.
 * - The search for the rate is TCP's slow start: faster with each round trip, much slower with each refusal that
 *   follows another, never below what did get through.
 * - Then a refusal slows down a little, and each call that gets through speeds up so little that some 3 % are refused
 *   in balance. The longer nothing is refused, the faster it grows (the convex part of CUBIC, RFC 9438 §4.3).
 * - All calls that were under way at a refusal meet the same limit, so they count once.
 * - After several refusals in a row, or when the service is down, one call at a time tries (a circuit breaker's
 *   half-open state), later and later.
 */
export class CallRate {
	/** In calls per second. */
	private rate = Infinity;

	private isSearching = false;

	private isDown = false;

	private next = 0;

	private streak = 0;

	private calm = 0;

	private usualCalm = 10;

	private count = 0;

	/** The first call after the last change; what started before says nothing new. */
	private firstNew = 0;

	private changedAt = -Infinity;

	private lastStart = -Infinity;

	private probe?: Started;

	/** How many got through since the last drought. */
	private cycle = 0;

	private cycleFrom: number;

	/** When the refusals in a row began. */
	private refusedFrom = 0;

	/** The highest rate that got through lately. */
	private best = 0;

	private bestAt = 0;

	private tolerated = TOLERATED;

	private readonly through: number[] = [];

	constructor(
		private readonly now: () => number,
		private readonly random: () => number,
	) {
		this.cycleFrom = now();
	}

	/** @returns how long the next call has to wait, in milliseconds; Infinity: until another one has ended */
	wait(): number {
		if (this.probe && this.isProbing()) return Infinity;
		return Math.max(0, this.next - this.now());
	}

	start(): Started {
		const at = this.now();
		const interval = SECOND / this.rate;
		const idle = Math.max(0, at - Math.max(this.next, this.lastStart));
		// Time in which there was nothing to send is not part of the cycle.
		if (idle > SECOND) this.cycleFrom += idle;
		this.lastStart = at;
		const isProbe = this.isProbing();
		const started = { n: this.count++, at, isPaced: idle < interval, isProbe };
		if (isProbe) this.probe = started;
		// A timer that fires late doesn't cost the rate, within one interval.
		this.next = Math.max(this.next + interval, at + interval / 2);
		return started;
	}

	/** @returns whether the service had been down until then */
	gotThrough(started: Started): boolean {
		const now = this.now();
		this.release(started);
		this.remember(now);
		this.calm++;
		const isNew = started.n >= this.firstNew;
		const wasDown = isNew && this.isDown;
		if (wasDown) this.beginCycle(now);
		else if (isNew && this.streak >= 2) this.endDrought(started.at);
		if (isNew) {
			this.isDown = false;
			this.streak = 0;
		}
		this.cycle++;
		if (this.rate !== Infinity && started.isPaced) this.speedUp(isNew);
		return wasDown;
	}

	private speedUp(isNew: boolean): void {
		if (!this.isSearching) {
			this.learnBest(this.now());
			this.rate *= 1 + (1 - STEADY_CUT) * (this.tolerated / (1 - this.tolerated));
			this.isSearching = this.calm > Math.max(MIN_CALM, CALM_FACTOR * this.usualCalm);
		} else if (isNew) {
			this.rate *= SEARCH_GROWTH;
			this.firstNew = this.count;
			this.next = Math.min(this.next, this.now() + SECOND / this.rate);
		}
	}

	private learnBest(now: number): void {
		if (now - this.bestAt < MEMORY) return;
		this.best = Math.max(this.best * BEST_DECAY, Math.min(this.rate, this.delivered(MEMORY)));
		this.bestAt = now;
	}

	/** What got through since the last drought, that one included, is what the gateway allows. */
	private endDrought(endedBy: number): void {
		// It ended at some time between the last refusal and this call.
		const end = (this.changedAt + endedBy) / 2;
		const average = (this.cycle / (end - this.cycleFrom)) * SECOND;
		this.isSearching = this.cycle < MIN_CYCLE;
		this.rate = this.isSearching ? Math.max(average, MIN_SEARCH_RATE) : average;
		this.next = Math.min(this.next, this.now() + SECOND / this.rate);
		this.best = Math.min(this.best, Math.max(this.rate, this.best * BEST_DECAY_IN_DROUGHT));
		this.beginCycle(end);
	}

	private beginCycle(at: number): void {
		this.cycle = 0;
		this.cycleFrom = at;
	}

	refused(started: Started, { retryAfter, quota, isDown = false }: RefusalHints): void {
		const now = this.now();
		this.release(started);
		if (isDown) this.isDown = true;
		if (started.n < this.firstNew) {
			const wait = retryAfter === undefined ? 0 : leastOf(retryAfter);
			this.next = Math.max(this.next, now + wait);
			return;
		}
		// A refusal comes fast: a call that started before and is still under way has got through.
		if (started.n > this.firstNew && !this.isDown) {
			if (this.streak >= 2) this.endDrought(started.at);
			this.streak = 0;
		}
		this.streak++;
		if (this.streak === 1) {
			this.refusedFrom = now;
			this.usualCalm += (this.calm - this.usualCalm) / 3;
		}
		this.calm = 0;
		this.changedAt = now;
		this.firstNew = this.count;
		if (this.isDown) this.holdWhileDown(retryAfter);
		else this.slowDown(retryAfter, quota);
	}

	/** Neither an answer nor a refusal: while the service is down, it still is. */
	unanswered(started: Started): void {
		if (this.isDown && started.isProbe) this.refused(started, { isDown: true });
		else this.release(started);
	}

	/** Ended for a reason of its own. */
	release(started: Started): void {
		if (this.probe === started) this.probe = undefined;
	}

	private isProbing(): boolean {
		return this.isDown || this.streak >= PROBE_FROM;
	}

	private remember(now: number): void {
		this.through.push(now);
		while (this.through[0] < now - MEMORY) this.through.shift();
	}

	/** Calls per second that got through lately. */
	private delivered(span: number): number {
		const since = this.now() - span;
		return this.through.filter((at) => at > since).length / (span / SECOND);
	}

	private slowDown(retryAfter: number | undefined, quota: Quota | undefined): void {
		const now = this.now();
		const lately = Math.max(this.delivered(SECOND), this.delivered(MEMORY));
		if (this.rate === Infinity) {
			this.rate = Math.max(FIRST_RATE, lately);
			this.isSearching = true;
		} else if (this.isSearching) {
			this.rate =
				this.streak === 1
					? Math.max(this.rate / SEARCH_GROWTH, Math.min(lately, this.rate))
					: Math.max(this.rate / SEARCH_CUT, Math.min(lately, this.rate), SECOND / MAX_WAIT);
			this.isSearching = this.streak > 1;
		} else {
			this.cutSteadily();
		}
		if (quota)
			this.rate = Math.min(this.rate, Math.max(lately, (quota.calls / quota.period) * SECOND));
		const interval = SECOND / this.rate;
		const wait = Math.max(interval, (now - this.refusedFrom) / 2);
		const spread = this.streak === 1 ? (1 + this.random()) / 2 : 1 + this.random() / 4;
		this.hold(Math.min(wait * spread, MAX_WAIT), retryAfter);
	}

	/** Where slowing down does not help, because others take the turns, more refusals are put up with. */
	private cutSteadily(): void {
		this.rate *= STEADY_CUT;
		if (this.rate > this.best * GIVES_UP) return;
		this.tolerated = Math.min(MAX_TOLERATED, this.tolerated * 2);
		this.rate = this.best;
	}

	private holdWhileDown(retryAfter: number | undefined): void {
		const wait = INITIAL_DOWN_WAIT * 2 ** Math.min(this.streak - 1, 8) * this.random();
		this.hold(Math.max(MIN_WAIT, Math.min(wait, MAX_DOWN_WAIT)), retryAfter);
	}

	/** Retry-After is a hint: what is a few seconds only may be less, what is minutes is tried sooner. */
	private hold(own: number, retryAfter?: number): void {
		let wait = own;
		if (retryAfter !== undefined) {
			wait = Math.max(leastOf(retryAfter), Math.min(own, retryAfter));
		}
		this.next = this.now() + wait;
	}
}

/** How much of Retry-After is waited for in any case, in milliseconds. */
function leastOf(retryAfter: number): number {
	const most = Math.min(retryAfter, MAX_RETRY_AFTER);
	return most > COARSE_RETRY_AFTER ? most : Math.max(0, most - SECOND);
}

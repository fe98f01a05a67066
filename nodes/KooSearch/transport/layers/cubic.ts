/** What is left of the rate after a refusal. */
const CUT = 0.93;
/** What is left of the old top after a refusal that came before the rate was near it again. */
const EARLY_TOP = 0.965;
/** Before so much of the way back is over, a refusal is early. */
const EARLY = 0.5;
/** How many calls the way back to the top takes: to begin with, at least, and where the top has proved right. */
const FIRST_RECOVERY = 10;
const MIN_RECOVERY = 5;
const USUAL_RECOVERY = 25;
/** The same in milliseconds: where the top has proved right, at least, and at most. */
const CALM_RECOVERY = 1500;
const MAX_RECOVERY = 8000;
/** How long it takes beyond the top to be as far above it as the cut was below, in milliseconds, at most. */
const MAX_CLIMB = 1500;
/** More than this above the old top, the limit is another one. */
const OTHER_LIMIT = 1.15;

/**
 * The growth of a rate after a refusal, as in CUBIC (RFC 9438 §4): fast at first, flat where it was refused, then
 * faster and faster. Rates are in calls per second, times in milliseconds.
 *
 * How long the way back takes is learnt. A top that proves right is tried seldom. Refusals well below it come from
 * others that share the limit: then going slower does not help, and the way back is short.
 */
export class Cubic {
	private top = 1;

	private since = 0;

	private calls = FIRST_RECOVERY;

	/** Begins at a rate that is taken for the limit. */
	restart(top: number, now: number): void {
		this.top = top;
		this.since = now;
	}

	/** @returns the rate to go on with */
	refused(rate: number, now: number): number {
		const isEarly = now - this.since < this.recovery * EARLY;
		if (rate > this.top * OTHER_LIMIT) this.calls = FIRST_RECOVERY;
		else if (isEarly) this.calls = Math.max(MIN_RECOVERY, this.calls / 2);
		else {
			const most = Math.max(USUAL_RECOVERY, (CALM_RECOVERY / 1000) * rate);
			this.calls = Math.min(most, this.calls * 1.5);
		}
		this.restart(isEarly ? rate * EARLY_TOP : rate, now);
		return rate * CUT;
	}

	rateAt(now: number): number {
		const late = now - this.since - this.recovery;
		const span = late < 0 ? this.recovery : Math.min(this.recovery, MAX_CLIMB);
		return this.top * (1 + (1 - CUT) * (late / span) ** 3);
	}

	private get recovery(): number {
		return Math.min(MAX_RECOVERY, (this.calls * 1000) / this.top);
	}
}

const INITIAL = 4;
const MAX = 100;
/** Answers may take so many times as long as the fastest before there are fewer calls at once. */
const TOLERANCE = 2;
/** Of each round, so that a service that became slower for good is not held against it for ever. */
const FORGET = 1.02;

/**
 * Finds out how many calls at once KooSearch works on without getting slower. Pure: the clock is given.
 *
 * - TCP's slow start (RFC 5681 §3.1): twice as many after each round trip, until answers get slower.
 * - Then Netflix's gradient (concurrency-limits, `GradientLimit`): times fastest answer × tolerance ÷ answers of the
 *   last round, between a half and 1, plus its square root. So it never falls below the first number for long.
 * - It only grows while it is what keeps calls back.
 */
export class Concurrency {
	private value = INITIAL;

	private isStarting = true;

	private roundFrom = -Infinity;

	/** How many times as long as the fastest the answers of this round took. */
	private slowness: number[] = [];

	private isUsed = false;

	private readonly fastest = new Map<string, number>();

	constructor(private readonly now: () => number) {}

	/** Most calls under way at once; at least 1. */
	get limit(): number {
		return Math.floor(this.value);
	}

	/**
	 * @param kind calls of the same kind take about the same time
	 * @param underWay how many there were, with this one
	 */
	answered(kind: string, startedAt: number, underWay: number): void {
		const took = Math.max(1, this.now() - startedAt);
		const fastest = Math.min(took, this.fastest.get(kind) ?? took);
		this.fastest.set(kind, fastest);
		this.isUsed ||= underWay >= this.limit;
		if (startedAt < this.roundFrom) return;
		this.slowness.push(took / fastest);
		if (this.slowness.length >= this.limit / 2) this.endRound(kind);
	}

	/** The service was down: one call at a time, then growing again. */
	restart(): void {
		this.value = 1;
		this.isStarting = true;
		this.beginRound();
	}

	private endRound(kind: string): void {
		const sorted = this.slowness.sort((a, b) => a - b);
		const middle = sorted[sorted.length >> 1];
		const gradient = Math.min(1, Math.max(0.5, TOLERANCE / middle));
		if (gradient < 1) this.isStarting = false;
		const grown = this.isStarting ? this.value * 2 : this.value * gradient + Math.sqrt(this.value);
		if (this.isUsed || grown < this.value) this.value = Math.min(MAX, Math.max(1, grown));
		this.fastest.set(kind, this.fastest.get(kind)! * FORGET);
		this.beginRound();
	}

	private beginRound(): void {
		this.roundFrom = this.now();
		this.slowness = [];
		this.isUsed = false;
	}
}

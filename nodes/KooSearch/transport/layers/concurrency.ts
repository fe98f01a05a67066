const INITIAL = 4;
/** Answers may take so many times as long as the fastest before there are fewer calls at once. */
const TOLERANCE = 2;
/** Of older windows, so that a service that became slower for good is not held against it for ever. */
const FORGET = 1.02;
const MAX = 100;

/**
 * Finds out how many calls at once KooSearch works on without getting slower. Pure: the clock is given.
 *
 * - TCP's slow start: twice as many after each round trip, until answers get slower.
 * - Then Netflix's gradient (concurrency-limits): the number times (fastest answer × tolerance ÷ answers of the last
 *   round), between a half and 1, plus its square root.
 * - A refusal takes a tenth away, once in a round trip, down to the first number: how often calls start is for the rate.
 * - It only grows while it is what keeps calls back.
 */
export class Concurrency {
	private value = INITIAL;

	private isStarting = true;

	private roundFrom = -Infinity;

	/** How many times as long as the fastest the answers of this round took. */
	private slowness: number[] = [];

	private isUsed = false;

	private isCut = false;

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

	refused(startedAt: number): void {
		if (startedAt < this.roundFrom || this.isCut) return;
		this.isCut = true;
		this.value = Math.max(Math.min(INITIAL, this.value), this.value * 0.9);
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
		this.isCut = false;
	}
}

/** How a gateway counts calls. */
export type Counting = 'sliding' | 'fixed' | 'bucket' | 'even';

/** A gateway's limit; `even` is a bucket without burst, as nginx's `limit_req`. */
export interface Limit {
	counting: Counting;
	calls: number;
	/** In milliseconds. */
	period: number;
}

/** Decides on each call, by a clock of the caller's. */
export interface Gateway {
	/**
	 * @param now in milliseconds
	 * @returns 0 when the call gets through, else how long it is until one could, in milliseconds
	 */
	take(now: number): number;
}

/** @param phase when a fixed window begins, in milliseconds */
export function createGateway({ counting, calls, period }: Limit, phase = 0): Gateway {
	if (counting === 'sliding') return new SlidingWindow(calls, period);
	if (counting === 'fixed') return new FixedWindow(calls, period, phase);
	return new Bucket(calls / period, counting === 'even' ? 1 : calls);
}

class SlidingWindow implements Gateway {
	private readonly taken: number[] = [];

	constructor(
		private readonly calls: number,
		private readonly period: number,
	) {}

	take(now: number): number {
		while (this.taken.length > 0 && this.taken[0] <= now - this.period) this.taken.shift();
		if (this.taken.length >= this.calls) return this.taken[0] + this.period - now;
		this.taken.push(now);
		return 0;
	}
}

class FixedWindow implements Gateway {
	private window = -1;

	private taken = 0;

	constructor(
		private readonly calls: number,
		private readonly period: number,
		private readonly phase: number,
	) {}

	take(now: number): number {
		const window = Math.floor((now + this.phase) / this.period);
		if (window !== this.window) this.taken = 0;
		this.window = window;
		if (this.taken >= this.calls) return (window + 1) * this.period - now - this.phase;
		this.taken++;
		return 0;
	}
}

class Bucket implements Gateway {
	private level: number;

	private last = 0;

	constructor(
		/** Calls per millisecond. */
		private readonly rate: number,
		private readonly burst: number,
	) {
		this.level = burst;
	}

	take(now: number): number {
		this.level = Math.min(this.burst, this.level + (now - this.last) * this.rate);
		this.last = now;
		// What is missing by rounding alone is there.
		if (this.level < 1 - 1e-9) return (1 - this.level) / this.rate;
		this.level--;
		return 0;
	}
}

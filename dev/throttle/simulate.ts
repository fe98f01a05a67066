import { CallRate } from '../../nodes/KooSearch/transport/layers/callRate';
import { Concurrency } from '../../nodes/KooSearch/transport/layers/concurrency';
import type { Limit } from './gateways';
import { createGateway } from './gateways';

/** A run against a gateway, by a clock that is only counted. Times are in milliseconds. */
export interface Situation {
	limit?: Limit;
	/** Of all processes together. */
	calls: number;
	processes: number;
	ceiling: number;
	latency: number;
	/** How many calls the service works on at once before answers get slower. */
	capacity?: number;
	retryAfter: boolean;
	seed: number;
	/** How far the way to the gateway varies. */
	jitter?: number;
}

export interface Course {
	time: number;
	refused: number;
	/** When calls arrived, and when they got through. */
	arrivals: number[];
	through: number[];
	/** When each process got its last call through. */
	ends: number[];
	/** The longest time that a process with calls left got none through. */
	longestWait: number;
	mostUnderWay: number;
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** What is to happen, by time. */
const START = 1_000_000;

class Agenda {
	/** As in a process that has been running for a while. */
	now = START;

	private readonly heap: Array<{ at: number; n: number; act: () => void }> = [];

	private count = 0;

	in(delay: number, act: () => void): void {
		const entry = { at: this.now + delay, n: this.count++, act };
		const { heap } = this;
		let index = heap.push(entry) - 1;
		while (index > 0) {
			const parent = (index - 1) >> 1;
			if (!earlier(entry, heap[parent])) break;
			heap[index] = heap[parent];
			index = parent;
		}
		heap[index] = entry;
	}

	/** @returns false at the end */
	step(): boolean {
		const { heap } = this;
		const [first] = heap;
		const last = heap.pop();
		if (!first || !last) return false;
		if (heap.length > 0) {
			let index = 0;
			for (;;) {
				let child = 2 * index + 1;
				if (child >= heap.length) break;
				if (child + 1 < heap.length && earlier(heap[child + 1], heap[child])) child++;
				if (!earlier(heap[child], last)) break;
				heap[index] = heap[child];
				index = child;
			}
			heap[index] = last;
		}
		this.now = first.at;
		first.act();
		return true;
	}
}

function earlier(a: { at: number; n: number }, b: { at: number; n: number }): boolean {
	return a.at < b.at || (a.at === b.at && a.n < b.n);
}

/** What a process does about its calls. */
export interface Controller {
	rate: Pick<CallRate, 'wait' | 'start' | 'gotThrough' | 'refused'>;
	concurrency: Pick<Concurrency, 'limit' | 'answered'>;
}

function learning(now: () => number, random: () => number): Controller {
	return { rate: new CallRate(now, random), concurrency: new Concurrency(now) };
}

/** @throws Error when it does not end within a day */
export function simulate(situation: Situation, create = learning): Course {
	const { limit, calls, processes, latency, capacity = Infinity, jitter = 1 } = situation;
	const random = seeded(situation.seed);
	const agenda = new Agenda();
	const gateway = limit && createGateway(limit, random() * limit.period);
	const course: Course = {
		time: 0,
		refused: 0,
		arrivals: [],
		through: [],
		ends: [],
		longestWait: 0,
		mostUnderWay: 0,
	};
	let atService = 0;
	for (let process = 0; process < processes; process++) {
		const now = () => agenda.now;
		const { rate, concurrency } = create(now, random);
		let left = Math.ceil(calls / processes);
		let underWay = 0;
		let timer = -1;
		let lastThrough = START;
		const pump = (): void => {
			while (left > 0 && underWay < Math.min(situation.ceiling, concurrency.limit)) {
				const wait = rate.wait();
				if (wait === Infinity) return;
				if (wait > 0) {
					const at = agenda.now + wait;
					if (timer !== at) {
						timer = at;
						// A timer of Node.js fires on whole milliseconds, and late.
						agenda.in(Math.ceil(wait) + random() * jitter, () => {
							if (timer === at) timer = -1;
							pump();
						});
					}
					return;
				}
				left--;
				underWay++;
				course.mostUnderWay = Math.max(course.mostUnderWay, underWay);
				send();
			}
		};
		const send = (): void => {
			const started = rate.start();
			agenda.in(0.5 + random() * jitter, () => {
				course.arrivals.push(agenda.now);
				const refusal = gateway?.take(agenda.now) ?? 0;
				if (refusal > 0) {
					course.refused++;
					agenda.in(1 + random() * jitter, () => {
						underWay--;
						left++;
						const retryAfter = situation.retryAfter ? Math.ceil(refusal / 1000) * 1000 : undefined;
						rate.refused(started, { retryAfter });
						pump();
					});
					return;
				}
				course.through.push(agenda.now);
				course.longestWait = Math.max(course.longestWait, agenda.now - lastThrough);
				lastThrough = agenda.now;
				atService++;
				const slower = Math.max(1, atService / capacity);
				agenda.in(latency * slower * (0.9 + random() * 0.2), () => {
					atService--;
					underWay--;
					rate.gotThrough(started);
					concurrency.answered('call', started.at, underWay + 1);
					course.ends[process] = agenda.now;
					course.time = agenda.now - START;
					pump();
				});
			});
		};
		agenda.in(random() * 50 * process, pump);
	}
	while (agenda.step()) {
		if (agenda.now > START + 86_400_000) throw new Error('The run does not end');
	}
	return course;
}

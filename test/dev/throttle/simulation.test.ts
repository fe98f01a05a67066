import type { Counting } from '../../../dev/throttle/gateways';
import type { Course, Situation } from '../../../dev/throttle/simulate';
import { seeded, simulate } from '../../../dev/throttle/simulate';

/** How many gateways of each kind; the whole takes some seconds. */
const GATEWAYS = 500;
const COUNTINGS: Counting[] = ['sliding', 'fixed', 'bucket', 'even'];

function pick<T>(random: () => number, values: T[]): T {
	return values[Math.floor(random() * values.length)];
}

/** A gateway and a load that only a seed decides. */
function situationFor(counting: Counting, seed: number): Situation {
	const random = seeded(seed);
	const perMinute = random() < 0.15;
	const calls = perMinute ? 20 + Math.floor(random() * 100) : Math.ceil(200 ** random());
	const period = perMinute ? 60_000 : 1000;
	const perSecond = (calls / period) * 1000;
	return {
		limit: { counting, calls, period },
		calls: Math.ceil(Math.min(600, Math.max(20, perSecond * 10))),
		processes: pick(random, [1, 1, 2, 3]),
		ceiling: pick(random, [4, 20, 100]),
		latency: pick(random, [5, 20, 200]),
		retryAfter: random() < 0.5,
		seed,
	};
}

/** The most calls in a period that began two seconds or more after the first call. */
function busiestPeriod({ arrivals }: Course, period: number): number {
	let most = 0;
	let first = 0;
	for (let last = 0; last < arrivals.length; last++) {
		while (arrivals[first] <= Math.max(arrivals[last] - period, arrivals[0] + 2000)) first++;
		most = Math.max(most, last - first + 1);
	}
	return most;
}

describe.each(COUNTINGS)('%s gateways', (counting) => {
	const situations = Array.from({ length: GATEWAYS }, (_, n) => situationFor(counting, n + 1));
	const courses = situations.map((situation) => simulate(situation));

	it('let every call through in the end', () => {
		courses.forEach(({ through, ends }, n) => {
			const { calls, processes } = situations[n];
			expect(through.length).toBe(Math.ceil(calls / processes) * processes);
			expect(ends).toHaveLength(processes);
		});
	});

	it('never see more calls at once than the ceiling', () => {
		courses.forEach(({ mostUnderWay }, n) => {
			expect(mostUnderWay).toBeLessThanOrEqual(situations[n].ceiling);
		});
	});

	it('see at most twice the limit of one process after the first two seconds', () => {
		courses.forEach((course, n) => {
			const { limit, processes } = situations[n];
			if (processes > 1) return;
			const { calls, period } = limit!;
			const most = busiestPeriod(course, period);
			// A few tries in a second are no flood, however low the limit is.
			expect([n, most, most <= 2 * calls + 4]).toEqual([n, most, true]);
		});
	});

	it('starve no process', () => {
		courses.forEach(({ longestWait, time }, n) => {
			expect([n, longestWait < 600_000 && time < 3_600_000]).toEqual([n, true]);
		});
	});

	it('keep one process for little longer than the limit takes', () => {
		const ratios = courses.flatMap(({ time }, n) => {
			const { limit, processes, calls, ceiling, latency } = situations[n];
			const least = (calls / limit!.calls) * limit!.period;
			const isBusy = (ceiling / latency) * 1000 * 0.8 < (limit!.calls / limit!.period) * 1000;
			return processes > 1 || isBusy || least < 8000 ? [] : [time / least];
		});
		ratios.sort((a, b) => a - b);
		expect(ratios.length).toBeGreaterThan(50);
		expect(ratios[ratios.length >> 1]).toBeLessThan(1.25);
	});
});

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
		calls: Math.ceil(Math.min(1000, Math.max(30, perSecond * 20))),
		processes: pick(random, [1, 1, 2, 3]),
		ceiling: pick(random, [4, 20, 100]),
		latency: pick(random, [5, 20, 200]),
		retryAfter: random() < 0.5,
		seed,
	};
}

/** The most calls that were refused in a period, from two seconds after the first call on. */
function mostRefused({ arrivals, through }: Course, period: number): number {
	const passed = new Set(through);
	const refused = arrivals.filter((at) => !passed.has(at) && at > arrivals[0] + 2000);
	let most = 0;
	let first = 0;
	for (let last = 0; last < refused.length; last++) {
		while (refused[first] <= refused[last] - period) first++;
		most = Math.max(most, last - first + 1);
	}
	return most;
}

/** How many times the least time the runs took that the limit alone kept back, in order. */
function ratios(situations: Situation[], courses: Course[], processes: number): number[] {
	const found = courses.flatMap(({ time }, n) => {
		const { limit, calls, ceiling, latency, ...rest } = situations[n];
		const { calls: allowed, period } = limit!;
		const least = (calls / allowed) * period;
		const isSlow = (ceiling / latency) * 0.8 < allowed / period;
		return rest.processes !== processes || isSlow || least < 8000 ? [] : [time / least];
	});
	expect(found.length).toBeGreaterThan(50);
	return found.sort((a, b) => a - b);
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

	it('refuse no more of one process than they let through, from two seconds on, but for one in fifty', () => {
		const excesses = courses.flatMap((course, n) => {
			const { limit, processes } = situations[n];
			const { calls, period } = limit!;
			// A few tries are no flood, however low the limit is.
			return processes > 1 ? [] : [mostRefused(course, period) / (calls + 4)];
		});
		const tooMany = excesses.filter((excess) => excess > 1);
		expect(tooMany.length).toBeLessThanOrEqual(excesses.length / 50);
		expect(Math.max(...excesses)).toBeLessThan(2);
	});

	it('let every process get on, whatever the others do', () => {
		courses.forEach(({ longestWait }, n) => {
			expect([n, longestWait < 90_000]).toEqual([n, true]);
		});
	});

	it('keep one process little longer than their limit does', () => {
		const found = ratios(situations, courses, 1);
		expect(found[found.length >> 1]).toBeLessThan(counting === 'even' ? 1.2 : 1.1);
	});

	it('keep three processes little longer than their limit does', () => {
		const found = ratios(situations, courses, 3);
		expect(found[found.length >> 1]).toBeLessThan(counting === 'even' ? 2 : 1.5);
	});
});

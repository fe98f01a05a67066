import type { Counting } from '../throttle/gateways';
import type { GatewaySetup } from './gateway';

/** A run of this node, or of several processes with this node, against a gateway. */
export interface Course extends GatewaySetup {
	/** Of all processes together. */
	calls: number;
	processes: number;
	/** Concurrent Calls. */
	ceiling: number;
}

const SECOND = 1000;
const MINUTE = 60_000;
const COUNTINGS: Counting[] = ['sliding', 'fixed', 'bucket', 'even'];
const RATES = [1, 5, 25, 100, 200];

/** With a limit; at its best it takes ten seconds, or as long as 30 calls. */
function limited(counting: Counting, perSecond: number, rest: Partial<Course> = {}): Course {
	const limit = { counting, calls: perSecond, period: SECOND };
	const calls = Math.max(30, perSecond * 10);
	return { limit, calls, processes: 1, ceiling: 20, latency: 20, retryAfter: false, ...rest };
}

const unlimited = { calls: 500, processes: 1, ceiling: 20, latency: 100, retryAfter: false };

/** What takes ten minutes and shows every kind once. */
export function someCourses(): Course[] {
	const perMinute = { counting: 'sliding' as const, calls: 100, period: MINUTE };
	return [
		...COUNTINGS.flatMap((counting) => RATES.map((rate) => limited(counting, rate))),
		...COUNTINGS.map((counting) => limited(counting, 25, { retryAfter: true })),
		...COUNTINGS.map((counting) => limited(counting, 25, { latency: 200 })),
		...COUNTINGS.flatMap((counting) =>
			[5, 100].map((rate) => limited(counting, rate, { processes: 3 })),
		),
		limited('sliding', 25, { ceiling: 4 }),
		limited('sliding', 100, { ceiling: 100 }),
		{ ...limited('sliding', 100), limit: perMinute, calls: 200 },
		unlimited,
		{ ...unlimited, latency: 20 },
		{ ...unlimited, ceiling: 100, capacity: 8 },
	];
}

/** Every combination. */
export function allCourses(): Course[] {
	const courses: Course[] = [];
	for (const counting of COUNTINGS) {
		for (const rate of RATES) {
			for (const latency of [20, 200]) {
				for (const retryAfter of [false, true]) {
					for (const ceiling of [4, 20, 100]) {
						for (const processes of [1, 2, 3]) {
							courses.push(limited(counting, rate, { latency, retryAfter, ceiling, processes }));
						}
					}
				}
			}
		}
	}
	// Where answers are too slow for the limit to be reached there is nothing to see.
	return courses.filter(({ limit, ...one }) => reachable(one) > limit!.calls * 1.2);
}

/** Calls a second at most. */
export function reachable({ ceiling, latency, processes, capacity = Infinity }: Course): number {
	return (Math.min(ceiling * processes, capacity) / latency) * SECOND;
}

/** The least time it can take, in seconds. */
export function leastTime(course: Course): number {
	const { limit, calls } = course;
	const perSecond = limit ? (limit.calls / limit.period) * SECOND : Infinity;
	return calls / Math.min(perSecond, reachable(course));
}

export function nameOf({ limit, capacity, retryAfter }: Course): string {
	if (capacity) return `no limit, slower above ${capacity} at once`;
	if (!limit) return 'no limit';
	const names = {
		sliding: 'sliding window',
		fixed: 'fixed window',
		bucket: 'bucket',
		even: 'even',
	};
	const period = limit.period === MINUTE ? 'min' : 's';
	return `${names[limit.counting]}, ${limit.calls}/${period}${retryAfter ? ', Retry-After' : ''}`;
}

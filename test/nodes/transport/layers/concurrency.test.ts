import { simulate } from '../../../../dev/throttle/simulate';
import { Concurrency } from '../../../../nodes/KooSearch/transport/layers/concurrency';

const LOAD = { calls: 2000, processes: 1, latency: 100, retryAfter: false, seed: 1 };

it('The number of calls at once grows to the ceiling while answers do not get slower', () => {
	const { mostUnderWay, time } = simulate({ ...LOAD, ceiling: 20 });
	expect(mostUnderWay).toBe(20);
	expect(time).toBeLessThan((2000 / 20) * 100 * 1.15);
});

it('It begins with 4', () => {
	expect(new Concurrency(() => 0).limit).toBe(4);
});

it('A service that gets slower with many calls is not flooded', () => {
	const { mostUnderWay, time } = simulate({ ...LOAD, ceiling: 100, capacity: 8 });
	expect(mostUnderWay).toBeLessThan(50);
	expect(time).toBeLessThan((2000 / 8) * 100 * 1.15);
});

it('After the service was down it begins with one and grows again', () => {
	let now = 0;
	const concurrency = new Concurrency(() => now);
	concurrency.restart();
	expect(concurrency.limit).toBe(1);
	for (let n = 0; n < 20; n++) {
		const startedAt = now;
		now += 100;
		concurrency.answered('call', startedAt, concurrency.limit);
	}
	expect(concurrency.limit).toBeGreaterThan(4);
});

it('A refusal takes something away, once for all calls that were under way', () => {
	let now = 0;
	const concurrency = new Concurrency(() => now);
	for (let n = 0; n < 40; n++) {
		now += 100;
		concurrency.answered('call', now - 100, concurrency.limit);
	}
	const before = concurrency.limit;
	for (let n = 0; n < 10; n++) concurrency.refused(now);
	expect(concurrency.limit).toBeLessThan(before);
	expect(concurrency.limit).toBeGreaterThan(before * 0.8);
});

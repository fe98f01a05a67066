import type { OperationName, Variant } from './operations';

/** What is run side by side: each variant in a process of its own, their runs taking turns. */
export interface Scenario {
	operation: OperationName;
	/** How many IDs. */
	count: number;
	/** How long the stand-in waits before it answers a request, in milliseconds. */
	latencyMs: number;
	/** How often each variant is measured; one that isn't there isn't run. */
	runs: Partial<Record<Variant, number>>;
}

export interface Extent {
	scenarios: Scenario[];
	/** Of each small measurement. */
	rounds: number;
}

/** 10,000 calls at 20 ms take about a minute, so the whole takes about half an hour. */
export function wholeBench(): Extent {
	const scenarios = inAll(['delete', 'move'], [1000, 10_000, 100_000], (count) => {
		const own = { 1000: 25, 10_000: 9 }[count] ?? 5;
		const single = { 1000: 5, 10_000: 5 }[count];
		return { each: own, list: own, floor: own, ...(single && { single }) };
	});
	return { scenarios, rounds: 5 };
}

export function quickBench(): Extent {
	const scenarios = inAll(['delete'], [1000, 10_000], (count) => ({
		...{ each: 5, list: 5, floor: 5 },
		...(count === 1000 && { single: 1 }),
	}));
	return { scenarios, rounds: 3 };
}

function inAll(
	operations: OperationName[],
	counts: number[],
	runsFor: (count: number) => Scenario['runs'],
): Scenario[] {
	return operations.flatMap((operation) =>
		counts.flatMap((count) =>
			[0, 20].map((latencyMs) => {
				return { operation, count, latencyMs, runs: runsFor(count) };
			}),
		),
	);
}

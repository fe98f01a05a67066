/* eslint-disable @n8n/community-nodes/no-restricted-globals */

/** How many random runs a soak test makes, and from which seed; SOAK_SEED replays a run that failed. */
export function soakSettings(fewestRuns: number): { runs: number; seed: number } {
	const runs = Number(process.env.SOAK_RUNS ?? fewestRuns);
	const seed = Number(process.env.SOAK_SEED ?? 20_260_101);
	if (!Number.isInteger(runs) || !Number.isInteger(seed)) {
		throw new Error('SOAK_RUNS and SOAK_SEED take whole numbers');
	}
	return { runs, seed };
}

/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/**
 * How often `work` lets n8n do something else, on a machine that takes longer from one look at the clock to the next
 * than a loop may go on. So every loop that looks at the clock counts once for each of its turns.
 */
export async function yieldsIn(work: () => Promise<unknown>): Promise<number> {
	let time = performance.now();
	const clock = jest.spyOn(performance, 'now').mockImplementation(() => (time += 30));
	const timers = jest.spyOn(globalThis, 'setTimeout');
	try {
		await work();
		return timers.mock.calls.filter(([, milliseconds]) => milliseconds === 0).length;
	} finally {
		clock.mockRestore();
		timers.mockRestore();
	}
}

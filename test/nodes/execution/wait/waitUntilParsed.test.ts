import { waitUntilParsed } from '../../../../nodes/KooSearch/execution/wait/waitUntilParsed';
import * as waits from '../../../../nodes/KooSearch/transport/wait';

let now: number;
let pauses: number[];

beforeEach(() => {
	[now, pauses] = [0, []];
	jest.spyOn(performance, 'now').mockImplementation(() => now);
	jest.spyOn(waits, 'pause').mockImplementation(async (ms) => {
		pauses.push(ms);
		now += ms;
	});
});

const logger = { info: jest.fn() };
const waiting = { client: {}, logger };

/** A file whose status depends on the time. */
function lookup(statusAt: (ms: number) => string) {
	return {
		find: async (ids: string[]) => ({
			records: new Map(ids.map((id) => [id, { id, status: statusAt(now), name: `${id}.pdf` }])),
			isComplete: true,
		}),
	};
}

it('waits longer each time, and at most 15 seconds', async () => {
	const files = [{ id: 'f1', minutes: 5 }];
	await waitUntilParsed(
		lookup((ms) => (ms > 80_000 ? 'SUCCESS' : 'RUNNING')),
		files,
		waiting,
	);
	expect(pauses).toEqual([2000, 3000, 4500, 6750, 10_125, 15_000, 15_000, 15_000, 15_000]);
	expect(logger.info).toHaveBeenCalledWith('KooSearch: 0 of 1 files are parsed or have failed.');
});

it('gives each file its own time, looks a last time, and says how to go on', async () => {
	const files = [
		{ id: 'f1', minutes: 1 },
		{ id: 'f2', minutes: 2 },
	];
	const results = await waitUntilParsed(
		lookup((ms) => (ms >= 120_000 ? 'SUCCESS' : 'RUNNING')),
		files,
		waiting,
	);
	expect(now).toBe(120_000);
	expect(results.get('f2')).toMatchObject({ parsed: true });
	expect(results.get('f1')).toEqual({
		parsed: null,
		status: 'timeout',
		name: 'f1.pdf',
		reason:
			"After 1 minute it was in the status RUNNING. Raise 'Wait at Most (Minutes)', or go on later with the operation Wait for Files and this ID.",
	});
});

it('does not mistake the status from before a retry for the result', async () => {
	const files = [{ id: 'f1', minutes: 5 }];
	const statusAt = (ms: number) => (ms < 1_000 ? 'ERROR' : ms < 10_000 ? 'RUNNING' : 'SUCCESS');
	const results = await waitUntilParsed(lookup(statusAt), files, { ...waiting, isRepeated: true });
	expect(results.get('f1')).toMatchObject({ parsed: true, status: 'SUCCESS' });
});

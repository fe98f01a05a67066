import { Pace } from '../../../nodes/KooSearch/transport/pace';

const START = 1_000_000;

beforeEach(() => jest.useFakeTimers({ now: START }));
afterEach(() => jest.useRealTimers());

/** Takes turns one after the other and notes when each came, in milliseconds from the start. */
function takeTurns(pace: Pace, count: number): number[] {
	const turns: number[] = [];
	for (let n = 0; n < count; n++) void pace.turn().then(() => turns.push(Date.now() - START));
	return turns;
}

it('leaves the interval between the starts of two calls, however many wait', async () => {
	const turns = takeTurns(new Pace(50), 4);
	await jest.advanceTimersByTimeAsync(1000);
	expect(turns).toEqual([0, 50, 100, 150]);
});

it('lets all go at once without an interval', async () => {
	const turns = takeTurns(new Pace(0), 3);
	await jest.advanceTimersByTimeAsync(0);
	expect(turns).toEqual([0, 0, 0]);
});

it('holds back every call while a pause is asked for, and keeps the longest one', async () => {
	const pace = new Pace(0);
	pace.hold(3000);
	pace.hold(1000);
	const turns = takeTurns(pace, 3);
	await jest.advanceTimersByTimeAsync(2999);
	expect(turns).toEqual([]);
	await jest.advanceTimersByTimeAsync(1);
	expect(turns).toEqual([3000, 3000, 3000]);
});

it('extends a wait when a further pause is asked for meanwhile', async () => {
	const pace = new Pace(0);
	pace.hold(1000);
	const turns = takeTurns(pace, 1);
	await jest.advanceTimersByTimeAsync(500);
	pace.hold(2000);
	await jest.advanceTimersByTimeAsync(1999);
	expect(turns).toEqual([]);
	await jest.advanceTimersByTimeAsync(1);
	expect(turns).toEqual([2500]);
});

it('ends the wait when the execution is cancelled, and leaves no timer behind', async () => {
	const controller = new AbortController();
	const pace = new Pace(0, controller.signal);
	pace.hold(30_000);
	const turns = takeTurns(pace, 2);
	await jest.advanceTimersByTimeAsync(10);
	controller.abort();
	await jest.advanceTimersByTimeAsync(0);
	expect(turns).toEqual([10, 10]);
	expect(jest.getTimerCount()).toBe(0);
});

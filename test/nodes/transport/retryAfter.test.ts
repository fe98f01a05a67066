import { readRetryAfter } from '../../../nodes/KooSearch/transport/retryAfter';

beforeEach(() => jest.useFakeTimers({ now: Date.parse('2030-01-01T00:00:00Z') }));
afterEach(() => jest.useRealTimers());

it.each([
	['7', 7000],
	[' 0 ', 0],
	['Tue, 01 Jan 2030 00:00:12 GMT', 12_000],
	['Mon, 31 Dec 2029 23:59:59 GMT', -1000],
])('The header %p means %i milliseconds', (header, expected) => {
	expect(readRetryAfter(header)).toBe(expected);
});

it.each([undefined, null, '', ' ', 'soon', 7, ['7']])('The header %p means nothing', (header) => {
	expect(readRetryAfter(header)).toBeUndefined();
});

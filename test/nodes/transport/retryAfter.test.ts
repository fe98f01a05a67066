import type { IDataObject } from 'n8n-workflow';

import { readRetryAfter } from '../../../nodes/KooSearch/transport/retryAfter';

const NOW = 'Tue, 01 Jan 2030 00:00:00 GMT';
const IN_12_SECONDS = 'Tue, 01 Jan 2030 00:00:12 GMT';

beforeEach(() => jest.useFakeTimers({ now: Date.parse(NOW) }));
afterEach(() => jest.useRealTimers());

function read(header: unknown, others: IDataObject = {}): number | undefined {
	return readRetryAfter({ 'retry-after': header, ...others } as IDataObject);
}

it.each([
	['7', 7000],
	[' 7 ', 7000],
	['1.5', 1500],
	[IN_12_SECONDS, 12_000],
	['Tuesday, 01-Jan-30 00:00:12 GMT', 12_000],
	['5, 7', 7000],
	['0, 7', 7000],
	[['3', IN_12_SECONDS], 12_000],
])('The header %p means %i milliseconds', (header, expected) => {
	expect(read(header)).toBe(expected);
});

it.each(['0.001', '0.0999', ['0.01', '0']])('%p is not less than a tenth of a second', (header) => {
	expect(read(header)).toBe(100);
});

it.each([undefined, null, '', ' ', 'soon', 7, [], '-5', '1e3', '5 seconds', '5, soon'])(
	'The header %p means nothing',
	(header) => {
		expect(read(header)).toBeUndefined();
	},
);

it.each(['0', '0.0', '0, 0', NOW, 'Mon, 31 Dec 2029 23:59:59 GMT'])(
	'%p asks for no wait, so the caller decides',
	(header) => {
		expect(read(header)).toBeUndefined();
	},
);

it("A date is compared with the server's clock where the answer shows it", () => {
	jest.setSystemTime(Date.parse('Tue, 01 Jan 2030 01:00:00 GMT'));
	expect(read(IN_12_SECONDS, { date: NOW })).toBe(12_000);
	jest.setSystemTime(Date.parse('Mon, 31 Dec 2029 23:00:00 GMT'));
	expect(read(IN_12_SECONDS, { date: NOW })).toBe(12_000);
});

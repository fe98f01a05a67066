import type { Quota } from './layers/callRate';

const UNITS: Record<string, number> = {
	second: 1000,
	minute: 60_000,
	hour: 3_600_000,
	day: 86_400_000,
};

/** APIG.0308 (page "API Error Codes" of APIG), and a common spelling. */
const SPELLINGS = [
	/limit:\s*(\d{1,9}),\s*time:\s*(\d{1,6})\s*(second|minute|hour|day)/i,
	/(\d{1,9}) requests? (?:in|per) (?:(\d{1,6}) )?(second|minute|hour|day)/i,
];

/** The limit that a refusal names, such as "limit:5,time:1 minute". */
export function readQuota(text: string): Quota | undefined {
	for (const spelling of SPELLINGS) {
		const found = spelling.exec(text);
		if (!found) continue;
		const [, calls, units = '1', unit] = found;
		const quota = { calls: Number(calls), period: Number(units) * UNITS[unit.toLowerCase()] };
		if (quota.calls > 0 && quota.period > 0) return quota;
	}
	return undefined;
}

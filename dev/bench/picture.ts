/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { writeFileSync } from 'node:fs';

import type { Limit } from '../throttle/gateways';
import type { Traffic } from './gateway';

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 44;
const TOP = 34;
const BOTTOM = 30;
/** How long what one bar counts, in milliseconds. */
const STEP = 500;

/** Draws calls per second over time: those that got through, and on top of them those that were refused. */
export function writePicture(file: string, name: string, limit: Limit, traffic: Traffic): void {
	const { through, refused } = traffic;
	const start = Math.min(...through, ...refused);
	const end = Math.max(...through, ...refused);
	const bars = Math.ceil((end - start + 1) / STEP);
	const perSecond = (times: number[]) => {
		const counts = Array<number>(bars).fill(0);
		for (const time of times) counts[Math.floor((time - start) / STEP)] += 1000 / STEP;
		return counts;
	};
	const [passed, not] = [perSecond(through), perSecond(refused)];
	const rate = (limit.calls / limit.period) * 1000;
	const most = Math.max(rate * 2, ...passed.map((one, n) => one + not[n]));
	const x = (n: number) => LEFT + (n * (WIDTH - LEFT - 8)) / bars;
	const y = (value: number) => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
	const bar = (n: number, from: number, value: number, color: string) =>
		value === 0
			? ''
			: `<rect x="${x(n).toFixed(1)}" y="${y(from + value).toFixed(1)}" width="${(x(1) - x(0) - 0.6).toFixed(1)}" height="${(y(from) - y(from + value)).toFixed(1)}" fill="${color}"/>\n`;
	const bodies = passed.map((one, n) => bar(n, 0, one, '#2f6f4f') + bar(n, one, not[n], '#c9453a'));
	const text = (left: number, top: number, content: string, anchor = 'start') =>
		`<text x="${left}" y="${top}" text-anchor="${anchor}">${content}</text>\n`;
	const seconds = ((end - start) / 1000).toFixed(0);
	writeFileSync(
		file,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${text(LEFT, 18, `${name}: calls a second that got through (green) and were refused (red)`)}${bodies.join('')}<line x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(rate).toFixed(1)}" y2="${y(rate).toFixed(1)}" stroke="#333333" stroke-dasharray="4 3"/>
${text(LEFT - 6, y(rate) + 4, String(rate), 'end')}${text(LEFT, HEIGHT - 10, '0 s')}${text(WIDTH - 8, HEIGHT - 10, `${seconds} s`, 'end')}</svg>
`,
	);
}

import type { EventSettings, SeenRecord, WatchedEvent } from '../watchedEvent';
import { files } from './lists';

const MINUTE = 60_000;

/** Once for as long as it stays unfinished. */
export const fileStuck: WatchedEvent = {
	...files,
	option: {
		name: 'File Stuck',
		value: 'fileStuck',
		description: 'When a file has been waiting or being parsed for too long',
	},
	isEvent: (settings) => (seen, _before, current) =>
		!current.isReported && isStuck(seen, current.since, settings),
	isSample: (seen, settings) => isStuck(seen, 0, settings),
};

/** KooSearch does not say when it began: a file may be parsed again long after it was created. */
function isStuck(
	{ phase, createdAt }: SeenRecord,
	since: number,
	{ now, stuckMinutes }: EventSettings,
): boolean {
	return phase === 'unfinished' && now - Math.max(since, createdAt) >= stuckMinutes * MINUTE;
}

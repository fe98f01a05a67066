import type { WatchedEvent } from '../watchedEvent';
import { entering } from '../watchedEvent';
import { files } from './lists';

export const fileFailed: WatchedEvent = {
	...files,
	...entering('failed'),
	option: {
		name: 'File Failed',
		value: 'fileFailed',
		description:
			'When a file could not be parsed, with the reason, and each time that it fails again',
	},
};

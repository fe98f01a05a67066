import type { WatchedEvent } from '../watchedEvent';
import { entering } from '../watchedEvent';
import { files } from './lists';

export const fileParsed: WatchedEvent = {
	...files,
	...entering('succeeded'),
	option: {
		name: 'File Parsed',
		value: 'fileParsed',
		description: 'When a file was parsed, so that it can be searched',
	},
};

import type { WatchedEvent } from '../watchedEvent';
import { files } from './lists';

export const fileAdded: WatchedEvent = {
	...files,
	option: {
		name: 'File Added',
		value: 'fileAdded',
		description: 'When a file is new in the knowledge base, whatever its status',
	},
	isEvent: () => (_seen, before) => before === undefined,
	isSample: () => true,
};

import type { WatchedEvent } from '../watchedEvent';
import { entering } from '../watchedEvent';
import { tasks } from './lists';

export const taskFailed: WatchedEvent = {
	...tasks,
	...entering('failed'),
	option: {
		name: 'Task Failed',
		value: 'taskFailed',
		description: 'When a task ended in an error, with the reason',
	},
};

import type { WatchedEvent } from '../watchedEvent';
import { entering } from '../watchedEvent';
import { tasks } from './lists';

export const taskSucceeded: WatchedEvent = {
	...tasks,
	...entering('succeeded'),
	option: {
		name: 'Task Succeeded',
		value: 'taskSucceeded',
		description: 'When a task was completed',
	},
};

import { fileList, taskList } from '../../execution/list/endpoints';
import type { WatchedEvent } from '../watchedEvent';

type Watched = Pick<WatchedEvent, 'noun' | 'list' | 'reasonKey'>;

/** Page SearchFiles. `upload_desc` is why parsing failed; it may be missing. */
export const files: Watched = {
	noun: { one: 'file', many: 'files' },
	list: fileList,
	reasonKey: 'upload_desc',
};

/** Page SearchTasks. */
export const tasks: Watched = {
	noun: { one: 'task', many: 'tasks' },
	list: taskList,
	reasonKey: 'task_desc',
};

import { fileList, taskList } from '../../execution/list/endpoints';
import { toFileRecord, withTimes } from '../../execution/records';
import type { WatchedEvent } from '../watchedEvent';

type Watched = Pick<WatchedEvent, 'noun' | 'list' | 'reasonKey' | 'describe'>;

/** Page SearchFiles. `upload_desc` is why parsing failed; it may be missing. */
export const files: Watched = {
	noun: { one: 'file', many: 'files' },
	list: fileList,
	reasonKey: 'upload_desc',
	describe: toFileRecord,
};

/** Page SearchTasks. */
export const tasks: Watched = {
	noun: { one: 'task', many: 'tasks' },
	list: taskList,
	reasonKey: 'task_desc',
	describe: withTimes,
};

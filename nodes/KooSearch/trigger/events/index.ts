import type { WatchedEvent } from '../watchedEvent';
import { fileAdded } from './fileAdded';
import { fileFailed } from './fileFailed';
import { fileParsed } from './fileParsed';
import { fileStuck } from './fileStuck';
import { taskFailed } from './taskFailed';
import { taskSucceeded } from './taskSucceeded';

/** What the trigger can watch: a new event is a file and a line here. */
export const events: WatchedEvent[] = [
	fileAdded,
	fileFailed,
	fileParsed,
	fileStuck,
	taskFailed,
	taskSucceeded,
];

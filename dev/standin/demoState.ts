import type { Directory, File, Parsing, Task } from './knowledgeBase';
import { demoText } from './demoTexts';
import { State } from './state';

const HOUR = 3_600_000;
const TASK_TYPES: Array<Task['type']> = ['QA', 'TABLE_EXTRACTION', 'RETRY_FILES', 'DELETE_TABLES'];
const TASK_STATUSES: Array<Task['status']> = [
	'SUCCESS',
	'ERROR',
	'SUCCESS',
	'PENDING',
	'SUCCESS',
	'ERROR',
	'RUNNING',
];
const FILE_STATUSES: Array<File['status']> = [
	'SUCCESS',
	'ERROR',
	'SUCCESS',
	'RUNNING',
	'SUCCESS',
	'PENDING',
	'SUCCESS',
];
const FAILURES = ['The file is encrypted', 'The file is empty', 'Parsing timed out'];
/** Lengths without a common divisor, here and above, make every combination occur. */
const FILE_TYPES = ['pdf', 'docx', 'xlsx', 'md', 'txt'];

const CONTRACT_DIRECTORIES = [
	['dir-contracts', 'Contracts', null],
	['dir-contracts-2024', '2024', 'dir-contracts'],
	['dir-contracts-2025', '2025', 'dir-contracts'],
	['dir-contracts-2025-signed', 'Signed', 'dir-contracts-2025'],
	['dir-archive', 'Archive', null],
] as const;
const SUPPORT_DIRECTORIES = [
	['dir-manuals', 'Manuals', null],
	['dir-manuals-en', 'English', 'dir-manuals'],
	['dir-tickets', 'Tickets', null],
] as const;

/** A token that outlives restarts of the demo, so that a saved credential goes on working. */
export const DEMO_TOKEN = 'standin-demo-token';

/**
 * Two knowledge bases, always the same but for the times: tasks and files are two hours apart, the
 * first ones now, so that every status occurs below and above an age of seven days.
 *
 * @param parsing without it, what is uploaded or retried stays unparsed
 */
export function demoState(parsing?: Parsing): State {
	const state = new State();
	state.access.issueToken({ value: DEMO_TOKEN });
	const now = Date.now();
	state.addKnowledgeBase({
		id: 'kb-contracts',
		name: 'Contracts',
		parsing,
		directories: CONTRACT_DIRECTORIES.map(toDirectory),
		tasks: numbers(1, 200).map((n) => demoTask(n, now - (n - 1) * 2 * HOUR)),
		files: numbers(1, 200).map((n) =>
			demoFile(n, 'contract', now - (n - 1) * 2 * HOUR, CONTRACT_DIRECTORIES),
		),
	});
	state.addKnowledgeBase({
		id: 'kb-support',
		name: 'Support',
		parsing,
		directories: SUPPORT_DIRECTORIES.map(toDirectory),
		tasks: numbers(201, 300).map((n) => demoTask(n, now - (n - 201) * 2 * HOUR)),
		files: numbers(201, 300).map((n) =>
			demoFile(n, 'manual', now - (n - 201) * 2 * HOUR, SUPPORT_DIRECTORIES),
		),
	});
	return state;
}

type DirectoryRow = readonly [id: string, name: string, parentId: string | null];

function toDirectory([id, name, parent_id]: DirectoryRow): Omit<
	Directory,
	'level' | 'create_time' | 'update_time'
> {
	return { id, name, parent_id };
}

function demoTask(n: number, create_time: number): Partial<Task> & { id: string } {
	const status = TASK_STATUSES[n % TASK_STATUSES.length];
	return {
		id: `task-${pad(n)}`,
		name: `Task ${n}`,
		type: TASK_TYPES[n % TASK_TYPES.length],
		status,
		process: status === 'SUCCESS' ? 1 : status === 'RUNNING' ? 0.5 : 0,
		create_time,
		task_desc: status === 'ERROR' ? 'The document could not be parsed' : '',
		file_name: `document-${pad(n)}.pdf`,
	};
}

/** Every 25th file has the name of the one before it, for moves that meet a document of the same name. */
function demoFile(
	n: number,
	stem: 'contract' | 'manual',
	create_time: number,
	directories: readonly DirectoryRow[],
): Partial<File> & { id: string } {
	const namedLike = n % 25 === 0 ? n - 1 : n;
	const type = FILE_TYPES[namedLike % FILE_TYPES.length];
	const place = n % (directories.length + 1);
	const status = FILE_STATUSES[n % FILE_STATUSES.length];
	const name = `${stem}-${pad(namedLike)}.${type}`;
	return {
		id: `file-${pad(n)}`,
		name,
		text: demoText(stem, n),
		type,
		size: 10_000 + n * 137,
		status,
		tags: n % 10 === 0 ? ['urgent'] : [],
		create_time,
		directory_id: place === 0 ? null : directories[place - 1][0],
		...(status === 'ERROR' ? { upload_desc: FAILURES[n % FAILURES.length] } : {}),
	};
}

function numbers(first: number, last: number): number[] {
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function pad(n: number): string {
	return String(n).padStart(4, '0');
}

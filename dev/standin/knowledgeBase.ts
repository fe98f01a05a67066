/** Times are milliseconds since 1970. */
export interface Task {
	id: string;
	name: string;
	type: 'QA' | 'DELETE_TABLES' | 'TABLE_EXTRACTION' | 'RETRY_FILES';
	status: 'SUCCESS' | 'ERROR' | 'PENDING' | 'RUNNING';
	/** Progress from 0 to 1. */
	process: number;
	create_time: number;
	task_desc: string;
	/** For the filters of the same names; not in answers. */
	create_user: string;
	file_name: string;
}

export interface File {
	id: string;
	name: string;
	type: string;
	/** Bytes. */
	size: number;
	status: 'SUCCESS' | 'ERROR' | 'PENDING' | 'RUNNING' | 'IMPORT_EXCEPTION' | 'FILE_ENCODING_ERROR';
	tags: string[];
	create_user: string;
	create_time: number;
	/** Null: in no directory. */
	directory_id: string | null;
	/** What a search looks at: passages with an empty line between them. Not in answers that list files. */
	text: string;
	/** Why it could not be parsed. */
	upload_desc?: string;
}

export interface Directory {
	id: string;
	name: string;
	parent_id: string | null;
	/** 1 at the top, 5 at most. */
	level: number;
	create_time: number;
	update_time: number;
}

/** How a knowledge base parses what it gets. */
export interface Parsing {
	/** Until a file is parsed, in milliseconds. */
	ms: number;
	/** Why a file can't be parsed, or undefined. */
	failure?: (file: File) => string | undefined;
}

export interface KnowledgeBase {
	id: string;
	name: string;
	status: 'open' | 'close';
	create_time: number;
	tasks: Map<string, Task>;
	files: Map<string, File>;
	directories: Map<string, Directory>;
	/** Without it, what is being parsed stays so. */
	parsing?: Parsing;
	/** Whether uploaded files lose their tags. */
	ignoresTags?: boolean;
	/** Whether SearchFiles ignores `ids`. */
	ignoresIds?: boolean;
}

type Seed<T> = string | (Partial<T> & { id: string });

/** An ID alone gets likely values for all else. A directory stands after its parent. */
export interface KnowledgeBaseSeed {
	id: string;
	name?: string;
	status?: 'open' | 'close';
	tasks?: Array<Seed<Task>>;
	files?: Array<Seed<File>>;
	directories?: Array<Seed<Omit<Directory, 'level'>>>;
	parsing?: Parsing;
	ignoresTags?: boolean;
	ignoresIds?: boolean;
}

const USER = 'standin-user';
export const DEEPEST_LEVEL = 5;

/** @throws Error when an ID occurs twice, or refers to a directory that isn't there */
export function createKnowledgeBase(seed: KnowledgeBaseSeed): KnowledgeBase {
	const knowledgeBase: KnowledgeBase = {
		id: seed.id,
		name: seed.name ?? `Knowledge base ${seed.id}`,
		status: seed.status ?? 'open',
		create_time: Date.now(),
		tasks: new Map(),
		files: new Map(),
		directories: new Map(),
		parsing: seed.parsing,
		ignoresTags: seed.ignoresTags,
		ignoresIds: seed.ignoresIds,
	};
	for (const one of seed.tasks ?? []) addTask(knowledgeBase, one);
	for (const one of seed.directories ?? []) addDirectory(knowledgeBase, one);
	for (const one of seed.files ?? []) addFile(knowledgeBase, one);
	return knowledgeBase;
}

/** @throws Error when there is a task of that ID */
export function addTask({ tasks }: KnowledgeBase, seed: Seed<Task>): Task {
	const given = withId(seed);
	const status = given.status ?? 'SUCCESS';
	return addNew(tasks, {
		name: `Task ${given.id}`,
		type: 'QA',
		process: status === 'SUCCESS' ? 1 : 0,
		create_time: Date.now(),
		task_desc: '',
		create_user: USER,
		file_name: `${given.id}.pdf`,
		...given,
		status,
	});
}

/** @throws Error when there is a file of that ID, or no such directory */
export function addFile({ files, directories }: KnowledgeBase, seed: Seed<File>): File {
	const given = withId(seed);
	mustExist(directories, given.directory_id);
	return addNew(files, {
		name: `${given.id}.pdf`,
		type: 'pdf',
		size: 1024,
		status: 'SUCCESS',
		tags: [],
		create_user: USER,
		create_time: Date.now(),
		directory_id: null,
		text: '',
		...given,
	});
}

/** @throws Error when there is a directory of that ID, no such parent, or the tree gets too deep */
export function addDirectory(
	{ directories }: KnowledgeBase,
	seed: Seed<Omit<Directory, 'level'>>,
): Directory {
	const given = withId(seed);
	mustExist(directories, given.parent_id);
	const level = (directories.get(given.parent_id ?? '')?.level ?? 0) + 1;
	if (level > DEEPEST_LEVEL) throw new Error(`Directory ${given.id} lies too deep`);
	const now = Date.now();
	const filled = { name: given.id, parent_id: null, create_time: now, update_time: now, ...given };
	return addNew(directories, { ...filled, level });
}

function withId<T>(seed: Seed<T>): Partial<T> & { id: string } {
	return typeof seed === 'string' ? ({ id: seed } as Partial<T> & { id: string }) : seed;
}

function addNew<T extends { id: string }>(records: Map<string, T>, record: T): T {
	if (records.has(record.id)) throw new Error(`There is a record ${record.id} already`);
	records.set(record.id, record);
	return record;
}

function mustExist(directories: Map<string, Directory>, id: string | null | undefined): void {
	if (typeof id === 'string' && !directories.has(id)) throw new Error(`No directory ${id}`);
}

import type { RawClient, Reply } from './client';
import { cannotTell, differs, Seen } from './finding';

export type Item = Record<string, unknown>;

/** A list as the service gave it. */
export interface List {
	total: unknown;
	items: Item[];
	body: Item;
}

/** How many records are looked at to learn what records are like. */
const SAMPLE = 200;

/** The service under test, and what several checks want to know of it, asked once. */
export class Service {
	private readonly samples = new Map<string, Promise<List>>();

	constructor(
		readonly client: RawClient,
		private readonly chosen?: string,
	) {}

	/** The knowledge base that is looked at: the one that was named, else the first of the list. */
	async knowledgeBaseId(): Promise<string> {
		if (this.chosen) return this.chosen;
		const { items } = await this.sample('/knowledge-repo', 'data_list');
		const id = items[0]?.id;
		if (typeof id === 'string') return id;
		throw new Seen(cannotTell('there is no knowledge base to look at'));
	}

	/** Of the knowledge base: `/{repo_id}` and what follows. */
	async path(rest: string): Promise<string> {
		return `/${await this.knowledgeBaseId()}${rest}`;
	}

	async files(): Promise<Item[]> {
		return (await this.sample(await this.path('/files/search'), 'files')).items;
	}

	async tasks(): Promise<Item[]> {
		return (await this.sample(await this.path('/tasks'), 'tasks')).items;
	}

	async directories(): Promise<Item[]> {
		return (await this.sample(await this.path('/directory'), 'directory_list', {})).items;
	}

	private async sample(path: string, key: string, query: object = { page_size: SAMPLE }) {
		const asked = this.samples.get(path) ?? this.list(path, key, { ...query });
		this.samples.set(path, asked);
		return await asked;
	}

	/** @throws Seen when the answer is not such a list */
	async list(path: string, key: string, query = {}): Promise<List> {
		return listOf(await this.client.get(path, query), key);
	}
}

/** @throws Seen when an answer does not hold such a list */
export function listOf(reply: Reply, key: string): List {
	const body = recordOf(reply);
	const items = body[key];
	if (!Array.isArray(items)) throw new Seen(differs(`no list '${key}', but ${keysOf(body)}`));
	return { total: body.total, items: items as Item[], body };
}

/** @throws Seen for a refusal, and for an answer that is no JSON object */
export function recordOf(reply: Reply): Item {
	requireSuccess(reply);
	if (isRecord(reply.body)) return reply.body;
	throw new Seen(differs(`HTTP ${reply.status} with ${describe(reply.body)}`));
}

/** @throws Seen: what is not published, throttled or down says nothing; any other refusal is a difference */
export function requireSuccess(reply: Reply): void {
	const { status } = reply;
	if (status >= 200 && status < 300) return;
	const isSilent = [401, 403, 404, 429].includes(status) || status >= 500;
	throw new Seen((isSilent ? cannotTell : differs)(refusalOf(reply)));
}

/** Status and code; the text of a refusal may repeat names. */
export function refusalOf({ status, body }: Reply): string {
	const code = isRecord(body) ? body.error_code : undefined;
	return `HTTP ${status}${typeof code === 'string' ? ` ${code.slice(0, 36)}` : ', no error_code'}`;
}

export function isRecord(value: unknown): value is Item {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The names of the fields. */
export function keysOf(record: Item): string {
	return `{${Object.keys(record).sort().join(', ')}}`;
}

/** The kind of a value, never the value. */
export function describe(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'string') return /^\d+$/.test(value) ? 'digits as text' : 'text';
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The kinds of a field's values in records, such as "text, null". */
export function kindsOf(items: Item[], key: string): string {
	return [...new Set(items.map((item) => describe(item[key])))].join(', ');
}

/** How many of records. */
export function ofItems(part: number, items: unknown[]): string {
	return `${part} of ${items.length}`;
}

/** The records that a check is about. @throws Seen where there is none */
export function atLeast<T>(items: T[], count: number, noun: string): T[] {
	if (items.length >= count) return items;
	throw new Seen(cannotTell(`it takes ${count} ${noun}, and there are ${items.length}`));
}

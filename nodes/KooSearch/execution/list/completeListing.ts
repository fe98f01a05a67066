import type { KooSearchClient } from '../../transport/client';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import { Breather } from '../../transport/wait';
import type { KooSearchRecord, ListEndpoint } from './endpoints';
import { PAGE_SIZE, readPage } from './paginate';

/** The API's own limit of `page_size`. */
const MAX_PAGE_SIZE = 65_535;

/** A list that goes on for ever is not read for ever. */
const MAX_PAGES = 500;

/** Records by their IDs. */
export type Records = Map<string, KooSearchRecord>;

/** What one look at a list found of the wanted IDs, and all IDs that it holds. */
interface Look {
	found: Records;
	ids: Set<string>;
}

/**
 * The records of some IDs in a list of which nobody can doubt that it is whole: what isn't in it isn't there.
 *
 * Read in one page it shows one moment. Of several pages it takes two looks that agree on every record: while one is
 * read, a record slips from the next page to the one before as soon as another is deleted, and a new one in its place
 * keeps the total the same.
 *
 * @returns undefined where the list may not be whole, or could not be read
 */
export async function findListed(
	client: KooSearchClient,
	endpoint: ListEndpoint,
	wanted: ReadonlySet<string>,
): Promise<Records | undefined> {
	const lister = new Lister(client, endpoint, wanted);
	try {
		const atOnce = await lister.lookAtOnce();
		if (atOnce !== 'paged') return atOnce?.found;
		const first = await lister.lookByPages();
		const second = first && (await lister.lookByPages());
		return second && isSameSet(first.ids, second.ids) ? second.found : undefined;
	} catch (error) {
		return error instanceof ApiFailure ? undefined : rethrow(error);
	}
}

class Lister {
	private readonly wantedForms: ReadonlySet<string>;

	constructor(
		private readonly client: KooSearchClient,
		private readonly endpoint: ListEndpoint,
		private readonly wanted: ReadonlySet<string>,
	) {
		this.wantedForms = new Set([...wanted].map(looseForm));
	}

	/** @returns 'paged' where the service doesn't give everything in one page */
	async lookAtOnce(): Promise<Look | undefined | 'paged'> {
		const page = await this.read(1, MAX_PAGE_SIZE);
		if (!page || page.records.length < page.total) return 'paged';
		const look = this.newLook();
		if (!(await this.add(look, page.records)) || look.ids.size !== page.total) return undefined;
		if (page.total === 0) return look;
		// A total may count the page alone: then there is another one.
		const next = await this.read(2, page.total);
		const isLast = !next || next.records.every(({ id }) => look.ids.has(String(id)));
		return isLast ? look : undefined;
	}

	/** Reads on until a page brings nothing new, whatever the total says. */
	async lookByPages(): Promise<Look | undefined> {
		const look = this.newLook();
		const totals = new Set<number>();
		for (let number = 1; number <= MAX_PAGES; number++) {
			const page = await this.read(number, PAGE_SIZE);
			const before = look.ids.size;
			if (page && !(await this.add(look, page.records))) return undefined;
			if (!page || look.ids.size === before) break;
			totals.add(page.total);
		}
		return totals.size === 1 && totals.has(look.ids.size) ? look : undefined;
	}

	private newLook(): Look {
		return { found: new Map(), ids: new Set() };
	}

	/** @returns false where an ID is not the text it should be, so that nobody knows what it stands for */
	private async add({ found, ids }: Look, records: KooSearchRecord[]): Promise<boolean> {
		const breather = new Breather();
		for (const record of records) {
			const pause = breather.pause();
			if (pause) await pause;
			const id = String(record.id);
			const isExact = typeof record.id === 'string' || Number.isSafeInteger(record.id);
			if (!isExact || (!this.wanted.has(id) && this.wantedForms.has(looseForm(id)))) return false;
			ids.add(id);
			if (this.wanted.has(id)) found.set(id, record);
		}
		return true;
	}

	/** @returns undefined for a page that the service refuses to give, such as one behind the last */
	private async read(number: number, size: number) {
		const query = { page_num: number, page_size: size };
		try {
			return await readPage(this.client, this.endpoint, query);
		} catch (error) {
			if (error instanceof ApiFailure && error.facts.scope === 'ids') return undefined;
			return rethrow(error);
		}
	}
}

/** An ID without what a service may add to it or leave away: the case of letters, spaces, leading zeros. */
function looseForm(id: string): string {
	return id.trim().toLowerCase().replace(/^0+/, '');
}

function isSameSet(first: Set<string>, second: Set<string>): boolean {
	return first.size === second.size && [...first].every((id) => second.has(id));
}

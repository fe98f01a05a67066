import type { KooSearchClient } from '../../transport/client';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import { Breather } from '../../transport/wait';
import { hasExactId } from '../records';
import type { KooSearchRecord, ListEndpoint } from './endpoints';
import { PAGE_SIZE, readPage } from './paginate';

/** The API's own limit of `page_size`. */
const MAX_PAGE_SIZE = 65_535;

/** A limit for lists that never end. */
const MAX_PAGES = 500;

/** Records by their IDs. */
export type Records = Map<string, KooSearchRecord>;

/** The wanted records that one reading of a list found, and all IDs in the list. */
interface Look {
	found: Records;
	ids: Set<string>;
}

/**
 * The records of some IDs from a list that is certainly complete: what isn't in it does not exist.
 *
 * One page is consistent. Several pages are read twice, and both readings have to agree on every record: when a record
 * is deleted meanwhile, another moves from the next page to the one before, and a new record can keep the total the
 * same.
 *
 * @returns undefined if the list may be incomplete, or could not be read
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

	/** @returns 'paged' if the service doesn't return everything in one page */
	async lookAtOnce(): Promise<Look | undefined | 'paged'> {
		const page = await this.read(1, MAX_PAGE_SIZE);
		if (!page || page.records.length < page.total) return 'paged';
		const look = this.newLook();
		if (!(await this.add(look, page.records)) || look.ids.size !== page.total) return undefined;
		if (page.total === 0) return look;
		// The total may count only this page: then there is another page.
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

	/** @returns false if an ID is not the exact text it should be, so that it is ambiguous */
	private async add({ found, ids }: Look, records: KooSearchRecord[]): Promise<boolean> {
		const breather = new Breather();
		for (const record of records) {
			const pause = breather.pause();
			if (pause) await pause;
			const id = String(record.id);
			const isMistakable = !this.wanted.has(id) && this.wantedForms.has(looseForm(id));
			if (isMistakable || !hasExactId(record)) return false;
			ids.add(id);
			if (this.wanted.has(id)) found.set(id, record);
		}
		return true;
	}

	/** @returns undefined for a page that the service refuses, such as one after the last */
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

/** An ID without what a service may change in it: upper and lower case, spaces, leading zeros. */
function looseForm(id: string): string {
	return id.trim().toLowerCase().replace(/^0+/, '');
}

function isSameSet(first: Set<string>, second: Set<string>): boolean {
	return first.size === second.size && [...first].every((id) => second.has(id));
}

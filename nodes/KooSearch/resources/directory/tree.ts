import { z } from 'zod';

import { getOrCreate } from '../../execution/maps';
import type { KooSearchRecord } from '../../execution/list/endpoints';
import { directoryList } from '../../execution/list/endpoints';
import { readPage } from '../../execution/list/paginate';
import type { KooSearchClient } from '../../transport/client';
import { ApiFailure, mayStillArrive, rethrow } from '../../transport/errors/failure';
import type { ApiRequest } from '../../transport/request';
import { idText } from '../../transport/schema';
import { joinPath } from './paths';

export interface Directory {
	id: string;
	name: string;
	/** Null at the top. */
	parentId: string | null;
}

export interface FoundDirectory extends Directory {
	/** Whether this call of `findOrCreate` created it. */
	isCreated: boolean;
}

const created = z.object({ directory_id: idText });

/**
 * The directories of one knowledge base during a run: listed once, and each created once, however many items name it.
 */
export class DirectoryTree {
	private listing?: Promise<Directory[]>;

	private readonly creating = new Map<string, Promise<Directory>>();

	constructor(
		private readonly client: KooSearchClient,
		private readonly knowledgeBaseId: string,
	) {}

	/** @returns undefined if a part of the path is missing. @throws ApiFailure */
	async find(path: string[]): Promise<Directory | undefined> {
		const directories = await this.list();
		let found: Directory | undefined;
		for (const name of path) {
			found = childOf(directories, found?.id ?? null, name);
			if (!found) return undefined;
		}
		return found;
	}

	/** Forgets what was listed, after something has changed. */
	refresh(): void {
		this.listing = undefined;
	}

	/** Creates the missing directories of the path, parents first. @throws ApiFailure */
	async findOrCreate(path: string[]): Promise<FoundDirectory> {
		let found: FoundDirectory | undefined;
		for (const [depth, name] of path.entries()) {
			const parentId: string | null = found?.id ?? null;
			const key = joinPath(path.slice(0, depth + 1));
			const isFirst = !this.creating.has(key);
			const known = isFirst ? await this.find(path.slice(0, depth + 1)) : undefined;
			if (known) {
				found = { ...known, isCreated: false };
				continue;
			}
			const isOurs = !this.creating.has(key);
			const directory = getOrCreate(this.creating, key, () => this.create(name, parentId));
			found = { ...(await directory), isCreated: isOurs };
		}
		return found!;
	}

	/** The calls that `findOrCreate` would make, with the path that each would create. @throws ApiFailure */
	async plan(path: string[]): Promise<Array<{ path: string; request: ApiRequest }>> {
		for (let depth = path.length; depth > 0; depth--) {
			if (!(await this.find(path.slice(0, depth)))) continue;
			return this.planBelow(path, depth);
		}
		return this.planBelow(path, 0);
	}

	private planBelow(path: string[], existing: number) {
		return path.slice(existing).map((name, n) => ({
			path: joinPath(path.slice(0, existing + n + 1)),
			request: this.request(name, null),
		}));
	}

	/** Page CreateDirectory: `parent_id` has to be sent; null is the top. */
	private request(name: string, parentId: string | null): ApiRequest {
		const body = { name, parent_id: parentId };
		return { method: 'POST', path: `/${this.knowledgeBaseId}/directory`, body, effect: 'once' };
	}

	/** After a lost answer the directories are listed: only if the directory is missing, and can't arrive any more, is it created again. */
	private async create(name: string, parentId: string | null): Promise<Directory> {
		const directory = { name, parentId };
		try {
			const { value } = await this.client.call(this.request(name, parentId), created);
			return await this.remember({ ...directory, id: value.directory_id });
		} catch (error) {
			if (!(error instanceof ApiFailure) || !error.facts.mayHaveTakenEffect) return rethrow(error);
			this.listing = undefined;
			const existing = childOf(await this.listAfter(error), parentId, name);
			if (existing) return existing;
			if (mayStillArrive(error)) return rethrow(error);
			const { value } = await this.client.call(this.request(name, parentId), created);
			return await this.remember({ ...directory, id: value.directory_id });
		}
	}

	private async remember(directory: Directory): Promise<Directory> {
		(await this.list()).push(directory);
		return directory;
	}

	/** If the directories can't be listed either, the failure of the call before is reported. */
	async listAfter(failure: ApiFailure): Promise<Directory[]> {
		return await this.list().catch((error: unknown) =>
			rethrow(error instanceof ApiFailure ? failure : error),
		);
	}

	/** All of them, listed once. @throws ApiFailure */
	async list(): Promise<Directory[]> {
		this.listing ??= this.read();
		return await this.listing;
	}

	private async read(): Promise<Directory[]> {
		const list = directoryList(this.knowledgeBaseId);
		const { total, records } = await readPage(this.client, list, {});
		if (records.length >= total) return records.map(toDirectory);
		throw new ApiFailure({
			kind: 'malformed',
			scope: 'call',
			what: `KooSearch's answer is not reliable: it holds ${records.length} of ${total} directories.`,
			hint: 'Run the node again.',
			effect: 'none',
			mayHaveTakenEffect: false,
			isTransient: false,
		});
	}
}

function toDirectory({ id, name, parent_id }: KooSearchRecord): Directory {
	const parentId = parent_id === null || parent_id === undefined ? null : String(parent_id);
	return { id: String(id), name: String(name ?? id), parentId };
}

function childOf(
	directories: Directory[],
	parentId: string | null,
	name: string,
): Directory | undefined {
	return directories.find((one) => one.parentId === parentId && one.name === name);
}

const treesOfRun = new WeakMap<KooSearchClient, Map<string, DirectoryTree>>();

/** The directories of each knowledge base that a run works in; a run has a client of its own. */
export function directoryTrees(
	client: KooSearchClient,
): (knowledgeBaseId: string) => DirectoryTree {
	const trees = treesOfRun.get(client) ?? new Map<string, DirectoryTree>();
	treesOfRun.set(client, trees);
	return (knowledgeBaseId) =>
		getOrCreate(trees, knowledgeBaseId, () => new DirectoryTree(client, knowledgeBaseId));
}

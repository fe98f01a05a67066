import type { IDataObject } from 'n8n-workflow';
import pLimit from 'p-limit';
import { z } from 'zod';

import type { KooSearchRecord } from '../../../execution/list/endpoints';
import { getOrCreate } from '../../../execution/maps';
import { directoryIdOf } from '../../../execution/records';
import type { FileListing } from '../../../execution/wait/fileLookup';
import { FileLookup, listFiles } from '../../../execution/wait/fileLookup';
import type { KooSearchClient } from '../../../transport/client';
import { ApiFailure, mayStillArrive, rethrow } from '../../../transport/errors/failure';
import type { FilePart, FormFields } from '../../../transport/multipart';
import type { ApiRequest } from '../../../transport/request';
import { idText } from '../../../transport/schema';
import { pause } from '../../../transport/wait';

/** A file on its way to a knowledge base. */
export interface Upload {
	file: FilePart;
	/** Its directory; null for none. */
	directoryId: string | null;
	/** What is sent beside the file. */
	fields: FormFields;
	ifExists: 'keepBoth' | 'skip' | 'replace';
}

/** The outcome of an upload. `unconfirmed`: it is not known whether the file exists. */
export type UploadResult =
	| { status: 'uploaded'; id: string }
	| { status: 'skipped'; existing: KooSearchRecord }
	| { status: 'unconfirmed'; failure: ApiFailure };

const uploaded = z.object({ file_id: idText });

/** When to look for an upload whose answer was lost: at once, and once more if the service is still processing it. */
const LOOK_AFTER = [0, 1_000];

/** The uploads of one run to one knowledge base: none is sent twice if it may exist already. */
export class Uploads {
	readonly lookup: FileLookup;

	/** The files to replace, by the ID of the uploaded file. */
	readonly replaces = new Map<string, string[]>();

	private before?: Promise<FileListing>;

	/** Files that uploads of this run have created for certain. */
	private readonly claimed = new Set<string>();

	/** Names of uploads of this run that may still appear. */
	private readonly doubtful = new Set<string>();

	/** One file of a name at a time: otherwise it could not be known which of two uploads created a file. */
	private readonly turns = new Map<string, ReturnType<typeof pLimit>>();

	constructor(
		private readonly client: KooSearchClient,
		readonly knowledgeBaseId: string,
	) {
		this.lookup = new FileLookup(client, knowledgeBaseId);
	}

	/** @throws ApiFailure */
	async upload(upload: Upload): Promise<UploadResult> {
		const turn = getOrCreate(this.turns, upload.file.name, () => pLimit(1));
		return await turn(async () => await this.uploadInTurn(upload));
	}

	private async uploadInTurn(upload: Upload): Promise<UploadResult> {
		const { file, ifExists } = upload;
		// The small call comes first, so that no large file is sent with a token that is no longer valid.
		const before = await this.listedBefore();
		if (ifExists === 'keepBoth') return await this.send(upload, before, []);
		if (!before.isComplete) throw unreliableList(file.name);
		const existing = [...before.records.values()].filter((one) => isSameFile(one, upload));
		if (ifExists === 'skip' && existing.length > 0) {
			return { status: 'skipped', existing: existing.reduce(newer) };
		}
		const replaces = existing.map(({ id }) => String(id));
		return await this.send(upload, before, ifExists === 'replace' ? replaces : []);
	}

	/** What the knowledge base held before this run sent anything to it. @throws ApiFailure */
	private async listedBefore(): Promise<FileListing> {
		this.before ??= listFiles(this.client, this.knowledgeBaseId);
		return await this.before;
	}

	private async send(
		{ file, fields }: Upload,
		before: FileListing,
		replaces: string[],
	): Promise<UploadResult> {
		const request = {
			method: 'POST',
			path: `/${this.knowledgeBaseId}/files`,
			form: [...fields, ['file', file]] satisfies FormFields,
			effect: 'once',
			// Page UploadFiles prints 201; a client also takes 200.
			expectedStatuses: [200, 201],
		} satisfies ApiRequest;
		for (let tries = 1; ; tries++) {
			try {
				const { value } = await this.client.call(request, uploaded);
				return this.claim(value.file_id, replaces);
			} catch (error) {
				if (!(error instanceof ApiFailure) || !error.facts.mayHaveTakenEffect)
					return rethrow(error);
				if (error.facts.kind === 'canceled') return rethrow(error);
				const found = await this.lookForLost(file, before);
				if (found.id !== undefined) return this.claim(found.id, replaces);
				if (!found.isAbsent || mayStillArrive(error)) {
					this.doubtful.add(file.name);
					return { status: 'unconfirmed', failure: error };
				}
				const { isTransient, scope } = error.facts;
				const isLast = tries > this.client.settings.maxRetries;
				if (isLast || !isTransient || scope === 'run') {
					this.doubtful.add(file.name);
					return rethrow(error);
				}
			}
		}
	}

	private claim(id: string, replaces: string[]): UploadResult {
		this.claimed.add(id);
		// Not documented: whether a file of a name that exists is written over it, under the same ID.
		const others = replaces.filter((one) => one !== id);
		if (others.length > 0) this.replaces.set(id, others);
		return { status: 'uploaded', id };
	}

	/** Whether an upload whose answer was lost exists: only a complete listing can show that it doesn't. */
	private async lookForLost(
		{ name, size }: FilePart,
		before: FileListing,
	): Promise<{ id?: string; isAbsent: boolean }> {
		const unknown = { isAbsent: false };
		if (!before.isComplete || this.doubtful.has(name)) return unknown;
		for (const wait of LOOK_AFTER) {
			await pause(wait, this.client.signal);
			const now = await this.listNow();
			if (!now) return unknown;
			const fresh = [...now.records.values()].filter(
				(one) =>
					one.name === name &&
					!before.records.has(String(one.id)) &&
					!this.claimed.has(String(one.id)),
			);
			const [only] = fresh;
			if (fresh.length > 1) return unknown;
			if (only)
				return Number(only.size) === size ? { id: String(only.id), isAbsent: false } : unknown;
			if (!now.isComplete) return unknown;
		}
		return { isAbsent: true };
	}

	/** If the files can't be listed, it is not known. */
	private async listNow(): Promise<FileListing | undefined> {
		return await listFiles(this.client, this.knowledgeBaseId).catch((error: unknown) =>
			error instanceof ApiFailure ? undefined : rethrow(error),
		);
	}
}

/** A file of the same name in another directory is another file. */
function isSameFile(record: KooSearchRecord, { file, directoryId }: Upload): boolean {
	return record.name === file.name && (directoryIdOf(record) ?? null) === directoryId;
}

function newer(one: KooSearchRecord, other: KooSearchRecord): KooSearchRecord {
	return timeOf(other) > timeOf(one) ? other : one;
}

function timeOf({ create_time }: IDataObject): number {
	return Number(create_time) || 0;
}

function unreliableList(name: string): ApiFailure {
	return new ApiFailure({
		kind: 'malformed',
		scope: 'call',
		what: `The list of files changed while it was read, so whether "${name}" exists is not known. Nothing was uploaded.`,
		hint: 'Run the node again.',
		effect: 'none',
		mayHaveTakenEffect: false,
		isTransient: false,
	});
}

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { RawClient, Reply } from './client';
import { cannotTell, Seen } from './finding';
import { atLeast, recordOf, requireSuccess } from './service';
import type { Item, Service } from './service';

const FINAL = ['SUCCESS', 'ERROR', 'IMPORT_EXCEPTION', 'FILE_ENCODING_ERROR'];
/** In milliseconds: the first look comes soon, the later ones are further and further apart. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;

export interface UploadForm {
	name?: string;
	tags?: string[];
	category?: string;
}

/** What the checks with `--write` create in the scratch knowledge base, and remove afterwards. */
export class Scratch {
	/** In every name, so that what was left behind can be recognized. */
	readonly mark = `contract-${randomUUID().slice(0, 8)}`;

	private readonly files = new Set<string>();
	private readonly directories = new Set<string>();
	private parsed?: Promise<string>;

	constructor(
		readonly service: Service,
		/** What is left of the time that all waiting for files may take, in milliseconds. */
		private patience: number,
	) {}

	get client(): RawClient {
		return this.service.client;
	}

	/** Page CreateDirectory. @returns its ID */
	async createDirectory(name: string, parent_id: string | null = null): Promise<string> {
		const path = await this.service.path('/directory');
		const { directory_id } = recordOf(await this.client.send('POST', path, { name, parent_id }));
		if (typeof directory_id !== 'string') throw new Seen(cannotTell('no directory_id came'));
		this.directories.add(directory_id);
		return directory_id;
	}

	/** Page UploadFiles: a small Markdown file. @returns its ID */
	async upload(form: UploadForm = {}): Promise<string> {
		const reply = await this.tryUpload(form);
		const { file_id } = recordOf(reply);
		if (typeof file_id !== 'string') throw new Seen(cannotTell('no file_id came'));
		return file_id;
	}

	async tryUpload({ name = this.newName(), tags = [], category }: UploadForm): Promise<Reply> {
		const form = new FormData();
		if (category !== undefined) form.append('category', category);
		for (const tag of tags) form.append('tags', tag);
		form.append('file', new Blob([`# ${name}\n\nA file to be deleted.\n`]), name);
		const reply = await this.client.upload(await this.service.path('/files'), form);
		const { file_id } = (reply.body ?? {}) as Item;
		if (typeof file_id === 'string') this.files.add(file_id);
		return reply;
	}

	newName(): string {
		return `${this.mark}-${randomUUID().slice(0, 8)}.md`;
	}

	/** A file in a final status, uploaded once for all checks. @throws Seen when it takes too long */
	async parsedFile(): Promise<string> {
		this.parsed ??= this.upload().then(async (id) => await this.untilParsed(id));
		return await this.parsed;
	}

	async untilParsed(id: string): Promise<string> {
		if ((await this.untilFinal([id])).length === 0) return id;
		const { status } = await this.file(id);
		throw new Seen(cannotTell(`the file was still ${String(status)} in the end`));
	}

	/** Waits for files, as long as there is patience left. @returns those that are not in a final status */
	private async untilFinal(ids: string[]): Promise<string[]> {
		for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
			const unfinished = (await this.allFiles())
				.filter(({ id, status }) => ids.includes(String(id)) && !FINAL.includes(String(status)))
				.map(({ id }) => String(id));
			if (unfinished.length === 0 || pause > this.patience) return unfinished;
			await sleep(pause);
			this.patience -= pause;
		}
	}

	/** The record of a file, found in the whole list. @throws Seen when it is not there */
	async file(id: string): Promise<Item> {
		const found = (await this.allFiles()).filter((file) => file.id === id);
		return atLeast(found, 1, 'records of the new file')[0];
	}

	async has(id: string): Promise<boolean> {
		return (await this.allFiles()).some((file) => file.id === id);
	}

	private async allFiles(): Promise<Item[]> {
		const path = await this.service.path('/files/search');
		return (await this.service.list(path, 'files', { page_size: 1000 })).items;
	}

	/** Page BatchDeleteFiles. */
	async deleteFiles(file_ids: string[]): Promise<Reply> {
		return await this.client.send('DELETE', await this.service.path('/files/batch'), { file_ids });
	}

	/**
	 * Files first: what becomes of files in a directory that is deleted is not documented.
	 *
	 * @returns what is left behind, as sentences
	 */
	async remove(): Promise<string[]> {
		return [...(await this.removeFiles()), ...(await this.removeDirectories())];
	}

	/** One by one, since one that is still being parsed may have a whole call refused. */
	private async removeFiles(): Promise<string[]> {
		const ids = [...this.files];
		if (ids.length === 0) return [];
		await this.untilFinal(ids).catch(() => undefined);
		for (const id of ids) await this.deleteFiles([id]).catch(() => undefined);
		const left = await this.allFiles().then(
			(files) => ids.filter((id) => files.some((file) => file.id === id)),
			() => ids,
		);
		return left.map((id) => `file ${id}`);
	}

	/** Those below before those above. */
	private async removeDirectories(): Promise<string[]> {
		const left: string[] = [];
		for (const id of [...this.directories].reverse()) {
			const path = await this.service.path(`/directory/${id}`);
			const isGone = await this.client
				.send('DELETE', path)
				.then(requireSuccess)
				.then(
					() => true,
					() => false,
				);
			if (!isGone) left.push(`directory ${id}`);
		}
		return left;
	}

	/** A directory that a check has removed by itself. */
	forgetDirectory(id: string): void {
		this.directories.delete(id);
	}

	/** A file that a check has removed by itself. */
	forgetFile(id: string): void {
		this.files.delete(id);
	}
}

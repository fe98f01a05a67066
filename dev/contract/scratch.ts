/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { RawClient, Reply } from './client';
import { cannotTell, Seen } from './fact';
import { atLeast, recordOf, requireSuccess } from './service';
import type { Item, Service } from './service';

const FINAL = ['SUCCESS', 'ERROR', 'IMPORT_EXCEPTION', 'FILE_ENCODING_ERROR'];
const POLL_EVERY = 2_000;

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
		/** For a file to be parsed, in milliseconds. */
		private readonly patience: number,
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
		const end = Date.now() + this.patience;
		for (;;) {
			const { status } = await this.file(id);
			if (FINAL.includes(String(status))) return id;
			if (Date.now() + POLL_EVERY > end) {
				throw new Seen(cannotTell(`the file was still ${String(status)} in the end`));
			}
			await sleep(POLL_EVERY);
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
		const left: string[] = [];
		for (const id of this.files) {
			await this.untilParsed(id).catch(() => undefined);
			const isGone = await this.deleteFiles([id])
				.then(requireSuccess)
				.then(
					async () => !(await this.has(id)),
					() => false,
				);
			if (!isGone) left.push(`file ${id}`);
		}
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

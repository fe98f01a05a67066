import { randomUUID } from 'node:crypto';

import type { Answer } from './exchange';
import type { File as StoredFile, KnowledgeBase } from './knowledgeBase';
import { addFile } from './knowledgeBase';
import { serviceRefusal } from './refusals';

/** A form as UploadFiles takes it; of the file only what is kept. */
export interface UploadForm {
	file: { name: string; type: string; size: number };
	category?: string;
	tags?: string[];
	file_extract_req?: string;
}

/** When the parsing of a file began, in milliseconds since 1970. */
const begun = new WeakMap<StoredFile, number>();

/** Reads a multipart body. A name that only occurs once has its value, `tags` always a list. */
export async function readForm(body: Buffer, contentType: string): Promise<object> {
	const headers = { 'Content-Type': contentType };
	const form = await new Response(new Uint8Array(body), { headers }).formData();
	const plain = (value: string | File) =>
		typeof value === 'string' ? value : { name: value.name, type: value.type, size: value.size };
	const entries = [...new Set(form.keys())].map((name) => {
		const values = form.getAll(name).map(plain);
		return [name, name === 'tags' ? values : values[0]];
	});
	return Object.fromEntries(entries) as object;
}

/** Not documented: that a second file of the same name is kept beside the first, whatever its directory. */
export function uploadFile(knowledgeBase: KnowledgeBase, form: UploadForm): Answer {
	const { name, size } = form.file;
	const directory_id = directoryIdOf(form.category);
	if (directory_id !== null && !knowledgeBase.directories.has(directory_id)) {
		throw serviceRefusal('KOS.00010002', 'category: no such directory');
	}
	const file = addFile(knowledgeBase, {
		id: randomUUID(),
		name,
		size,
		type: name.split('.').pop(),
		status: 'PENDING',
		tags: (!knowledgeBase.ignoresTags && form.tags) || [],
		directory_id,
	});
	beginParsing(file);
	return { status: 201, body: { file_id: file.id } };
}

/** `leafName(directoryId)`, as the page has it. */
function directoryIdOf(category: string | undefined): string | null {
	if (category === undefined) return null;
	const [, id] = /^.+\((.+)\)$/s.exec(category) ?? [];
	if (id === undefined) throw serviceRefusal('KOS.00010002', 'category: not a leaf node');
	return id;
}

export function beginParsing(file: StoredFile): void {
	file.status = 'PENDING';
	delete file.upload_desc;
	begun.set(file, Date.now());
}

/** Brings the files that are being parsed to where they are by now. */
export function goOnParsing({ files, parsing }: KnowledgeBase): void {
	if (!parsing) return;
	for (const file of files.values()) {
		const since = begun.get(file);
		if (since === undefined) continue;
		const share = parsing.ms === 0 ? 1 : (Date.now() - since) / parsing.ms;
		const failure = parsing.failure?.(file);
		file.status = share < 0.5 ? 'PENDING' : share < 1 ? 'RUNNING' : failure ? 'ERROR' : 'SUCCESS';
		if (share < 1) continue;
		if (failure) file.upload_desc = failure;
		begun.delete(file);
	}
}

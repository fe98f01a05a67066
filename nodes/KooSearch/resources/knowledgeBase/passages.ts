import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { directoryIdOf } from '../../execution/records';
import { listOf } from '../../transport/schema';

/** A part of a file, or an FAQ entry, that matches a question. Fields that KooSearch doesn't return are null. */
export interface Passage extends IDataObject {
	content: string;
	/** From the search engine: 0 to 10,000; comparable only within one search. */
	score: number | null;
	/** Name of the file. */
	title: string | null;
	subtitle: string | null;
	/** For an FAQ entry, its own ID. */
	fileId: string | null;
	chunkId: string | null;
	page: number | null;
	tags: string[];
	directoryId: string | null;
	type: 'doc' | 'faq';
	knowledgeBaseId: string;
	updatedAt: string | null;
	/** The IDs of the images in it. */
	imageIds: string[];
}

/** A record only has to be an object: page SearchInKnowledgeRepo promises little. */
export const passageList = listOf(
	z.object({}, { invalid_type_error: 'is not a record' }).passthrough(),
);

/** The placeholder of an image in the text, as known from clients. */
const IMAGE = / ?\{(img-[a-z0-9-]+)\}/g;

/** @param knowledgeBaseId where it came from unless it says otherwise */
export function toPassage(record: IDataObject, knowledgeBaseId: string): Passage {
	const text = textOf(record.content) ?? textOf(record.big_content) ?? '';
	const placed = [...text.matchAll(IMAGE)].map(([, id]) => id);
	return {
		content: text.replace(IMAGE, '').trim(),
		score: scoreOf(record),
		title: textOf(record.title),
		subtitle: textOf(record.subtitle),
		fileId: textOf(record.file_id),
		chunkId: textOf(record.chunk_id),
		page: numberOf(record.page_num),
		tags: textsOf(record.tags),
		directoryId: directoryIdOf({ category: textOf(record.category) }) ?? null,
		type: record.doc_type === 'faq' ? 'faq' : 'doc',
		knowledgeBaseId: textOf(record.repo_id) ?? knowledgeBaseId,
		updatedAt: timeOf(record.update_date_time),
		imageIds: [...new Set([...placed, ...textsOf(record.image_ids)])],
	};
}

export function scoreOf({ score }: IDataObject): number | null {
	return numberOf(score);
}

/** The fields of a passage that a model needs to answer and to name its source. */
const LEAN = ['content', 'score', 'title', 'subtitle', 'page', 'fileId'];

/** A passage for a model, without empty fields to save tokens. */
export function leanPassage(passage: Passage): IDataObject {
	const score = passage.score === null ? null : Number(passage.score.toPrecision(4));
	const entries = LEAN.map((key) => [key, { ...passage, score }[key]] as const);
	return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

function textOf(value: unknown): string | null {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' ? value : null;
}

function numberOf(value: unknown): number | null {
	const number = typeof value === 'string' && value !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** FAQ entries have their tags in one text. */
function textsOf(value: unknown): string[] {
	const list = typeof value === 'string' ? value.split(',') : value;
	if (!Array.isArray(list)) return [];
	return list.map(textOf).filter((text) => text !== null);
}

/** Milliseconds since 1970 become a date; another notation stays as it is. */
function timeOf(value: unknown): string | null {
	const text = textOf(value);
	return text && /^\d{13}$/.test(text) ? new Date(Number(text)).toISOString() : text;
}

import type { IN8nHttpFullResponse } from 'n8n-workflow';
import { z } from 'zod';

import { codeIn } from './errors/refusals';

/** A file in an answer. */
export const fileAnswer = z.object({
	data: z.instanceof(Buffer, { message: 'is not a file' }),
	/** Undefined where the answer doesn't name it. */
	fileName: z.string().optional(),
	mimeType: z.string().optional(),
});

/** An answer whose body was received as bytes. A refusal is JSON all the same, whatever its status. */
export function readDownload(response: IN8nHttpFullResponse): IN8nHttpFullResponse {
	const { headers, statusCode } = response;
	// n8n-core gives the bytes of an answer without any as an empty text.
	const data = Buffer.isBuffer(response.body) ? response.body : Buffer.from('');
	const isSuccess = statusCode >= 200 && statusCode < 300;
	const said = isSuccess && !isJson(headers) ? undefined : parse(data);
	if (!isSuccess || codeIn(said)) return { ...response, body: said };
	const file = {
		data,
		fileName: fileNameIn(headers['content-disposition']),
		mimeType: String(headers['content-type'] ?? '').split(';')[0] || undefined,
	};
	return { ...response, body: file as unknown as IN8nHttpFullResponse['body'] };
}

function isJson(headers: IN8nHttpFullResponse['headers']): boolean {
	return /json/i.test(String(headers['content-type'] ?? ''));
}

function parse(data: Buffer): IN8nHttpFullResponse['body'] {
	const text = data.toString();
	try {
		return JSON.parse(text) as IN8nHttpFullResponse['body'];
	} catch {
		return text as unknown as IN8nHttpFullResponse['body'];
	}
}

/** The file name of a Content-Disposition (RFC 6266), without the directories that a name may pretend. */
export function fileNameIn(disposition: unknown): string | undefined {
	if (typeof disposition !== 'string') return undefined;
	const encoded = /filename\*\s*=\s*UTF-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1];
	const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))/i.exec(disposition);
	const name = decode(encoded) ?? plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2]?.trim();
	return name?.split(/[/\\]/).pop() || undefined;
}

function decode(encoded: string | undefined): string | undefined {
	try {
		return encoded === undefined ? undefined : decodeURIComponent(encoded);
	} catch {
		return undefined;
	}
}

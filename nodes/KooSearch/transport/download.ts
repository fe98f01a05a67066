import type { IN8nHttpFullResponse } from 'n8n-workflow';

import type { SaveFile } from './request';
import { isSuccess } from './response';
import type { Stream } from './stream';
import { brokenOff } from './stream';
import { untilAborted } from './wait';

/** Whether an answer is a file for sure: JSON may be a file, or a refusal whatever its status. */
export function isFile(response: IN8nHttpFullResponse): boolean {
	return isSuccess(response) && !/json/i.test(String(response.headers['content-type'] ?? ''));
}

/**
 * Has the file in an answer kept.
 *
 * @returns the response with what `save` returned as its body
 * @throws ERR_BAD_RESPONSE when the connection breaks, or the signal ends it; what `save` throws
 */
export async function saved(
	response: IN8nHttpFullResponse,
	content: Buffer | Stream,
	save: SaveFile,
	signal: AbortSignal,
): Promise<IN8nHttpFullResponse> {
	const { headers } = response;
	const file = {
		content,
		fileName: fileNameIn(headers['content-disposition']),
		mimeType: String(headers['content-type'] ?? '').split(';')[0] || undefined,
	};
	const body = await (Buffer.isBuffer(content)
		? save(file)
		: untilBroken(save(file), content, signal));
	return { ...response, body: body as IN8nHttpFullResponse['body'] };
}

/** Whoever writes a stream that was ended may wait for its end for ever. */
async function untilBroken(
	work: Promise<object>,
	stream: Stream,
	signal: AbortSignal,
): Promise<object> {
	const broken = new Promise<never>((_, reject) => {
		stream.on('error', (error) => reject(brokenOff(error)));
	});
	const result = await untilAborted(Promise.race([work, broken]), signal);
	if (result === undefined) throw brokenOff(undefined);
	return result;
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

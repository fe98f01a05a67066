import type { IN8nHttpFullResponse } from 'n8n-workflow';

import { isFile, saved } from './download';
import { causeChain } from './errors/cause';
import { hideInData, mayHold } from './errors/data';
import { codeIn } from './errors/refusals';
import type { SaveFile } from './request';
import { isSuccess } from './response';
import type { Stream } from './stream';
import { brokenOff, isStream } from './stream';
import { Breather, onAbort } from './wait';

/**
 * Longest answer that is read, in bytes after decompression: twice a page of 65,535 records. A few kilobytes of gzip
 * can hold gigabytes, and n8n's helper sets no limit of its own.
 */
export const MAX_ANSWER = 64 * 1024 * 1024;

/** An answer of more than MAX_ANSWER bytes. */
export class AnswerTooLargeError extends Error {}

/**
 * Reads the body that n8n-core's helper gives with `encoding: 'stream'`.
 *
 * @param tokens that are to be hidden in what it holds
 * @param save for an answer that is a file: it isn't read into the memory
 * @returns the response with its body as JSON, or as text where it is none; what `save` returns in place of a file
 * @throws AnswerTooLargeError; ERR_BAD_RESPONSE when the connection breaks, or the signal ends it
 */
export async function withBody(
	response: IN8nHttpFullResponse,
	signal: AbortSignal,
	tokens: string[],
	save?: SaveFile,
): Promise<IN8nHttpFullResponse> {
	const stream: unknown = response.body;
	if (!isStream(stream)) return response;
	const end = () => stream.destroy();
	const forget = onAbort(signal, end);
	try {
		// They hold the name of the file.
		if (save) hideInData(response.headers, tokens);
		if (save && isFile(response)) return await saved(response, stream, save, signal);
		const text = await readText(stream);
		// What follows is more work on the same text: n8n gets a turn after a long piece of it.
		const breather = new Breather();
		const isClean = !mayHold(text, tokens);
		await breather.pause();
		const parsed = parseJson(text);
		await breather.pause();
		// A task may have produced JSON.
		if (save && isSuccess(response) && !codeIn(parsed)) {
			return await saved(response, Buffer.from(text), save, signal);
		}
		const body = isClean ? parsed : hideInData(parsed, tokens);
		return { ...response, body: body as IN8nHttpFullResponse['body'] };
	} finally {
		forget();
		end();
	}
}

/**
 * The same for the answer in an error: n8n-core throws for a status. Of a body that can't be read, nothing is left.
 *
 * @param error it is changed in place
 */
export async function readThrownBody(error: unknown, signal: AbortSignal): Promise<void> {
	const bodies = new Map<unknown, unknown>();
	for (const { response, context } of causeChain(error) as ThrownAnswer[]) {
		for (const holder of [response, context]) {
			if (!holder || !isStream(holder.data)) continue;
			const { data } = holder;
			const answer = { body: data } as unknown as IN8nHttpFullResponse;
			if (!bodies.has(data)) {
				const read = await withBody(answer, signal, []).catch(() => undefined);
				bodies.set(data, read?.body);
			}
			holder.data = bodies.get(data);
		}
	}
}

/** Where axios keeps the body of an answer that it throws, and where n8n before 2.34 puts it. */
type ThrownAnswer = Error & Record<'response' | 'context', { data?: unknown } | undefined>;

async function readText(stream: Stream): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	let size = 0;
	try {
		for await (const chunk of stream) {
			size += chunk.length;
			if (size > MAX_ANSWER) break;
			// Piece by piece: a large answer at once would keep n8n from other work.
			text += decoder.decode(chunk, { stream: true });
		}
	} catch (error) {
		throw brokenOff(error);
	}
	if (size > MAX_ANSWER) throw new AnswerTooLargeError();
	return text + decoder.decode();
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

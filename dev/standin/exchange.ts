/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IncomingHttpHeaders } from 'node:http';

/** A request as it arrived and what became of it; times are milliseconds since 1970. */
export interface RecordedRequest {
	method: string;
	/** As sent, with the base path, without the query. */
	path: string;
	/** A name that stands there several times has an array. */
	query: Record<string, string | string[]>;
	/** Names in lower case. */
	headers: IncomingHttpHeaders;
	/** The parsed JSON or form, or the text when it is neither; undefined when there was none. */
	body: unknown;
	/** The body's task_ids or file_ids. */
	ids: string[];
	/** Undefined when the document has no such operation. */
	operationId?: string;
	/** Undefined as long as there was no complete answer. */
	status?: number;
	startedAt: number;
	/** When it was answered, or its connection ended. */
	endedAt?: number;
}

/** An answer to send. */
export interface Answer {
	status: number;
	headers?: Record<string, string>;
	/** Text and bytes go out as they are, everything else as JSON, undefined as nothing. */
	body?: unknown;
}

/** An answer and how it leaves: whole, half of it before a cut, a cut instead of it, never, or in a way of its own. */
export interface Delivery {
	answer: Answer;
	how: 'whole' | 'half' | 'halfChunked' | 'cut' | 'never' | 'drip' | 'switchingProtocols';
	/** Whether the stand-in means it, so that it has to fit the document. */
	own: boolean;
	delayMs?: number;
}

/** An answer that the stand-in means. */
export function ownAnswer(answer: Answer, delayMs?: number): Delivery {
	return { answer, how: 'whole', own: true, delayMs };
}

/** The task_ids or file_ids of a body, as far as they are text. */
export function idsOf(body: unknown): string[] {
	const { task_ids, file_ids } = (body ?? {}) as { task_ids?: unknown; file_ids?: unknown };
	const ids = task_ids ?? file_ids;
	return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';

import type { Answer } from './exchange';

/** Thrown to end a request with an error answer. */
export class Refusal extends Error {
	constructor(
		message: string,
		readonly answer: Answer,
	) {
		super(message);
	}
}

/** What the API gateway answers by itself, before KooSearch is reached (page "API Error Codes" of APIG). */
export function gatewayRefusal(status: number, code: string, message: string): Refusal {
	const body = { error_code: code, error_msg: message, request_id: requestId() };
	return new Refusal(message, { status, body });
}

/** What KooSearch itself refuses (page ErrorCode); its messages have at most 512 characters. */
export function serviceRefusal(code: string, message: string, status = 400): Refusal {
	const body = { error_code: code, error_msg: message.slice(0, 512) };
	return new Refusal(message, { status, body });
}

/**
 * What IAM refuses. Both shapes occur in public: 401 wrapped in `error`, the others bare.
 */
export function iamRefusal(status: number, message: string): Refusal {
	const error = { code: status, message, title: STATUS_CODES[status] ?? 'Error' };
	return new Refusal(message, { status, body: status === 401 ? { error } : error });
}

function requestId(): string {
	return randomUUID().replaceAll('-', '');
}

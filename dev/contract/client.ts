import type { IDataObject, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import {
	readConnection,
	signatureOf,
	toSessionToken,
} from '../../nodes/KooSearch/transport/auth/credential';
import { signIn } from '../../nodes/KooSearch/transport/auth/signIn';

export type Query = Record<string, string | number | string[]>;

/** An answer as it came. */
export interface Reply {
	/** Method and path after `…/uni-search`, without the query. */
	call: string;
	status: number;
	/** The parsed body; the text where it is no JSON, undefined where there is none. */
	body: unknown;
	/** Whether the JSON was a text that holds JSON once more. */
	isDoublyEncoded: boolean;
}

/** For one call, in milliseconds. */
const TIMEOUT = 60_000;

/**
 * Sends calls as they are and gives answers as they came: no retry, no redirect, no check. What the node's own
 * transport makes of an answer would hide what this programme is after.
 */
export class RawClient {
	/** All answers so far, those to deliberately wrong calls included. */
	readonly replies: Reply[] = [];

	private constructor(
		private readonly root: string,
		private readonly signature: Record<string, string>,
		private readonly fetchFrom: typeof fetch,
	) {}

	/** @throws Error that names the field of the credential that can't be right; no secret is in it */
	static async open(credential: IDataObject, fetchFrom: typeof fetch = fetch): Promise<RawClient> {
		const { root, authentication } = readConnection(credential);
		const signed = { ...credential };
		if (authentication === 'iamUser') {
			const token = await signIn(credential, async (request) => await sendSignIn(request));
			signed.sessionToken = toSessionToken(token, credential);
		}
		return new RawClient(root, signatureOf(signed) as Record<string, string>, fetchFrom);
	}

	/** The secrets it sends: a token that it got by itself is one too. */
	get secrets(): string[] {
		return Object.values(this.signature);
	}

	get headerNames(): string[] {
		return Object.keys(this.signature);
	}

	async get(path: string, query: Query = {}): Promise<Reply> {
		return await this.send('GET', path + toSearch(query));
	}

	async send(method: string, path: string, body?: unknown): Promise<Reply> {
		if (body === undefined) return await this.exchange(method, path, {});
		const headers = { 'Content-Type': 'application/json' };
		return await this.exchange(method, path, { headers, body: JSON.stringify(body) });
	}

	async upload(path: string, form: FormData): Promise<Reply> {
		return await this.exchange('POST', path, { body: form });
	}

	/** The same service for a caller who is not let in, or for another project. */
	asStranger(change: { projectId?: string; signature?: Record<string, string> }): RawClient {
		const root = change.projectId
			? this.root.replace(/\/v1\/[^/]+\//, `/v1/${change.projectId}/`)
			: this.root;
		return new RawClient(root, change.signature ?? this.signature, this.fetchFrom);
	}

	private async exchange(method: string, path: string, init: RequestInit): Promise<Reply> {
		const response = await this.fetchFrom(this.root + path, {
			...init,
			method,
			headers: { ...this.signature, ...init.headers },
			redirect: 'manual',
			signal: AbortSignal.timeout(TIMEOUT),
		});
		const { status } = response;
		const call = `${method} ${path.replace(/\?.*$/, '')}`;
		const reply = { call, status, ...decode(await response.text()) };
		this.replies.push(reply);
		return reply;
	}
}

/** The node sends the sign-in with n8n's helper; the shape of request and answer is the helper's. */
async function sendSignIn(request: IHttpRequestOptions): Promise<IN8nHttpFullResponse> {
	const response = await fetch(request.url, {
		method: request.method,
		headers: request.headers as Record<string, string>,
		body: JSON.stringify(request.body),
		redirect: 'manual',
		signal: AbortSignal.timeout(TIMEOUT),
	});
	return {
		statusCode: response.status,
		headers: Object.fromEntries(response.headers),
		body: decode(await response.text()).body as IDataObject,
	};
}

function toSearch(query: Query): string {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		for (const one of [value].flat()) search.append(name, String(one));
	}
	return search.size > 0 ? `?${search}` : '';
}

function decode(text: string): Pick<Reply, 'body' | 'isDoublyEncoded'> {
	const once = parse(text);
	const twice = typeof once === 'string' && once !== text ? parse(once) : once;
	return { body: twice === '' ? undefined : twice, isDoublyEncoded: typeof twice !== typeof once };
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

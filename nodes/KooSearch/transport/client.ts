import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import type { ZodType, ZodTypeDef } from 'zod';

import type { Connection } from './connection';
import { readConnection, secretsOf } from './connection';
import type { CallKind } from './errorCodes';
import { CallFailure, cancelled, redirected, refusal, rethrow, unusableAnswer } from './errors';
import { answerIn, connectionReset, isCutOff, unreachable } from './network';
import { Pace, whenAborted } from './pace';
import { withRetries } from './retry';
import { Session } from './session';
import { hideSecrets } from './text';

/** A KooSearch call as its API page prints it. */
export interface ApiRequest {
	method: IHttpRequestMethods;
	/** What follows `…/uni-search`, with a leading slash. */
	path: string;
	query?: IDataObject;
	body?: IDataObject;
}

/** A running node, or the editor filling a list. */
export type CallContext = IExecuteFunctions | ILoadOptionsFunctions;

/** How calls are made. Times are in milliseconds. */
export interface CallSettings {
	/** For one try. */
	timeout: number;
	/** Between the starts of two tries, whichever call they belong to. */
	batchInterval: number;
	/** Further tries after a throttled, broken or unavailable answer. */
	maxRetries: number;
}

export interface Answer<T> {
	value: T;
	/** Whether the call was sent more than once, so that an earlier try may have done the work. */
	repeated: boolean;
}

const CREDENTIAL = 'kooSearchApi';

const UNKNOWN_EFFECT = ' Whether the call took effect is not known; running it again is safe.';

/**
 * The only door to the network: signs, sends, and believes an answer only when its schema does.
 *
 * n8n-core's helper signs through the credential's `authenticate` and ends the request when the execution is
 * cancelled. On a status other than 2xx it would throw with a text of its own, so the status is read here.
 */
export class KooSearchClient {
	private readonly pace: Pace;

	private readonly signal?: AbortSignal;

	/** Only an IAM user can sign in again. */
	private readonly session?: Session;

	private constructor(
		private readonly context: CallContext,
		private readonly settings: CallSettings,
		readonly connection: Connection,
		token: string,
	) {
		if ('getExecutionCancelSignal' in context) this.signal = context.getExecutionCancelSignal();
		this.pace = new Pace(settings.batchInterval, this.signal);
		if (connection.authentication !== 'iamUser') return;
		const credentialId = context.getNode().credentials?.[CREDENTIAL]?.id ?? '';
		const storedToken = async () => tokenIn(await context.getCredentials(CREDENTIAL));
		this.session = new Session(credentialId, token, storedToken);
	}

	/** @throws Error when the node has no credential or one of its fields can't be right. */
	static async open(context: CallContext, settings: CallSettings): Promise<KooSearchClient> {
		const credential = await context.getCredentials(CREDENTIAL);
		return new KooSearchClient(context, settings, readConnection(credential), tokenIn(credential));
	}

	/**
	 * @returns the body of a 2xx answer that fits `schema`
	 * @throws CallFailure for everything else
	 */
	async call<T>(request: ApiRequest, schema: ZodType<T, ZodTypeDef, unknown>): Promise<Answer<T>> {
		const { maxRetries, timeout } = this.settings;
		const { pace, signal } = this;
		const { authentication } = this.connection;
		const kind: CallKind = { authentication, listing: request.method === 'GET' };
		try {
			let sent = 0;
			const send = () => this.tryOnce(request, () => sent++);
			const attempts = withRetries(send, { maxRetries, pace, signal });
			const response = await this.unlessCancelled(attempts);
			const value = readAnswer(response, schema, kind);
			return { value, repeated: sent > 1 };
		} catch (error) {
			const failure = error instanceof CallFailure ? error : unreachable(error, timeout, kind);
			if (!kind.listing && failure.effectUnknown) failure.message += UNKNOWN_EFFECT;
			failure.message = hideSecrets(failure.message, await this.secrets());
			return rethrow(failure);
		}
	}

	/** Those of the beginning, and the token of a renewal since. */
	private async secrets(): Promise<string[]> {
		const credential = await this.context.getCredentials(CREDENTIAL).catch(() => ({}));
		return [...this.connection.secrets, ...secretsOf(credential)];
	}

	/** One try: after a 401 that is sending it twice. */
	private async tryOnce(request: ApiRequest, onSend: () => void): Promise<IN8nHttpFullResponse> {
		const deliver = async (renew: boolean) => {
			onSend();
			return await this.send(request, renew);
		};
		return await (this.session ? this.session.send(deliver) : deliver(false));
	}

	/** With `renew`, n8n-core throws on a status other than 2xx, and signs in again when that is 401. */
	private async send(request: ApiRequest, renew: boolean): Promise<IN8nHttpFullResponse> {
		const options: IHttpRequestOptions = {
			method: request.method,
			url: this.connection.root + request.path,
			qs: request.query,
			body: request.body,
			json: true,
			timeout: this.settings.timeout,
			disableFollowRedirect: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: !renew,
		};
		const { helpers } = this.context;
		let response: IN8nHttpFullResponse;
		try {
			response = await helpers.httpRequestWithAuthentication.call(
				this.context,
				CREDENTIAL,
				options,
			);
		} catch (error) {
			response = answerIn(error) ?? rethrow(error);
		}
		if (isCutOff(response)) throw connectionReset();
		return response;
	}

	/** A cancellation ends the wait at once, whatever is under way. */
	private async unlessCancelled<T>(work: Promise<T>): Promise<T> {
		if (!this.signal) return await work;
		const cancel = whenAborted(this.signal);
		try {
			return await Promise.race([work, cancel.promise.then(() => rethrow(cancelled()))]);
		} finally {
			cancel.dispose();
		}
	}
}

/** An IAM user's token, as n8n keeps it with the credential; it may have expired. */
function tokenIn({ sessionToken }: IDataObject): string {
	return typeof sessionToken === 'string' ? sessionToken : '';
}

function readAnswer<T>(
	response: IN8nHttpFullResponse,
	schema: ZodType<T, ZodTypeDef, unknown>,
	kind: CallKind,
): T {
	const { statusCode, body, headers } = response;
	if (statusCode >= 300 && statusCode < 400) throw redirected(statusCode, headers.location);
	if (statusCode < 200 || statusCode >= 400) throw refusal(statusCode, body, kind);
	if (typeof body !== 'object' || body === null) throw unusableAnswer(statusCode, 'it is not JSON');
	const parsed = schema.safeParse(body);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const field = issue.path.length > 0 ? `'${issue.path.join('.')}'` : 'it';
	throw unusableAnswer(statusCode, `${field} ${issue.message}`);
}

import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import type { Schema } from './answers';
import { valueIn, whyUnusable } from './answers';
import type { Connection } from './connection';
import { accountOf, readConnection, secretsOf } from './connection';
import type { FailedCall } from './errorCodes';
import { CallFailure, cancelled, rethrow } from './errors';
import { answerIn, connectionReset, isCutOff, mayHaveArrived, unreachable } from './network';
import { Pace, whenAborted } from './pace';
import { withRetries } from './retry';
import { Session } from './session';

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

/** What the tries of one call have come to so far. */
interface Tries {
	sent: number;
	/** Whether one of them may have taken effect without a word. */
	effectUnknown: boolean;
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
		credential: IDataObject,
	) {
		if ('getExecutionCancelSignal' in context) this.signal = context.getExecutionCancelSignal();
		this.pace = new Pace(settings.batchInterval, this.signal);
		if (connection.authentication !== 'iamUser') return;
		const id = context.getNode().credentials?.[CREDENTIAL]?.id;
		// Whoever corrects a password does not wait for the verdict on the wrong one.
		const key = JSON.stringify([id, accountOf(credential), credential.password]);
		const storedToken = async () => tokenIn(await context.getCredentials(CREDENTIAL));
		this.session = new Session(key, tokenIn(credential), storedToken);
	}

	/** @throws Error when the node has no credential or one of its fields can't be right. */
	static async open(context: CallContext, settings: CallSettings): Promise<KooSearchClient> {
		const credential = await context.getCredentials(CREDENTIAL);
		return new KooSearchClient(context, settings, readConnection(credential), credential);
	}

	/**
	 * @param history what earlier calls with the same content may have done
	 * @returns the body of a 2xx answer that fits `schema`
	 * @throws CallFailure for everything else
	 */
	async call<T>(
		request: ApiRequest,
		schema: Schema<T>,
		{ effectUnknown = false } = {},
	): Promise<Answer<T>> {
		const { maxRetries, timeout } = this.settings;
		const { pace, signal } = this;
		const tries = { sent: 0, effectUnknown };
		try {
			const send = () => this.tryOnce(request, tries);
			const attempts = withRetries(send, { maxRetries, pace, signal });
			const response = await this.unlessCancelled(attempts);
			const value = valueIn(response, schema);
			if (value === undefined) throw whyUnusable(response, schema, await this.failed(request));
			return { value, repeated: tries.sent > 1 };
		} catch (error) {
			const failure =
				error instanceof CallFailure
					? error
					: unreachable(error, timeout, await this.failed(request));
			// What the last try did is not all: an earlier one may have taken effect.
			failure.effectUnknown ||= tries.effectUnknown;
			if (request.method !== 'GET' && failure.effectUnknown) failure.message += UNKNOWN_EFFECT;
			return rethrow(failure);
		}
	}

	/** What its failure is told with; the secrets are those of the beginning, and the token of a renewal since. */
	private async failed({ method }: ApiRequest): Promise<FailedCall> {
		const { authentication, secrets } = this.connection;
		const credential = await this.context.getCredentials(CREDENTIAL).catch(() => ({}));
		const all = [...secrets, ...secretsOf(credential)];
		return { authentication, listing: method === 'GET', secrets: all };
	}

	/** One try: after a 401 that is sending it twice. */
	private async tryOnce(request: ApiRequest, tries: Tries): Promise<IN8nHttpFullResponse> {
		const deliver = async (renew: boolean) => {
			// Whoever waited for another call's sign-in may have been canceled meanwhile.
			if (this.signal?.aborted) throw cancelled();
			tries.sent++;
			return await this.send(request, renew);
		};
		try {
			const response = await (this.session ? this.session.send(deliver) : deliver(false));
			tries.effectUnknown ||= response.statusCode >= 500;
			return response;
		} catch (error) {
			tries.effectUnknown ||= mayHaveArrived(error);
			return rethrow(error);
		}
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

/** What n8n keeps of an IAM user's sign-in; the token may have expired. */
function tokenIn({ sessionToken }: IDataObject): string {
	return typeof sessionToken === 'string' ? sessionToken : '';
}

import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
	ISupplyDataFunctions,
} from 'n8n-workflow';

import type { Connection } from './auth/credential';
import { learnSecrets } from './auth/credential';
import { AnswerTooLargeError, readThrownBody, withBody } from './body';
import type { FailureContext } from './errors/codes';
import { canceled, rethrow } from './errors/failure';
import { judgeThrown, timedOut } from './errors/networkErrors';
import { tooLarge } from './errors/refusals';
import { MultipartForm } from './multipart';
import type { ApiCall, Effect, SaveFile } from './request';
import { judgeResponse, parseBody, withoutDoubleEncoding } from './response';
import { onAbort } from './wait';

/** A running node, one that serves another, a trigger that polls, or the editor filling a list. */
export type CallContext =
	| IExecuteFunctions
	| ISupplyDataFunctions
	| IPollFunctions
	| ILoadOptionsFunctions;

export const CREDENTIAL = 'kooSearchApi';

/** What a message about a call depends on. */
interface RequestKind {
	effect: Effect;
	isUpload?: boolean;
}

/** The signal of a run that may be canceled; the editor and triggers have none. */
export function cancelSignalOf(context: CallContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

/**
 * The only door to the network. A failure is judged here, once, and handed on as a value.
 *
 * n8n-core's helper signs through the credential's `authenticate`. On a status other than 2xx it would throw an error
 * with a text of its own, so the status is read here.
 */
export class HttpDoor {
	private readonly signal?: AbortSignal;

	constructor(
		private readonly context: CallContext,
		private readonly connection: Connection,
		/** For one try, in milliseconds. */
		private readonly timeout: number,
	) {
		this.signal = cancelSignalOf(context);
	}

	/** Sends a call once. @throws ApiFailure */
	async send<T>(call: ApiCall<T>): Promise<T> {
		const { history, method, path, query, effect, expectedStatuses } = call;
		if (this.signal?.aborted) throw canceled(effect, history.mayHaveTakenEffect);
		history.sent++;
		const form = call.form && new MultipartForm(call.form);
		const request: IHttpRequestOptions = {
			method,
			url: this.connection.root + path,
			qs: query,
			arrayFormat: 'repeat',
			body: form ?? call.body,
			json: true,
			encoding: 'stream',
			ignoreHttpStatusErrors: true,
		};
		const kind = { effect, isUpload: form !== undefined };
		const received = await this.exchange(request, kind, this.timeout, call.save).finally(() =>
			form?.close(),
		);
		const response = withoutDoubleEncoding(received);
		const parsed = parseBody(response, call.schema, expectedStatuses);
		if (parsed) return parsed.value;
		const context = await this.failureContext(kind);
		throw judgeResponse(response, call.schema, context, expectedStatuses);
	}

	/**
	 * The credential test's small GET (page ListKnowledgeRepos). n8n-core gets to see its status, so without a token, or
	 * on a 401, it signs in through the credential's `preAuthentication` and stores the new token.
	 *
	 * @throws ApiFailure when the sign-in failed, or the call did
	 */
	async signIn(within: number): Promise<void> {
		const url = `${this.connection.root}/knowledge-repo`;
		const request: IHttpRequestOptions = {
			method: 'GET',
			url,
			qs: { page_size: 1 },
			json: true,
			encoding: 'stream',
		};
		await this.exchange(request, { effect: 'none' }, within);
	}

	private async exchange(
		options: IHttpRequestOptions,
		kind: RequestKind,
		timeout: number,
		save?: SaveFile,
	): Promise<IN8nHttpFullResponse> {
		const { effect } = kind;
		if (this.signal?.aborted) throw canceled(effect);
		const deadline = AbortSignal.timeout(timeout);
		try {
			const complete = {
				...options,
				timeout,
				disableFollowRedirect: true,
				returnFullResponse: true,
			};
			return await this.sendWithin(deadline, complete, save);
		} catch (error) {
			if (this.signal?.aborted) throw canceled(effect, true);
			const isLate = deadline.aborted;
			const context = { ...(await this.failureContext(kind)), timeout };
			if (isLate) throw timedOut(context);
			if (error instanceof AnswerTooLargeError) throw tooLarge(context);
			throw judgeThrown(error, context) ?? rethrow(error);
		}
	}

	/**
	 * n8n-core takes the signal that ends a request from `this`, and nowhere else: an `abortSignal` of the options is
	 * overwritten. With its `timeout` alone, a body that never ends would be waited for.
	 */
	private async sendWithin(
		deadline: AbortSignal,
		options: IHttpRequestOptions,
		save?: SaveFile,
	): Promise<IN8nHttpFullResponse> {
		const ended = new AbortController();
		const end = () => ended.abort();
		// AbortSignal.any would be kept for as long as the run's signal.
		const forgets = [deadline, this.signal].map((signal) => signal && onAbort(signal, end));
		// Defined, not assigned: n8n 1.123 has it as a property that can't be written.
		const limited = Object.create(this.context, {
			getExecutionCancelSignal: { value: () => ended.signal },
		}) as IExecuteFunctions;
		try {
			const response = (await this.context.helpers.httpRequestWithAuthentication.call(
				limited,
				CREDENTIAL,
				options,
			)) as IN8nHttpFullResponse;
			return await withBody(response, ended.signal, this.connection.tokens, save);
		} catch (error) {
			await readThrownBody(error, ended.signal);
			return rethrow(error);
		} finally {
			for (const forget of forgets) forget?.();
		}
	}

	/** The secrets are those seen so far, and of the credential as it is now: a token may have been renewed. */
	private async failureContext(kind: RequestKind): Promise<FailureContext> {
		const credential = await this.context
			.getCredentials<IDataObject>(CREDENTIAL)
			.catch((): IDataObject => ({}));
		learnSecrets(this.connection, credential);
		const { authentication, secrets } = this.connection;
		return { authentication, ...kind, secrets, timeout: this.timeout };
	}
}

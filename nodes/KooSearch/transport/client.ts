import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import type { ZodType, ZodTypeDef } from 'zod';

import { readConnection } from './credential';
import { CallFailure, redirected, refusal, unreachable, unusableAnswer } from './errors';
import { Pace } from './pace';
import { hideSecrets } from './text';

/** A KooSearch call as its API page prints it. */
export interface ApiRequest {
	method: IHttpRequestMethods;
	/** What follows `…/uni-search`, with a leading slash. */
	path: string;
	body?: IDataObject;
}

/** How calls are made; the units are milliseconds. */
export interface CallSettings {
	/** For one try. */
	timeout: number;
	/** Between the starts of two calls. */
	batchInterval: number;
}

const CREDENTIAL = 'kooSearchApi';

/**
 * The only door to the network: signs, sends, and believes an answer only when its schema does.
 *
 * n8n-core's helper signs through the credential's `authenticate` and ends the request when the execution is
 * cancelled. It would throw on a status other than 2xx with a text of its own, so the status is read here.
 */
export class KooSearchClient {
	private readonly pace: Pace;

	private constructor(
		private readonly context: IExecuteFunctions,
		private readonly settings: CallSettings,
		private readonly root: string,
		private readonly secrets: string[],
		/** `/v1/{project_id}/applications/{application_id}/uni-search` */
		readonly rootPath: string,
	) {
		this.pace = new Pace(settings.batchInterval, context.getExecutionCancelSignal());
	}

	/** @throws Error when the node has no credential or one of its fields can't be right. */
	static async open(context: IExecuteFunctions, settings: CallSettings): Promise<KooSearchClient> {
		const credential = await context.getCredentials(CREDENTIAL);
		const { root, rootPath } = readConnection(credential);
		const secrets = [credential.token].filter((value) => typeof value === 'string');
		return new KooSearchClient(context, settings, root, secrets, rootPath);
	}

	/**
	 * @returns the body of a 2xx answer that fits `schema`
	 * @throws CallFailure for everything else
	 */
	async call<T>(request: ApiRequest, schema: ZodType<T, ZodTypeDef, unknown>): Promise<T> {
		await this.pace.turn();
		try {
			return readAnswer(await this.send(request), schema);
		} catch (error) {
			throw this.toFailure(error);
		}
	}

	private async send(request: ApiRequest): Promise<IN8nHttpFullResponse> {
		const options: IHttpRequestOptions = {
			method: request.method,
			url: this.root + request.path,
			body: request.body,
			json: true,
			timeout: this.settings.timeout,
			disableFollowRedirect: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		};
		const { helpers } = this.context;
		return await helpers.httpRequestWithAuthentication.call(this.context, CREDENTIAL, options);
	}

	private toFailure(error: unknown): CallFailure {
		const failure =
			error instanceof CallFailure ? error : unreachable(error, this.settings.timeout);
		failure.message = hideSecrets(failure.message, this.secrets);
		return failure;
	}
}

function readAnswer<T>(response: IN8nHttpFullResponse, schema: ZodType<T, ZodTypeDef, unknown>): T {
	const { statusCode, body, headers } = response;
	if (statusCode >= 300 && statusCode < 400) throw redirected(statusCode, headers.location);
	if (statusCode < 200 || statusCode >= 400) throw refusal(statusCode, body);
	if (typeof body !== 'object' || body === null) throw unusableAnswer(statusCode, 'it is not JSON');
	const parsed = schema.safeParse(body);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const field = issue.path.length > 0 ? `'${issue.path.join('.')}'` : 'it';
	throw unusableAnswer(statusCode, `${field} ${issue.message}`);
}

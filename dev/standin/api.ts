/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { OpenAPIBackend, SetMatchType } from 'openapi-backend';
import type { Context } from 'openapi-backend';
import { parse } from 'yaml';

import { ownAnswer } from './exchange';
import type { Answer, Delivery, RecordedRequest } from './exchange';
import type { Faults } from './faults';
import { operations } from './operations';
import type { Call } from './operation';
import { gatewayRefusal, iamRefusal, Refusal, serviceRefusal } from './refusals';
import type { State } from './state';
import { applyFault } from './applyFault';

/** What a request meets. */
export interface Exchange {
	request: RecordedRequest;
	state: State;
	faults: Faults;
}

type ValidationError = NonNullable<Context['validation']['errors']>[number];

let api: Promise<OpenAPIBackend> | undefined;

/** The document, read and compiled once. */
export async function loadApi(): Promise<OpenAPIBackend> {
	api ??= compile();
	return await api;
}

/** All of it at once: no first request takes longer than the others, because tests look at the time. */
async function compile(): Promise<OpenAPIBackend> {
	const backend = await new OpenAPIBackend({
		definition: parse(readFileSync(join(__dirname, 'openapi.yaml'), 'utf8')),
		strict: true,
		// Leaves out the library's check of the document, which knows OpenAPI 3.0 only.
		quick: true,
		coerceTypes: true,
		ignoreTrailingSlashes: false,
		ajvOpts: { useDefaults: true },
		securityHandlers: {
			'X-Auth-Token': ({ request }: Context, { state }: Exchange) =>
				state.access.checkToken(request.headers['x-auth-token']),
			'X-Apig-AppCode': ({ request }: Context, { state }: Exchange) =>
				state.access.checkAppCode(request.headers['x-apig-appcode']),
		},
		handlers: {
			notFound: () => {
				throw gatewayRefusal(404, 'APIG.0101', 'The API does not exist or has not been published');
			},
			postRoutingHandler: ({ operation }: Context, { request }: Exchange) => {
				request.operationId = operation?.operationId;
			},
			unauthorizedHandler: refuseCaller,
			validationFail: refuseRequest,
			preOperationHandler: (context: Context, exchange: Exchange) => {
				checkMediaType(context);
				checkOwner(context, exchange);
			},
			...Object.fromEntries(Object.keys(operations).map((id) => [id, perform])),
		},
	}).init();
	backend.validator.preCompileRequestValidators();
	backend.validator.preCompileResponseValidators();
	backend.validator.preCompileResponseHeaderValidators();
	return backend;
}

/**
 * Routes, authorises and validates a request, and carries it out.
 *
 * @param path as in the document, or undefined when the request is outside of where the API is published
 * @param body text as received, or a form
 */
export async function answerRequest(
	path: string | undefined,
	body: string | object,
	exchange: Exchange,
): Promise<Delivery> {
	const { method, query, headers } = exchange.request;
	try {
		return await (
			await loadApi()
		).handleRequest(
			{
				method,
				path: decodable(path ?? '/'),
				query,
				headers: headers as Record<string, string | string[]>,
				body: body === '' ? undefined : (body as string),
			},
			exchange,
		);
	} catch (error) {
		if (error instanceof Refusal) return ownAnswer(error.answer);
		throw error;
	}
}

/** @returns what of an answer does not fit the document, or undefined */
export async function findViolation(
	{ status, headers, body }: Answer,
	{ operationId }: RecordedRequest,
): Promise<string | undefined> {
	const document = await loadApi();
	// Where nothing was routed the answer is the gateway's, which is the same for all operations.
	const operation = document.getOperation(operationId ?? 'BatchDeleteTasks');
	if (!operation?.responses?.[status]) return `${operationId} does not describe status ${status}`;
	const errors = [
		...(document.validateResponse(body, operation, status).errors ?? []),
		...(document.validateResponseHeaders(headers ?? {}, operation, {
			statusCode: status,
			setMatchType: SetMatchType.Superset,
		}).errors ?? []),
	];
	return errors.length > 0 ? `${operationId} ${status}: ${describe(errors[0])}` : undefined;
}

function perform({ request, operation }: Context, exchange: Exchange): Delivery {
	const { params, query, requestBody } = request;
	const { state, faults, request: recorded } = exchange;
	const carryOut = (untouched: string[] = []) => {
		const all = (name: string) => [recorded.query[name] ?? []].flat();
		const call: Call = { params, query, all, body: requestBody, untouched: new Set(untouched) };
		return operations[operation.operationId ?? ''](call, state);
	};
	const fault = faults.next(recorded);
	return fault ? applyFault(fault, recorded, state, carryOut) : ownAnswer(carryOut());
}

/** Says what is wrong with the credential that was sent. */
function refuseCaller({ request, security }: Context): never {
	const isApp = 'x-apig-appcode' in request.headers && !('x-auth-token' in request.headers);
	throw security[isApp ? 'X-Apig-AppCode' : 'X-Auth-Token'].error;
}

/** Projects and applications of others; which code the gateway gives is not documented. */
function checkOwner({ request }: Context, { state }: Exchange): void {
	const { project_id = state.projectId, application_id = state.applicationId } = request.params;
	if (project_id !== state.projectId || application_id !== state.applicationId) {
		throw gatewayRefusal(403, 'APIG.0302', 'The IAM user is not authorized to access the API');
	}
}

/** What the library leaves to others: a body only where the document has one, and of its media type. */
function checkMediaType({ request, operation }: Context): void {
	const { content } = (operation.requestBody ?? {}) as { content?: object };
	const [mediaType] = String(request.headers['content-type'] ?? '').split(';');
	if (!content && request.requestBody !== undefined) {
		throw serviceRefusal('KOS.00010002', 'No request body is expected');
	}
	if (content && !(mediaType.trim().toLowerCase() in content)) {
		throw serviceRefusal(
			'KOS.00010002',
			`Content-Type must be ${Object.keys(content).join(' or ')}`,
		);
	}
}

/** The service's codes are those of page ErrorCode; IAM has its own shape. */
function refuseRequest({ validation, operation }: Context): never {
	const [error] = validation.errors ?? [];
	const message = describe(error);
	if (operation.security?.length === 0) throw iamRefusal(400, message);
	throw serviceRefusal(codeOf(error), message);
}

function codeOf({ keyword, instancePath }: ValidationError): string {
	if (keyword === 'parse') return 'KOS.00010001';
	if (keyword === 'minItems' || keyword === 'required') return 'KOS.00010003';
	if (instancePath.startsWith('/path')) return 'KOS.00010005';
	return keyword === 'type' ? 'KOS.00010006' : 'KOS.00010002';
}

/** Names the place and the rule, never the value. */
function describe({ keyword, instancePath, params, message }: ValidationError): string {
	if (keyword === 'parse') return 'The body is not valid JSON';
	const { additionalProperty, allowedValues } = params;
	const detail = additionalProperty ?? allowedValues?.join(', ');
	return [instancePath, message, detail && `(${detail})`].filter(Boolean).join(' ');
}

/** @throws Refusal for a path with a broken percent encoding (page ErrorCode) */
function decodable(path: string): string {
	try {
		decodeURIComponent(path);
		return path;
	} catch {
		throw serviceRefusal('KOS.00010004', 'The URL cannot be decoded');
	}
}

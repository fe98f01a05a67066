/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { getEventListeners } from 'node:events';
import { z } from 'zod';

import type { CallSettings } from '../../../nodes/KooSearch/transport/client';
import { KooSearchClient } from '../../../nodes/KooSearch/transport/client';
import type { ApiRequest, History } from '../../../nodes/KooSearch/transport/request';
import { answer, broken, rejection } from './fixtures';

const credential: IDataObject = {
	baseUrl: 'https://koosearch.example.com',
	projectId: 'project',
	applicationId: 'application',
	authentication: 'token',
	token: 'a-secret-token',
};

const settings: CallSettings = {
	timeout: 1000,
	batchInterval: 0,
	maxRetries: 0,
	retryFor: 60_000,
	retryFirstFor: 60_000,
};

let controller: AbortController;

beforeEach(() => {
	controller = new AbortController();
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

/** n8n-core's helper: it ends a request with the signal of the context that it is called on. */
type Helper = (this: IExecuteFunctions, name: string, options: IHttpRequestOptions) => unknown;

interface Scene {
	settings?: Partial<CallSettings>;
	getCredentials?: () => Promise<IDataObject>;
}

let credentials = 0;

/** A client of a node whose requests are answered by `send`; nobody else knows its credential. */
async function open(send: Helper, scene: Scene = {}) {
	const node = { credentials: { kooSearchApi: { id: `c${credentials++}`, name: '' } } };
	const context = {
		getNode: () => node,
		getCredentials: scene.getCredentials ?? (async () => credential),
		getExecutionCancelSignal: () => controller.signal,
		helpers: { httpRequestWithAuthentication: send },
	} as unknown as IExecuteFunctions;
	const client = await KooSearchClient.open(context, { ...settings, ...scene.settings });
	return async (request: Partial<ApiRequest> = {}, earlier?: Partial<History>) =>
		await client.call(
			{ method: 'DELETE', path: '/kb', effect: 'idempotent', ...request },
			z.object({ count: z.number() }),
			earlier,
		);
}

/** Answers as the script says, the last of it for ever. */
function scripted(...script: Array<object | Error>) {
	const sent: IHttpRequestOptions[] = [];
	const send: Helper = async (_, options) => {
		const step = script[Math.min(sent.length, script.length - 1)];
		sent.push(options);
		if (step instanceof Error) throw step;
		return step;
	};
	return { sent, send };
}

const hanging: Helper = async function (this: IExecuteFunctions) {
	const signal = this.getExecutionCancelSignal()!;
	return await new Promise((_, reject) => {
		signal.addEventListener('abort', () => reject(new Error('canceled')));
	});
};

describe('A call', () => {
	it('is sent as the API page prints it, and gives the body of the answer', async () => {
		const { sent, send } = scripted(answer(200, { count: 1, more: 2 }));
		const call = await open(send);
		expect(await call({ body: { a: 1 }, query: { b: 2 } })).toEqual({
			value: { count: 1 },
			isRepeat: false,
		});
		expect(sent).toMatchObject([
			{
				method: 'DELETE',
				url: 'https://koosearch.example.com/v1/project/applications/application/uni-search/kb',
				body: { a: 1 },
				qs: { b: 2 },
				timeout: 1000,
				disableFollowRedirect: true,
				ignoreHttpStatusErrors: true,
			},
		]);
	});

	it.each([
		['succeeded', 200, { count: 1 }],
		['was refused', 400, {}],
	])('leaves nothing behind on the signal of the run once it %s', async (_, status, body) => {
		const call = await open(async () => answer(status, body));
		await Promise.allSettled([call(), call()]);
		expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
	});

	it.each([199, 204])(
		'is not taken for a success with HTTP %i and without its body',
		async (status) => {
			const call = await open(async () =>
				answer(status, status === 199 ? { count: 1 } : undefined),
			);
			expect((await rejection(call())).facts).toMatchObject({ httpStatus: status });
		},
	);

	it('is not taken for a success with HTTP 200 and an error code', async () => {
		const body = { count: 1, error_code: 'KOS.00080003' };
		const { sent, send } = scripted(answer(200, body));
		const call = await open(send, { settings: { maxRetries: 3 } });
		expect((await rejection(call())).message).toContain('(KOS.00080003, HTTP 200)');
		expect(sent).toHaveLength(1);
	});

	it('is a repetition once it was sent more than once', async () => {
		const { send } = scripted(answer(500), answer(200, { count: 1 }));
		const call = await open(send, { settings: { maxRetries: 1 } });
		expect(await call()).toEqual({ value: { count: 1 }, isRepeat: true });
	});

	it('is sent again through throttling and outages, beside its retries', async () => {
		const { sent, send } = scripted(
			answer(429),
			answer(400, { error_code: 'kos.00050008' }),
			answer(500),
			broken('ECONNREFUSED'),
			answer(503),
			answer(200, { count: 1 }),
		);
		const call = await open(send, { settings: { maxRetries: 1 } });
		expect((await call()).value).toEqual({ count: 1 });
		expect(sent).toHaveLength(6);
	});

	it('that must not be done twice is sent once if it may have been done', async () => {
		for (const step of [answer(500), answer(503), broken('ECONNRESET')]) {
			const { sent, send } = scripted(step, answer(200, { count: 1 }));
			const call = await open(send, { settings: { maxRetries: 3 } });
			const { message } = await rejection(call({ effect: 'once' }));
			expect(message).toContain('look before you run it again');
			expect(sent).toHaveLength(1);
		}
	});
});

describe('A failure', () => {
	it('says so when an earlier attempt may have taken effect', async () => {
		const { send } = scripted(answer(500), answer(400));
		const call = await open(send, { settings: { maxRetries: 1 } });
		const { message, facts } = await rejection(call());
		expect(facts).toMatchObject({ httpStatus: 400, mayHaveTakenEffect: true });
		expect(message).toContain('Whether the call took effect is not known');
	});

	it('says so when a call with the same content may have taken effect before', async () => {
		const call = await open(async () => answer(400));
		expect((await rejection(call())).facts.mayHaveTakenEffect).toBe(false);
		const failure = await rejection(call({}, { mayHaveTakenEffect: true }));
		expect(failure.facts.mayHaveTakenEffect).toBe(true);
	});

	it('is reported even when the credential is gone by then', async () => {
		let reads = 0;
		const call = await open(async () => answer(403, { error_msg: 'told: a-secret-token' }), {
			getCredentials: async () => {
				if (reads++ > 0) throw new Error('The credential does not exist');
				return credential;
			},
		});
		await expect(call()).rejects.toThrow('told: *** (HTTP 403)');
	});

	it('shows neither the secret of the beginning nor the one of now', async () => {
		const tokens = ['a-secret-token', 'a-renewed-token'];
		let reads = 0;
		const call = await open(async () => answer(403, { error_msg: `told: ${tokens.join(' ')}` }), {
			getCredentials: async () => ({ ...credential, token: tokens[Math.min(reads++, 1)] }),
		});
		await expect(call()).rejects.toThrow('told: *** *** (HTTP 403)');
	});
});

it('An attempt ends when its time is over, and says so', async () => {
	const call = await open(hanging, { settings: { timeout: 20 } });
	const { facts, message } = await rejection(call());
	expect(facts).toMatchObject({ kind: 'timeout', scope: 'call', mayHaveTakenEffect: true });
	expect(message).toContain('did not answer within 20 ms');
	expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

describe('A cancellation', () => {
	it('ends a request that is under way', async () => {
		let sent = () => {};
		const isSent = new Promise<void>((resolve) => (sent = resolve));
		const call = await open(async function (this: IExecuteFunctions, ...request) {
			sent();
			return await hanging.apply(this, request);
		});
		const failure = rejection(call());
		await isSent;
		controller.abort();
		expect((await failure).facts).toMatchObject({ kind: 'canceled', scope: 'run' });
		expect((await failure).message).toContain('The execution was canceled.');
	});

	it('keeps a call from being sent', async () => {
		const { sent, send } = scripted(answer(200, { count: 1 }));
		const call = await open(send);
		controller.abort();
		expect((await rejection(call())).message).toBe('The execution was canceled.');
		expect(sent).toEqual([]);
	});
});

it('An unexpected error passes through all layers unchanged', async () => {
	const error = new TypeError('x is not a function');
	const { sent, send } = scripted(error);
	const call = await open(send, { settings: { maxRetries: 3 } });
	await expect(call()).rejects.toBe(error);
	expect(sent).toHaveLength(1);
});

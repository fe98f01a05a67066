/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { getEventListeners } from 'node:events';
import { z } from 'zod';

import { KooSearchClient } from '../../../nodes/KooSearch/transport/client';

const credential: IDataObject = {
	baseUrl: 'https://koosearch.example.com',
	projectId: 'project',
	applicationId: 'application',
	authentication: 'token',
	token: 'a-secret-token',
};

let controller: AbortController;

beforeEach(() => {
	controller = new AbortController();
});

function answer(statusCode: number, body: object) {
	return { statusCode, headers: {}, body };
}

/** A client of a node whose requests are answered by `send`. */
async function open(
	send: () => Promise<unknown>,
	getCredentials: () => Promise<IDataObject> = async () => credential,
) {
	const context = {
		getCredentials,
		getExecutionCancelSignal: () => controller.signal,
		helpers: { httpRequestWithAuthentication: send },
	} as unknown as IExecuteFunctions;
	const client = await KooSearchClient.open(context, {
		timeout: 1000,
		batchInterval: 0,
		maxRetries: 0,
	});
	return () => client.call({ method: 'DELETE', path: '/kb' }, z.object({ count: z.number() }));
}

it.each([
	['answered', 200, { count: 1 }],
	['refused', 400, {}],
])(
	'leaves nothing behind on the signal of the execution once it is %s',
	async (_, status, body) => {
		const call = await open(async () => answer(status, body));
		await Promise.allSettled([call(), call()]);
		expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
	},
);

it('ends as canceled while a request is under way', async () => {
	let sent = () => {};
	const underWay = new Promise<void>((resolve) => (sent = resolve));
	const call = await open(async () => {
		sent();
		return await new Promise(() => {});
	});
	const ended = expect(call()).rejects.toMatchObject({
		message: 'The execution was canceled.',
		scope: 'run',
	});
	await underWay;
	controller.abort();
	await ended;
});

it('tells what went wrong even when the credential is gone by then', async () => {
	let reads = 0;
	const call = await open(
		async () => answer(403, { error_msg: 'told: a-secret-token' }),
		async () => {
			if (reads++ > 0) throw new Error('The credential does not exist');
			return credential;
		},
	);
	await expect(call()).rejects.toThrow('told: *** (HTTP 403)');
});

it('does not take the answer to an unfinished call for a success', async () => {
	const call = await open(async () => answer(199, { count: 1 }));
	await expect(call()).rejects.toMatchObject({ httpStatus: 199 });
});

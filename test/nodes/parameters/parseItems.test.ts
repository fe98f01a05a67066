/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IExecuteFunctions } from 'n8n-workflow';

import { parseItems } from '../../../nodes/KooSearch/parameters/parseItems';

/** Items whose expression takes a while, as those do that n8n's engine evaluates. */
function contextOf(length: number, signal?: AbortSignal): IExecuteFunctions {
	const busy = (milliseconds: number) => {
		const end = performance.now() + milliseconds;
		while (performance.now() < end);
	};
	return {
		getInputData: () => Array.from({ length }, () => ({ json: {} })),
		getExecutionCancelSignal: () => signal,
		getNodeParameter: (_: string, index: number, __: unknown, options: object) => {
			if ('rawExpressions' in options) return '={{ $json.id + 1 }}';
			busy(0.2);
			return `id${index}`;
		},
	} as unknown as IExecuteFunctions;
}

it('Many items let n8n do other work in between', async () => {
	let turns = 0;
	let isOver = false;
	const turn = () => {
		turns++;
		if (!isOver) setImmediate(turn);
	};
	setImmediate(turn);
	const { requests } = await parseItems(contextOf(2_000), (read) => read('id', 'ID', String));
	isOver = true;
	expect(requests).toHaveLength(2_000);
	// 400 ms of work in stretches of some 20 ms.
	expect(turns).toBeGreaterThan(5);
});

it('Reading ends with a cancellation', async () => {
	const controller = new AbortController();
	setTimeout(() => controller.abort(), 30);
	const context = contextOf(5_000, controller.signal);
	const { requests } = await parseItems(context, (read) => read('id', 'ID', String));
	expect(requests.length).toBeLessThan(5_000);
});

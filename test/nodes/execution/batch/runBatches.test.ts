import { runBatches } from '../../../../nodes/KooSearch/execution/batch/runBatches';
import type { Batch, CallResult } from '../../../../nodes/KooSearch/execution/batch/types';
import type { ApiFailure } from '../../../../nodes/KooSearch/transport/errors/failure';
import { failureOf } from './fixtures';

const batches: Batch[] = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({
	target: { knowledgeBaseId: 'kb' },
	ids: [id],
}));

function sent({ ids }: Batch): CallResult {
	const statuses = new Map(ids.map((id) => [id, 'deleted']));
	return { result: { statuses, confirmed: ids.length, unexpectedIds: [] }, isRepeat: false };
}

/** Each call waits until the test lets it go. */
function gatedSend() {
	const started: string[] = [];
	const gates = new Map<string, { pass: () => void; fail: (failure: ApiFailure) => void }>();
	const send = async (batch: Batch) => {
		const [id] = batch.ids;
		started.push(id);
		return await new Promise<CallResult>((resolve, reject) => {
			gates.set(id, { pass: () => resolve(sent(batch)), fail: reject });
		});
	};
	return { started, gates, send };
}

async function settle() {
	for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe('A run', () => {
	it('has at most so many calls under way, in their order', async () => {
		const { started, gates, send } = gatedSend();
		const run = runBatches(batches, send, { concurrency: 2, stopOnFailure: true });
		await settle();
		expect(started).toEqual(['a', 'b']);
		gates.get('b')!.pass();
		await settle();
		expect(started).toEqual(['a', 'b', 'c']);
		for (const id of ['a', 'c', 'd', 'e', 'f']) {
			await settle();
			gates.get(id)!.pass();
		}
		const finished = await run;
		expect(finished.map(({ ids }) => ids[0])).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
		expect(finished.every(({ outcome }) => outcome.state === 'succeeded')).toBe(true);
	});

	it('starts nothing after a failed call, but waits for what is under way', async () => {
		const { started, gates, send } = gatedSend();
		const run = runBatches(batches, send, { concurrency: 3, stopOnFailure: true });
		await settle();
		gates.get('b')!.fail(failureOf('call'));
		await settle();
		gates.get('a')!.pass();
		gates.get('c')!.pass();
		const states = (await run).map(({ outcome }) => outcome.state);
		expect(states).toEqual(['succeeded', 'failed', 'succeeded', 'skipped', 'skipped', 'skipped']);
		expect(started).toEqual(['a', 'b', 'c']);
	});

	it('goes on after a failed call where that is wanted', async () => {
		const finished = await runBatches(
			batches,
			async (batch) => {
				if (batch.ids[0] === 'b') throw failureOf('call');
				return sent(batch);
			},
			{ concurrency: 1, stopOnFailure: false },
		);
		expect(finished.map(({ outcome }) => outcome.state)).toEqual([
			'succeeded',
			'failed',
			'succeeded',
			'succeeded',
			'succeeded',
			'succeeded',
		]);
	});

	it('sends nothing more once every call would be refused, and says why', async () => {
		const refused = failureOf('run');
		const finished = await runBatches(
			batches,
			async (batch) => {
				if (batch.ids[0] === 'b') throw refused;
				return sent(batch);
			},
			{ concurrency: 1, stopOnFailure: false },
		);
		expect(finished[1].outcome).toEqual({ state: 'failed', failure: refused });
		for (const { outcome } of finished.slice(2)) {
			expect(outcome).toEqual({ state: 'skipped', cause: refused });
		}
	});

	it('sends nothing after a cancellation', async () => {
		const controller = new AbortController();
		const started: string[] = [];
		const finished = await runBatches(
			batches,
			async (batch) => {
				started.push(batch.ids[0]);
				if (batch.ids[0] === 'b') controller.abort();
				return sent(batch);
			},
			{ concurrency: 1, stopOnFailure: false, signal: controller.signal },
		);
		expect(started).toEqual(['a', 'b']);
		expect(finished.slice(2).map(({ outcome }) => outcome.state)).toEqual(Array(4).fill('skipped'));
	});

	it('does not hold back an unexpected error', async () => {
		const error = new TypeError('x is not a function');
		const send = async () => await Promise.reject(error);
		for (const stopOnFailure of [true, false]) {
			const run = runBatches(batches, send, { concurrency: 2, stopOnFailure });
			await expect(run).rejects.toBe(error);
		}
	});
});

describe('A batch that is refused for one of its IDs', () => {
	const batch: Batch = { target: { knowledgeBaseId: 'kb' }, ids: [...'abcdefgh'] };
	const settings = { concurrency: 1, stopOnFailure: false };

	/** Refuses a call that holds one of these IDs. */
	function refusing(...invalid: string[]) {
		const calls: Batch[] = [];
		const send = async (one: Batch) => {
			calls.push(one);
			if (one.ids.some((id) => invalid.includes(id))) throw failureOf('ids');
			return sent(one);
		};
		return { calls, send };
	}

	it('is halved until that ID is alone, and the others go through', async () => {
		const { calls, send } = refusing('c');
		const finished = await runBatches([batch], send, settings);
		expect(finished.map(({ ids, outcome }) => [ids.join(''), outcome.state])).toEqual([
			['ab', 'succeeded'],
			['c', 'failed'],
			['d', 'succeeded'],
			['efgh', 'succeeded'],
		]);
		expect(calls.map(({ isRepeat }) => isRepeat)).toEqual([undefined, ...Array(6).fill(true)]);
	});

	it('is not halved when the run stops on a failure', async () => {
		const { calls, send } = refusing('c');
		const finished = await runBatches([batch], send, { ...settings, stopOnFailure: true });
		expect(finished.map(({ outcome }) => outcome.state)).toEqual(['failed']);
		expect(calls).toHaveLength(1);
	});

	it('is not halved for a failure that concerns the whole call', async () => {
		const finished = await runBatches(
			[batch],
			async () => await Promise.reject(failureOf('call')),
			settings,
		);
		expect(finished).toHaveLength(1);
	});

	it('hands on whether the refused call may have taken effect', async () => {
		const calls: Batch[] = [];
		const send = async (one: Batch) => {
			calls.push(one);
			if (one.ids.length > 4) throw failureOf('ids', { mayHaveTakenEffect: true });
			return sent(one);
		};
		await runBatches([batch], send, settings);
		expect(calls.map(({ mayHaveTakenEffect }) => mayHaveTakenEffect)).toEqual([
			undefined,
			true,
			true,
		]);
	});

	it('is given up after 100 further calls in the run, with every ID accounted for', async () => {
		const ids = Array.from({ length: 200 }, (_, n) => `t${n}`);
		const { calls, send } = refusing(...ids);
		const finished = await runBatches([{ ...batch, ids }], send, settings);
		expect(calls).toHaveLength(101);
		expect(finished.flatMap((one) => one.ids)).toEqual(ids);
		const messages = finished.map(({ outcome }) =>
			outcome.state === 'failed' ? outcome.failure.message : '',
		);
		expect(messages).not.toContain('');
		expect(messages.some((message) => message.startsWith('Not retried: '))).toBe(true);
	});
});

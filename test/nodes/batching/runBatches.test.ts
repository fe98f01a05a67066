import { runBatches } from '../../../nodes/KooSearch/batching/runBatches';
import type { Sent } from '../../../nodes/KooSearch/batching/runBatches';
import type { Batch } from '../../../nodes/KooSearch/batching/types';
import { CallFailure } from '../../../nodes/KooSearch/transport/errors';

const batches: Batch[] = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({
	target: { knowledgeBaseId: 'kb' },
	ids: [id],
}));

const settled: Sent = {
	settled: { statusOf: () => 'deleted', confirmed: 1, strangers: [] },
};

/** Each call waits until the test lets it go. */
function gatedSend() {
	const started: string[] = [];
	const gates = new Map<string, { pass: () => void; fail: (error: CallFailure) => void }>();
	const send = async ({ ids: [id] }: Batch) => {
		started.push(id);
		return await new Promise<Sent>((resolve, reject) => {
			gates.set(id, { pass: () => resolve(settled), fail: reject });
		});
	};
	return { started, gates, send };
}

async function settle() {
	for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe('runBatches', () => {
	it('keeps at most so many calls under way, in order', async () => {
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
		expect(finished.every(({ outcome }) => outcome.state === 'answered')).toBe(true);
	});

	it('starts nothing after a failed call, but waits for what is under way', async () => {
		const { started, gates, send } = gatedSend();
		const run = runBatches(batches, send, { concurrency: 3, stopOnFailure: true });
		await settle();
		gates.get('b')!.fail(new CallFailure('no', 'call'));
		await settle();
		gates.get('a')!.pass();
		gates.get('c')!.pass();
		const states = (await run).map(({ outcome }) => outcome.state);
		expect(states).toEqual(['answered', 'failed', 'answered', 'skipped', 'skipped', 'skipped']);
		expect(started).toEqual(['a', 'b', 'c']);
	});

	it('goes on after a failed call where it may', async () => {
		const finished = await runBatches(
			batches,
			async ({ ids }) => {
				if (ids[0] === 'b') throw new CallFailure('no', 'call');
				return settled;
			},
			{ concurrency: 1, stopOnFailure: false },
		);
		expect(finished.map(({ outcome }) => outcome.state)).toEqual([
			'answered',
			'failed',
			'answered',
			'answered',
			'answered',
			'answered',
		]);
	});

	it('sends nothing more once every call would be refused, and says why', async () => {
		const refused = new CallFailure('signed out', 'run');
		const finished = await runBatches(
			batches,
			async ({ ids }) => {
				if (ids[0] === 'b') throw refused;
				return settled;
			},
			{ concurrency: 1, stopOnFailure: false },
		);
		expect(finished[1].outcome).toEqual({ state: 'failed', failure: refused });
		for (const { outcome } of finished.slice(2)) {
			expect(outcome).toEqual({ state: 'skipped', because: refused });
		}
	});

	it('sends nothing after a cancellation', async () => {
		const controller = new AbortController();
		const sent: string[] = [];
		const finished = await runBatches(
			batches,
			async ({ ids }) => {
				sent.push(ids[0]);
				if (ids[0] === 'b') controller.abort();
				return settled;
			},
			{ concurrency: 1, stopOnFailure: false, signal: controller.signal },
		);
		expect(sent).toEqual(['a', 'b']);
		expect(finished.slice(2).map(({ outcome }) => outcome.state)).toEqual(Array(4).fill('skipped'));
	});
});

import type { ResultLabels } from '../../../../nodes/KooSearch/execution/batch/summary';
import {
	progress,
	requestError,
	resultHints,
} from '../../../../nodes/KooSearch/execution/batch/summary';
import type { BatchResult, FinishedBatch } from '../../../../nodes/KooSearch/execution/batch/types';
import { failureOf } from './fixtures';

const target = { knowledgeBaseId: 'kb' };

const labels: ResultLabels = {
	noun: { one: 'directory', many: 'directories' },
	doneKey: 'deleted',
	statuses: {
		deleted: { done: true, label: 'deleted' },
		busy: { done: false, label: 'busy' },
		unknown: { done: null, label: 'whose outcome is unknown' },
	},
};

function succeeded(statuses: Record<string, string>, more: Partial<BatchResult> = {}) {
	const entries = Object.entries(statuses);
	const result = { statuses: new Map(entries), confirmed: 0, unexpectedIds: [], ...more };
	const outcome = { state: 'succeeded' as const, result };
	return { target, ids: Object.keys(statuses), outcome };
}

function failed(...ids: string[]): FinishedBatch {
	return { target, ids, outcome: { state: 'failed', failure: failureOf('call') } };
}

function skipped(...ids: string[]): FinishedBatch {
	return { target, ids, outcome: { state: 'skipped', cause: failureOf('run') } };
}

describe('A run that ended early', () => {
	it('counts its calls and IDs by what became of them, and lists what is done', () => {
		const finished = [
			succeeded({ a: 'deleted', b: 'busy', c: 'deleted' }),
			failed('d'),
			skipped('e', 'f'),
		];
		expect(progress(finished, labels)).toEqual({
			counts:
				'Of 3 calls, 1 succeeded (3 directories: 2 deleted, 1 busy), 1 failed (1 directory), 1 not attempted (2 directories).',
			done: 'Done: a, c.',
		});
	});

	it('lists nothing where nothing is done', () => {
		const { counts, done } = progress([failed('a')], labels);
		expect(counts).toContain('Of 1 call, 0 succeeded (0 directories), 1 failed');
		expect(done).toBe('');
	});

	it('lists 20 IDs and counts the rest', () => {
		const ids = Array.from({ length: 22 }, (_, n) => `d${n}`);
		const all = succeeded(Object.fromEntries(ids.map((id) => [id, 'deleted'])));
		expect(progress([all], labels).done).toBe(`Done: ${ids.slice(0, 20).join(', ')} and 2 more.`);
	});
});

describe('A hint', () => {
	it('is not needed when all is done', () => {
		expect(resultHints([succeeded({ a: 'deleted' }), failed('b')], labels)).toEqual([]);
	});

	it('says how many are not done, and why', () => {
		expect(resultHints([succeeded({ a: 'busy', b: 'deleted' })], labels)).toEqual([
			'1 of 2 directories was not deleted: 1 busy.',
		]);
	});

	it('claims nothing about those whose outcome is unknown', () => {
		const finished = [succeeded({ a: 'busy', b: 'unknown' }), succeeded({ c: 'unknown' })];
		expect(resultHints(finished, labels)).toEqual([
			'3 of 3 directories were not confirmed as deleted: 1 busy, 2 whose outcome is unknown.',
		]);
	});

	it('names IDs that were not sent, and each warning once', () => {
		const one = succeeded({ a: 'deleted' }, { unexpectedIds: ['x'], warning: 'Look.' });
		expect(resultHints([one, one], labels)).toEqual([
			"KooSearch's answers named 2 directories that this run did not send. Ignored: x, x.",
			'Look.',
		]);
	});
});

describe('The error of an item', () => {
	const request = { itemIndex: 7, target, ids: ['a', 'b', 'c', 'd'] };

	function errorFor(...finished: FinishedBatch[]): string | undefined {
		const batches = finished.flatMap((batch) => batch.ids.map((id) => [id, batch] as const));
		return requestError(request, new Map(batches));
	}

	it('is none when every ID has a result', () => {
		expect(
			errorFor(succeeded({ a: 'busy', b: 'deleted', c: 'busy', d: 'deleted' })),
		).toBeUndefined();
	});

	it('names each reason once, with the IDs it applies to', () => {
		expect(errorFor(succeeded({ b: 'deleted' }), failed('a'), failed('c'), skipped('d'))).toBe(
			'It was refused. Concerns: a, c. Not attempted, since another call ended the run. It was refused. Concerns: d. [item 7]',
		);
	});
});

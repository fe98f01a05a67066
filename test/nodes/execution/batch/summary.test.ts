import type { ResultLabels } from '../../../../nodes/KooSearch/execution/batch/summary';
import {
	failedId,
	notDoneId,
	progress,
	refusedIds,
	resultHints,
} from '../../../../nodes/KooSearch/execution/batch/summary';
import type { BatchResult, FinishedBatch } from '../../../../nodes/KooSearch/execution/batch/types';
import type { FailureScope } from '../../../../nodes/KooSearch/transport/errors/failure';
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
	const outcome = { state: 'succeeded' as const, result, isRepeat: false };
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
		expect(resultHints([succeeded({ a: 'deleted' })], labels)).toEqual([]);
	});

	it('says how many are not done, and why', () => {
		expect(resultHints([succeeded({ a: 'busy', b: 'deleted' })], labels)).toEqual([
			'1 of 2 directories was not deleted: 1 busy.',
		]);
	});

	it('says nothing definite about those whose outcome is unknown', () => {
		const finished = [succeeded({ a: 'busy', b: 'unknown' }), succeeded({ c: 'unknown' })];
		expect(resultHints(finished, labels)).toEqual([
			'3 of 3 directories were not confirmed as deleted: 1 busy, 2 whose outcome is unknown.',
		]);
	});

	it('says how many failed, why first, and how many were not attempted', () => {
		const finished = [succeeded({ a: 'deleted' }), failed('b'), failed('c'), skipped('d')];
		expect(resultHints(finished, labels)).toEqual([
			'2 of 4 directories failed, and 1 was not attempted. It was refused.',
		]);
	});

	it('says the reason that is known of an ID rather than the label of its status', () => {
		const one = succeeded({ a: 'busy', b: 'busy' }, { reasons: new Map([['a', 'running']]) });
		expect(resultHints([one], labels)).toEqual([
			'2 of 2 directories were not deleted: 1 running, 1 busy.',
		]);
	});

	it('has a sentence of its own where there is something to do', () => {
		const lost = { done: false, label: 'not there', hint: 'Look elsewhere.' };
		const statuses = { ...labels.statuses, lost };
		const finished = [succeeded({ a: 'lost', b: 'busy' })];
		expect(resultHints(finished, { ...labels, statuses })).toEqual([
			'1 of 2 directories was not deleted: 1 busy.',
			'1 of 2 directories was not there. Look elsewhere.',
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

it('An ID without a result says why, and whether its call was made', () => {
	expect(failedId('a', succeeded({ a: 'busy' }))).toBeUndefined();
	expect(failedId('a', failed('a'))).toEqual({
		id: 'a',
		knowledgeBaseId: 'kb',
		done: null,
		status: 'failed',
		error: 'It was refused.',
	});
	expect(failedId('a', skipped('a'))).toMatchObject({
		done: false,
		status: 'notAttempted',
		error: 'Not attempted, since another call ended the run. It was refused.',
	});
});

describe('A result that counts as an error', () => {
	it('says what is known of it', () => {
		const batch = succeeded({ a: 'busy', b: 'unknown' }, { reasons: new Map([['b', 'asleep']]) });
		expect(notDoneId('a', batch, labels)).toMatchObject({
			done: false,
			status: 'busy',
			error: 'Not deleted: busy.',
		});
		expect(notDoneId('b', batch, labels)).toMatchObject({
			done: null,
			status: 'unknown',
			error: 'Not confirmed as deleted: asleep.',
		});
	});

	it('is none where it is done, or nothing was left to do', () => {
		const isAsWanted = true as const;
		const statuses = { ...labels.statuses, there: { done: false, label: 'there', isAsWanted } };
		const batch = succeeded({ a: 'deleted', b: 'there' });
		expect(notDoneId('a', batch, { ...labels, statuses })).toBeUndefined();
		expect(notDoneId('b', batch, { ...labels, statuses })).toBeUndefined();
	});
});

describe('What is said of a refused call', () => {
	const refused = (ids: string[], scope: FailureScope): FinishedBatch => ({
		target,
		ids,
		outcome: { state: 'failed', failure: failureOf(scope) },
	});

	it('are its IDs, and how to find the one that is to blame', () => {
		expect(refusedIds(refused(['a', 'b'], 'ids'))).toMatch(
			/^IDs in the call that failed: a, b\. With 'On Error' set to Continue, the node isolates/,
		);
	});

	it('are its IDs alone where none of them is to blame, or only one can be', () => {
		expect(refusedIds(refused(['a', 'b'], 'call'))).toBe('IDs in the call that failed: a, b.');
		expect(refusedIds(refused(['a'], 'ids'))).toBe('IDs in the call that failed: a.');
	});
});

import { countedAnswer } from '../../../../nodes/KooSearch/execution/batch/countedAnswer';

const { answer, interpret, statuses } = countedAnswer('deleted');
const ids = ['a', 'b'];

function statusesFor(deleted_count: number, isRepeat: boolean) {
	const result = interpret({ total_count: 2, deleted_count }, ids, isRepeat);
	expect(result).toMatchObject({ confirmed: deleted_count, unexpectedIds: [] });
	expect([...result.statuses.keys()]).toEqual(ids);
	return [...result.statuses.values()];
}

describe('The status of an ID is', () => {
	it('known when it was done to all', () => {
		expect(statusesFor(2, false)).toEqual(['deleted', 'deleted']);
		expect(statusesFor(2, true)).toEqual(['deleted', 'deleted']);
	});

	it('known when it was done to none by the only call', () => {
		expect(statusesFor(0, false)).toEqual(['notDeleted', 'notDeleted']);
	});

	it('not known when an earlier attempt may have done it', () => {
		expect(statusesFor(0, true)).toEqual(['unconfirmed', 'unconfirmed']);
	});

	it('not known when it was done to some', () => {
		for (const isRepeat of [true, false]) {
			expect(statusesFor(1, isRepeat)).toEqual(['unconfirmed', 'unconfirmed']);
		}
	});
});

it('Only an unknown outcome is neither done nor not done', () => {
	const done = Object.entries(statuses).map(([status, meaning]) => [status, meaning.done]);
	expect(Object.fromEntries(done)).toEqual({ deleted: true, notDeleted: false, unconfirmed: null });
});

describe('An answer', () => {
	it('may hold more than the counts', () => {
		const body = { total_count: 2, deleted_count: 2, more: 1 };
		expect(answer(2).parse(body)).toEqual(body);
	});

	it('may count fewer than were sent, such as without those that are not there', () => {
		expect(answer(2).safeParse({ total_count: 1, deleted_count: 1 }).success).toBe(true);
	});

	it.each([
		[{ total_count: 2 }, 'deleted_count', 'is missing'],
		[{ deleted_count: 2 }, 'total_count', 'is missing'],
		[{ total_count: 2, deleted_count: 3 }, 'deleted_count', 'is above 2, the number of IDs sent'],
		[{ total_count: 3, deleted_count: 1 }, 'total_count', 'is above 2, the number of IDs sent'],
		[{ total_count: 1, deleted_count: 2 }, 'deleted_count', "is above 'total_count'"],
		[{ total_count: 2, deleted_count: -1 }, 'deleted_count', 'is negative'],
	])('cannot be %p', (body, field, message) => {
		const { error } = answer(2).safeParse(body);
		expect(error?.issues[0]).toMatchObject({ path: [field], message });
	});
});

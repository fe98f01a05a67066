/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { ListPage } from '../../../../nodes/KooSearch/execution/list/endpoints';
import { taskList } from '../../../../nodes/KooSearch/execution/list/endpoints';
import { Pagination } from '../../../../nodes/KooSearch/execution/list/paginate';
import type { KooSearchClient } from '../../../../nodes/KooSearch/transport/client';

/** A server whose pages hold so many records, always new ones. */
function endless(pageLength: number, total: number): KooSearchClient {
	let next = 0;
	const page = (): ListPage => ({
		total,
		records: Array.from({ length: pageLength }, () => ({ id: next++ })),
	});
	return { call: async () => ({ value: page(), isRepeat: false }) } as unknown as KooSearchClient;
}

async function readAll(client: KooSearchClient) {
	const listing = new Pagination(client, taskList('kb'));
	let received = 0;
	for await (const record of listing) received += 'id' in record ? 1 : 0;
	return { listing, received };
}

it.each([
	[1000, 500_000, 500],
	[1, 5000, 5000],
])(
	'A list without end, %i new records a page, ends after %i',
	async (length, records, pages) => {
		const { listing, received } = await readAll(endless(length, 1_000_000_000));
		expect([received, listing.pages]).toEqual([records, pages]);
		expect([listing.isCutOff, listing.isComplete]).toEqual([true, false]);
	},
	180_000,
);

it('A list that ends is not cut off', async () => {
	const { listing, received } = await readAll(endless(1000, 3000));
	expect([received, listing.isCutOff, listing.isComplete]).toEqual([3000, false, true]);
});

it('A large page lets n8n do other work while it is looked at', async () => {
	let turns = 0;
	let isOver = false;
	const turn = () => {
		turns++;
		if (!isOver) setImmediate(turn);
	};
	setImmediate(turn);
	const listing = new Pagination(endless(65_535, 65_535), taskList('kb'));
	for await (const { id } of listing) {
		const end = performance.now() + (Number(id) % 100 === 0 ? 1 : 0);
		while (performance.now() < end);
	}
	isOver = true;
	// 655 ms of work in stretches of some 20 ms.
	expect(turns).toBeGreaterThan(10);
}, 60_000);

it.each([
	[{ total: 1, tasks: ['x'] }, 'tasks.0', 'is not a record'],
	[{ total: 1, tasks: [{ id: 'a' }, [1]] }, 'tasks.1', 'is not a record'],
	[{ total: 1, tasks: [{ id: 'a' }, { id: '' }] }, 'tasks.1.id', 'is empty'],
	[{ total: 1, tasks: [{ name: 'x' }] }, 'tasks.0.id', 'is missing'],
	[{ total: 1, tasks: {} }, 'tasks', 'is not a list'],
	[{ tasks: [] }, 'total', 'is missing'],
])('A page such as %j is of no use: %s %s', (body, path, message) => {
	const { error } = taskList('kb').page.safeParse(body);
	expect(error?.issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([
		[path, message],
	]);
});

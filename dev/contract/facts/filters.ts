import { randomUUID } from 'node:crypto';

import type { Query } from '../client';
import { differs, verdict } from '../finding';
import type { Fact } from '../fact';
import { atLeast, ofItems } from '../service';
import type { Item, Service } from '../service';

const CHECKED_AGAIN =
	'Checks every record itself; a hint says when nothing of what KooSearch gave fits. The run takes longer.';
const NOT_CHECKABLE =
	"Asks KooSearch for a value that nothing has; when that finds something, the filter is refused as 'not applied'.";

/** A value that nothing has: IDs and names with it must not be found. */
function nobody(): string {
	return `nobody-${randomUUID().slice(0, 8)}`;
}

interface FilterFact {
	id: string;
	fact: string;
	affects: string;
	otherwise?: string;
	list: 'files' | 'tasks';
	/** Query and test made from the records that there are. @throws Seen where they give none */
	from(items: Item[]): { query: Query; fits(item: Item): boolean };
}

const PATHS = { files: '/files/search', tasks: '/tasks' };

async function allOf(service: Service, list: FilterFact['list']): Promise<Item[]> {
	return list === 'files' ? await service.files() : await service.tasks();
}

/** A filter works when it gives what fits, and only that. */
function toFact({ list, from, otherwise = CHECKED_AGAIN, ...rest }: FilterFact): Fact {
	return {
		...rest,
		otherwise,
		check: async (service) => {
			const all = await allOf(service, list);
			const { query, fits } = from(atLeast(all, 1, list));
			const path = await service.path(PATHS[list]);
			const { items } = await service.list(path, list, { ...query, page_size: 1000 });
			const good = items.filter(fits).length;
			const seen = `${items.length} found, ${ofItems(good, items)} fit; unfiltered: ${all.length}`;
			return verdict(items.length > 0 && good === items.length, seen);
		},
	};
}

const wordFilters: FilterFact[] = (
	[
		['files', 'status', 'file_status', 'File Status'],
		['files', 'type', 'file_type', 'File Type'],
		['tasks', 'status', 'task_status', 'Task Status'],
		['tasks', 'type', 'task_type', 'Task Type'],
	] as const
).map(([list, key, parameter, name]) => ({
	id: `${list}.by-${key}`,
	fact: `'${parameter}' gives the ${list} of that ${key} only`,
	affects: `Get Many with '${name}'`,
	list,
	from: ([first]) => ({
		query: { [parameter]: String(first[key]) },
		fits: (item) => item[key] === first[key],
	}),
}));

const fileFilters: FilterFact[] = [
	{
		id: 'files.by-ids',
		fact: "'ids', once for each ID, gives these files only",
		affects: "Get Many Files with 'File IDs'; looks of Delete, Retry and Wait for Files",
		otherwise:
			'Falls back to reading the whole list as soon as a record comes that was not asked for.',
		list: 'files',
		from: (items) => {
			const ids = atLeast(items, 2, 'files')
				.slice(0, 2)
				.map(({ id }) => String(id));
			return { query: { ids }, fits: ({ id }) => ids.includes(String(id)) };
		},
	},
	{
		id: 'files.by-statuses',
		fact: "'file_status' takes several statuses, separated by commas",
		affects: "Get Many Files with several choices of 'File Status'",
		otherwise: 'Nothing: the node asks for one status at most, and looks at each record itself.',
		list: 'files',
		from: (items) => {
			const all = [...new Set(items.map(({ status }) => String(status)))];
			const two = atLeast(all, 2, 'statuses among the files').slice(0, 2);
			return {
				query: { file_status: two.join(',') },
				fits: ({ status }) => two.includes(String(status)),
			};
		},
	},
	{
		id: 'files.by-part-of-name',
		fact: "'file_name' finds a part of the name",
		affects: "Get Many Files with 'File Name'; Upload File with 'If It Exists'",
		otherwise:
			'Get Many finds whole names only. Upload looks with the whole name, so nothing changes.',
		list: 'files',
		from: ([{ name }]) => {
			const part = String(name).slice(
				0,
				Math.ceil(String(name).replace(/\.[^.]*$/, '').length / 2),
			);
			return { query: { file_name: part }, fits: (item) => String(item.name).includes(part) };
		},
	},
	{
		id: 'files.by-tag',
		fact: "'tags' gives the files with that tag only",
		affects: "Get Many Files with 'Tags'; the trigger with 'Tags'",
		list: 'files',
		from: (items) => {
			const tagged = items.filter(({ tags }) => Array.isArray(tags) && tags.length > 0);
			const [tag] = atLeast(tagged, 1, 'files with a tag')[0].tags as string[];
			return { query: { tags: [tag] }, fits: ({ tags }) => (tags as string[]).includes(tag) };
		},
	},
	{
		id: 'files.by-category',
		fact: "'category' gives the files of that directory only",
		affects: "Get Many Files with 'Directory'",
		list: 'files',
		from: (items) => {
			const filed = items.filter(({ category }) => typeof category === 'string' && category !== '');
			const [{ category }] = atLeast(filed, 1, 'files in a directory');
			return {
				query: { category: category as string },
				fits: (item) => item.category === category,
			};
		},
	},
];

/** A value that nothing has must find nothing: else the service does not know the filter and ignores it. */
function ignoredFact(
	list: FilterFact['list'],
	parameter: string,
	affects: string,
	otherwise: string,
): Fact {
	return {
		id: `${list}.${parameter}-of-nobody`,
		fact: `'${parameter}' with a value that nothing has finds none of the ${list}`,
		affects,
		otherwise,
		check: async (service) => {
			atLeast(await allOf(service, list), 1, list);
			const path = await service.path(PATHS[list]);
			const { items, total } = await service.list(path, list, { [parameter]: nobody() });
			const seen = `${items.length} found, total ${Number(total)}`;
			return items.length > 0 ? differs(seen) : verdict(total === 0, seen);
		},
	};
}

export const filterFacts: Fact[] = [
	...[...wordFilters, ...fileFilters].map(toFact),
	ignoredFact(
		'files',
		'ids',
		"Get Many Files with 'File IDs'; Wait for Files: `notFound`",
		'Takes an ID for missing only after a complete listing without it.',
	),
	ignoredFact('files', 'file_name', "Get Many Files with 'File Name'", CHECKED_AGAIN),
	ignoredFact('tasks', 'file_name', "Get Many Tasks with 'File Name'", NOT_CHECKABLE),
	ignoredFact('tasks', 'create_user', "Get Many Tasks with 'Created By'", NOT_CHECKABLE),
];

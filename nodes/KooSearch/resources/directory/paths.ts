import type { KooSearchRecord } from '../../execution/list/endpoints';

const SEPARATOR = ' / ';

/** A path as people read it, such as "Contracts / 2025". */
export function joinPath(names: string[]): string {
	return names.join(SEPARATOR);
}

/**
 * The path of each directory by its ID, such as "Contracts / 2025". A directory whose parent isn't in the list
 * counts as a top-level one; a cycle ends where it closes.
 */
export function directoryPaths(directories: KooSearchRecord[]): Map<string, string> {
	const byId = new Map(directories.map((directory) => [String(directory.id), directory]));
	const pathOf = (directory: KooSearchRecord): string => {
		const names: string[] = [];
		const passed = new Set<KooSearchRecord>();
		let one: KooSearchRecord | undefined = directory;
		while (one && !passed.has(one)) {
			passed.add(one);
			names.unshift(String(one.name ?? one.id));
			one = byId.get(String(one.parent_id));
		}
		return joinPath(names);
	};
	return new Map(directories.map((directory) => [String(directory.id), pathOf(directory)]));
}

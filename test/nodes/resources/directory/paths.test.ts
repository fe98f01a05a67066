import { directoryPaths } from '../../../../nodes/KooSearch/resources/directory/paths';

function pathsOf(...directories: Parameters<typeof directoryPaths>[0]) {
	return Object.fromEntries(directoryPaths(directories));
}

it('The path of a directory names all above it', () => {
	const contracts = { id: 'a', name: 'Contracts' };
	const year = { id: 'b', name: '2025', parent_id: 'a' };
	const month = { id: 3, name: 'May', parent_id: 'b' };
	expect(pathsOf(month, contracts, year)).toEqual({
		a: 'Contracts',
		b: 'Contracts / 2025',
		3: 'Contracts / 2025 / May',
	});
});

it('A directory whose parent is not in the list counts as a top one', () => {
	expect(pathsOf({ id: 'a', name: 'A', parent_id: 'gone' })).toEqual({ a: 'A' });
});

it('A directory without a name is named by its ID', () => {
	expect(pathsOf({ id: 'a' }, { id: 'b', name: 'B', parent_id: 'a' })).toEqual({
		a: 'a',
		b: 'a / B',
	});
});

it('A circle ends where it closes', () => {
	const a = { id: 'a', name: 'A', parent_id: 'b' };
	const b = { id: 'b', name: 'B', parent_id: 'a' };
	expect(pathsOf(a, b)).toEqual({ a: 'B / A', b: 'A / B' });
	expect(pathsOf({ id: 'c', name: 'C', parent_id: 'c' })).toEqual({ c: 'C' });
});

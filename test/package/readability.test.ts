import type { TransformOptions } from 'esbuild';
import { transformSync } from 'esbuild';

import { hardToRead } from '../../dev/readability';

const SOURCE = `
import { limitOf } from './limits';

export class Batches {
	static most = 3;
	take(entries: string[]): string[] {
		const limit = limitOf(Batches.most);
		return entries.slice(0, limit);
	}
}
`;

function built(options: TransformOptions): string[] {
	const { code } = transformSync(SOURCE, { loader: 'ts', format: 'cjs', ...options });
	return hardToRead(code, SOURCE);
}

it('finds nothing in code that only lost its types', () => {
	expect(built({})).toEqual([]);
});

it('finds names that were made short', () => {
	expect(built({ minifyIdentifiers: true })).toEqual(
		expect.arrayContaining([
			expect.stringMatching(/^line \d+: '\w{1,2}' is no name of the source$/),
		]),
	);
});

it('finds statements that were put into one line', () => {
	expect(built({ minifyWhitespace: true })).toContain('line 1: holds more than one statement');
});

it('finds code that came from elsewhere', () => {
	const reasons = hardToRead('function limitOf(amount) {\n\treturn amount;\n}', SOURCE);
	expect(reasons).toEqual([
		"line 1: 'amount' is no name of the source",
		"line 2: 'amount' is no name of the source",
	]);
});

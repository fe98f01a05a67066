import ts from 'typescript';

/** What the compiler writes beside the source's own names: its helpers, and what a file imports and exports. */
const COMPILERS_NAMES =
	/^(__\w+|import_\w+|\w+_exports|module|exports|require|default|Object|defineProperty|value)$/;

/**
 * Why built code can't be read beside its source, one reason a line; none if it can be. Its names have to be those of
 * the source (a compiler may put `_` before or a number behind, and names an import by its file), and each statement has to begin on a line of its own.
 */
export function hardToRead(code: string, source: string): string[] {
	const file = ts.createSourceFile('built.js', code, ts.ScriptTarget.Latest);
	const known = new Set(source.match(/[\w$]+/g));
	const reasons = new Set<string>();
	const lineOf = (node: ts.Node) =>
		file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
	const visit = (node: ts.Node): void => {
		if (ts.isIdentifier(node) && !COMPILERS_NAMES.test(node.text)) {
			const written = node.text.replace(/^_|_?\d+$/g, '').split('_');
			if (!known.has(node.text) && !written.every((word) => known.has(word))) {
				reasons.add(`line ${lineOf(node)}: '${node.text}' is no name of the source`);
			}
		}
		if (ts.isSourceFile(node) || ts.isBlock(node)) {
			const lines = node.statements.map(lineOf);
			const shared = lines.find((line, index) => line === lines[index - 1]);
			if (shared) reasons.add(`line ${shared}: holds more than one statement`);
		}
		ts.forEachChild(node, (child) => (isHelper(child) ? undefined : visit(child)));
	};
	visit(file);
	return [...reasons];
}

function isHelper(node: ts.Node): boolean {
	if (!ts.isVariableStatement(node)) return false;
	const { name } = node.declarationList.declarations[0];
	return ts.isIdentifier(name) && name.text.startsWith('__');
}

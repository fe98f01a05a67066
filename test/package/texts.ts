/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import type { INodeProperties, INodePropertyMode, INodePropertyOptions } from 'n8n-workflow';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';
import { KooSearch } from '../../nodes/KooSearch/KooSearch.node';

export const ROOT = join(__dirname, '../..');

export const { description: node } = new KooSearch();
export const credential = new KooSearchApi();

/** A text and where it stands, such as "task > delete > Options > Dry Run". */
export interface Text {
	where: string;
	text: string;
}

/** A field of the node or the credential, however deep in a collection. */
export interface Field {
	where: string;
	property: INodeProperties;
}

/** Every field, each collection's own included. */
export const fields: Field[] = [
	...node.properties.flatMap((property) => fieldsIn(property, operationOf(property))),
	...credential.properties.flatMap((property) => fieldsIn(property, 'credential')),
];

function operationOf({ displayOptions }: INodeProperties): string {
	const { resource = [], operation = [] } = displayOptions?.show ?? {};
	return ['node', ...resource, ...operation].join(' > ');
}

function fieldsIn(property: INodeProperties, parent: string): Field[] {
	const where = `${parent} > ${property.displayName}`;
	const inner = property.type === 'collection' ? (property.options as INodeProperties[]) : [];
	return [{ where, property }, ...inner.flatMap((one) => fieldsIn(one, where))];
}

/** What can be chosen in a field of type options. */
export function choicesOf({ type, options = [] }: INodeProperties): INodePropertyOptions[] {
	return type === 'options' ? (options as INodePropertyOptions[]) : [];
}

export function modesOf({ modes = [] }: INodeProperties): INodePropertyMode[] {
	return modes;
}

/** Names in Title Case: of the node, the credential, fields, choices and modes. */
export const names: Text[] = [
	{ where: 'node', text: node.displayName },
	{ where: 'node defaults', text: String(node.defaults.name) },
	{ where: 'credential', text: credential.displayName },
	...fields.flatMap(({ where, property }) => [
		{ where, text: property.displayName },
		...choicesOf(property).map(({ name }) => ({ where, text: name })),
		...modesOf(property).map(({ displayName }) => ({ where, text: displayName })),
	]),
];

/** Descriptions, hints and the like in sentence case. */
export const descriptions: Text[] = present([
	{ where: 'node', text: node.description },
	...fields.flatMap(({ where, property }) => [
		{ where, text: property.description },
		{ where, text: property.hint },
		...choicesOf(property).map(({ description }) => ({ where, text: description })),
		...modesOf(property).map(({ hint }) => ({ where, text: hint })),
	]),
]);

export const placeholders: Text[] = present(
	fields.flatMap(({ where, property }) => [
		{ where, text: property.placeholder },
		...modesOf(property).map(({ placeholder }) => ({ where, text: placeholder })),
	]),
);

/** The operations of all resources, with the name of the resource as people read it. */
export const operations = operationFields().flatMap(({ property }) => {
	const [resource] = property.displayOptions?.show?.resource ?? [];
	const { name } = resources().find(({ value }) => value === resource)!;
	return choicesOf(property).map((option) => ({ resource: name, option }));
});

function resources(): INodePropertyOptions[] {
	return choicesOf(node.properties.find(({ name }) => name === 'resource')!);
}

function operationFields(): Field[] {
	return fields.filter(({ property }) => property.name === 'operation');
}

function present(texts: Array<{ where: string; text?: string }>): Text[] {
	return texts.filter((one): one is Text => one.text !== undefined);
}

/**
 * Everything the node's and the credential's code says in words: string literals and templates with a space in them,
 * each `${…}` as `…`. Messages are among them, and the texts of the editor.
 */
export const spoken: Text[] = ['nodes', 'credentials'].flatMap((folder) =>
	readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.flatMap((file) => wordsIn(join(ROOT, folder, file))),
);

function wordsIn(file: string): Text[] {
	const source = ts.createSourceFile(
		file,
		readFileSync(file, 'utf8'),
		ts.ScriptTarget.ES2022,
		true,
	);
	const found: Text[] = [];
	const visit = (one: ts.Node): void => {
		const text = textOf(one);
		if (text?.trim().includes(' ')) {
			const { line } = source.getLineAndCharacterOfPosition(one.getStart());
			found.push({ where: `${relative(ROOT, file)}:${line + 1}`, text });
		}
		if (!ts.isImportDeclaration(one)) ts.forEachChild(one, visit);
	};
	visit(source);
	return found;
}

function textOf(one: ts.Node): string | undefined {
	if (ts.isStringLiteralLike(one)) return one.text;
	if (!ts.isTemplateExpression(one)) return undefined;
	return one.head.text + one.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}

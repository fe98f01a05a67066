/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';
import { n8n } from '../../package.json';

const ROOT = join(__dirname, '../..');

/** Each page of a user's and its translation. */
const PAIRS = [
	['README.md', 'README.zh-CN.md'],
	['docs/install.md', 'docs/zh-CN/install.md'],
	['docs/credentials.md', 'docs/zh-CN/credentials.md'],
	['docs/operations.md', 'docs/zh-CN/operations.md'],
	['docs/troubleshooting.md', 'docs/zh-CN/troubleshooting.md'],
	['docs/recipes.md', 'docs/zh-CN/recipes.md'],
	['docs/trigger.md', 'docs/zh-CN/trigger.md'],
	['docs/agents.md', 'docs/zh-CN/agents.md'],
] as const;

function read(page: string): string {
	return readFileSync(join(ROOT, page), 'utf8');
}

const operationsPage = read('docs/zh-CN/operations.md');

/** The nodes of the package, from their source. */
const nodes = n8n.nodes.map((built) => {
	const source = built.replace(/^dist\//, '').replace(/\.js$/, '');
	const [Node] = Object.values(
		jest.requireActual<Record<string, new () => INodeType>>(join(ROOT, source)),
	);
	return new Node().description;
});

const properties = nodes.flatMap((node) => node.properties);

function namesOf(list: INodeProperties[], type: INodeProperties['type']): string[] {
	return list
		.filter((property) => property.type === type)
		.flatMap((property) => property.options as INodePropertyOptions[])
		.map(({ name }) => name);
}

const operations = [
	...new Set(
		namesOf(
			properties.filter(({ name }) => name === 'operation'),
			'options',
		),
	),
];

/** What can be added under Options and Filters. */
const options = [
	...new Set(
		properties
			.filter(({ type }) => type === 'collection')
			.flatMap((property) => property.options as INodeProperties[])
			.map(({ displayName }) => displayName),
	),
];

/** Everything that has a name in the editor: fields, choices and ways to enter a value. */
function labelsOf(list: INodeProperties[]): string[] {
	return list.flatMap((property) => {
		const inner = (property.options ?? []) as INodeProperties[];
		const isCollection = property.type === 'collection';
		return [
			...(property.type === 'hidden' ? [] : [property.displayName]),
			...(property.modes ?? []).map(({ displayName }) => displayName),
			...(isCollection ? labelsOf(inner) : inner.map(({ name }) => name)),
		];
	});
}

/** What operations and triggers call what became of an ID, where their source says so. */
function statusesInSource(): string[] {
	const sources = readdirSync(join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => read(`nodes/${file}`));
	return sources.flatMap((source) => [
		...[...source.matchAll(/(\w+): \{ done: (?:true|false|null)\b/g)].map(([, name]) => name),
		...[...source.matchAll(/\bstatus: '([a-z]\w*)'/g)].map(([, name]) => name),
	]);
}

/** The codes in the first column of a page's tables. */
function codesInTables(page: string): string[] {
	return [...read(page).matchAll(/^\| `([^`]+)`/gm)].map(([, code]) => code);
}

/** The same addresses on the web; pages of Huawei's exist in both languages under one name. */
function webPages(page: string): string[] {
	const urls = [...read(page).matchAll(/\]\((https:[^)\s]+)\)/g)].map(([, url]) => url);
	return urls.map((url) => url.replace('/intl/en-us', ''));
}

function localLinks(page: string): string[] {
	const text = read(page).replace(/`[^`\n]*`/g, '');
	return [...text.matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(([, target]) => target);
}

function anchorsOf(page: string): string[] {
	return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, '')
			.replace(/\s/g, '-'),
	);
}

it('there is something to hold together', () => {
	expect(operations.length).toBeGreaterThan(5);
	expect(options.length).toBeGreaterThan(10);
	expect(statusesInSource()).toEqual(expect.arrayContaining(['moved', 'unconfirmed', 'gone']));
});

it.each(nodes.map(({ displayName }) => displayName))('the node %s is described', (name) => {
	expect(read('README.zh-CN.md')).toContain(name);
});

it.each(operations)('the operation %s is described and in the README', (name) => {
	expect(operationsPage).toContain(name);
	expect(read('README.zh-CN.md')).toContain(name);
});

it.each(options)('the option %s is described', (name) => {
	expect(operationsPage).toContain(name);
});

it('every name in the editor is described', () => {
	const labels = new Set(labelsOf(properties));
	expect(labels.size).toBeGreaterThan(80);
	expect([...labels].filter((label) => !operationsPage.includes(label))).toEqual([]);
});

it.each([...new Set(statusesInSource())])('the status %s is described', (status) => {
	expect(operationsPage).toContain(`\`${status}\``);
});

/** The sources of the nodes, and of what stands in for the gateway; with a blank where a value is filled in. */
const messages = readdirSync(join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.ts'))
	.map((file) =>
		read(`nodes/${file}`)
			.replace(/\$\{[^}]*\}/g, '…')
			.replaceAll("\\'", "'"),
	)
	.concat(read('credentials/KooSearchApi.credentials.ts'))
	.concat(read('dev/standin/accessControl.ts'), read('dev/standin/api.ts'))
	.join('\n');

/** Texts of n8n itself. */
const OF_N8N = /^Node does not have any credentials|node has issues$|^Parameter /;

it('the messages that are explained are those of the nodes', () => {
	const pages = read('docs/zh-CN/troubleshooting.md') + read('docs/zh-CN/credentials.md');
	const quoted = [...pages.matchAll(/`([A-Za-z'][^`]* [^`]*)`/g)];
	const pieces = quoted
		.map(([, text]) => text)
		.filter((text) => !OF_N8N.test(text))
		.flatMap((text) => text.split(/…|\d+|"|\b(?:was|were)\b/))
		.map((piece) => piece.replace(/^[\s,.:]+|[\s,.:]+$/g, ''));
	expect(pieces.length).toBeGreaterThan(60);
	expect(pieces.filter((piece) => !messages.includes(piece))).toEqual([]);
});

it('all fields and ways to sign in of the credential are described', () => {
	const shown = new KooSearchApi().properties.filter(({ type }) => type !== 'hidden');
	const names = [...shown.map((one) => one.displayName), ...namesOf(shown, 'options')];
	const page = read('docs/zh-CN/credentials.md');
	expect(names.filter((name) => !page.includes(name))).toEqual([]);
});

function linkBetween(page: string, target: string): string {
	return relative(dirname(join(ROOT, page)), join(ROOT, target));
}

it.each(PAIRS)('%s is where the Chinese page leads', (english, chinese) => {
	expect(localLinks(chinese)).toContain(linkBetween(chinese, english));
});

it.each(PAIRS.slice(1))('%s leads to the Chinese page', (english, chinese) => {
	expect(localLinks(english)).toContain(linkBetween(english, chinese));
});

it.each(PAIRS.slice(1))('%s and %s name the same codes, and pages on the web', (one, other) => {
	const codes = new Set(codesInTables(other));
	expect(codesInTables(one).filter((code) => !codes.has(code))).toEqual([]);
	expect(webPages(other).sort()).toEqual(webPages(one).sort());
});

it.each(PAIRS.map(([, chinese]) => chinese))('%s leads to what there is', (page) => {
	const missing = localLinks(page).filter((target) => {
		const [path, anchor] = target.split('#');
		const file = path === '' ? page : join(dirname(page), path);
		if (!existsSync(join(ROOT, file))) return true;
		return anchor !== undefined && !anchorsOf(file).includes(anchor);
	});
	expect(missing).toEqual([]);
});

it('the examples of the README are in the Chinese one', () => {
	const examples = localLinks('README.md').filter((target) => target.startsWith('examples/'));
	const chinese = localLinks('README.zh-CN.md');
	expect(examples.filter((target) => !chinese.includes(target))).toEqual([]);
});

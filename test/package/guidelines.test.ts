/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/**
 * n8n's guidelines for verified community nodes, as far as a machine can tell and its linter doesn't: the linter reads
 * the source and sees only what stands there literally, here the descriptions are read as n8n gets them.
 * docs/verification.md goes through all of the guidelines.
 */
import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';

import manifest from '../../package.json';
import codex from '../../nodes/KooSearch/KooSearch.node.json';
import { KooSearchTrigger } from '../../nodes/KooSearchTrigger/KooSearchTrigger.node';
import { secretsOf } from '../../nodes/KooSearch/transport/auth/credential';
import {
	choicesOf,
	credential,
	descriptions,
	fields,
	modesOf,
	names,
	node,
	operations,
	placeholders,
	ROOT,
	spoken,
} from './texts';
import type { Text } from './texts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
/** What people read who use the node; the other pages are for those who work on it. */
const PAGES = ['README', 'docs/operations', 'docs/credentials', 'docs/troubleshooting']
	.map((name) => `${name}.md`)
	.filter((page) => existsSync(join(ROOT, page)));
const lines = PAGES.flatMap((page) =>
	readFileSync(join(ROOT, page), 'utf8')
		.split('\n')
		.map((text, index): Text => ({ where: `${page}:${index + 1}`, text })),
);

/** Words that keep their small first letter within Title Case. */
const SMALL = /^(a|an|and|as|at|but|by|for|from|in|nor|of|on|or|per|the|to|via|with)$/;
/** Words that keep their capitals within sentence case. */
const PROPER =
	/^(API|APIs|CSS|ERROR|HUAWEI|Huawei|IAM|ID|IDs|JSON|KooSearch|PENDING|RUNNING|SUCCESS)$/;

/** The texts for which something doesn't hold, each with its place. */
function failing(texts: Text[], holds: (text: string) => boolean): string[] {
	expect(texts.length).toBeGreaterThan(0);
	return texts.filter(({ text }) => !holds(text)).map(({ where, text }) => `${where}: ${text}`);
}

function wordsOf(text: string): string[] {
	return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

function isTitleCase(text: string): boolean {
	const words = wordsOf(text);
	return words.every((word, place) => {
		const between = place > 0 && place < words.length - 1;
		return between && SMALL.test(word.toLowerCase())
			? SMALL.test(word)
			: /^[\p{Lu}\p{N}]/u.test(word);
	});
}

function isSentenceCase(text: string): boolean {
	const [first, ...rest] = wordsOf(text);
	return (
		/^\p{Lu}/u.test(first) && rest.every((word) => !/^\p{Lu}/u.test(word) || PROPER.test(word))
	);
}

function isSorted(list: string[]): boolean {
	return list.every((one, place) => place === 0 || list[place - 1].localeCompare(one) <= 0);
}

describe('names', () => {
	it('are in Title Case', () => {
		expect(failing(names, isTitleCase)).toEqual([]);
	});

	it('leave out the word node', () => {
		expect(failing(names, (text) => !/\bnode\b/i.test(text))).toEqual([]);
	});
});

describe('operations', () => {
	const texts = (key: 'name' | 'action' | 'description'): Text[] =>
		operations.map(({ resource, option }) => ({
			where: `${resource} > ${option.name}`,
			text: option[key] ?? '',
		}));

	it('have an action in sentence case, without articles and without a period', () => {
		const isAction = (text: string) => isSentenceCase(text) && !/\b(a|an|the)\b|\.$/.test(text);
		expect(failing(texts('action'), isAction)).toEqual([]);
	});

	it('have a description that says more than name and action do', () => {
		const same = operations.filter(({ option: { name, action, description = '' } }) =>
			[name, action, ''].some((one) => one?.toLowerCase() === description.toLowerCase()),
		);
		expect(same).toEqual([]);
	});

	it('name the resource in action and description', () => {
		// "director" is in "directory" and in "directories".
		const stem = (resource: string) => resource.toLowerCase().slice(0, -1);
		const silent = operations.filter(
			({ resource, option: { action = '', description = '' } }) =>
				![action, description].every((text) => text.toLowerCase().includes(stem(resource))),
		);
		expect(silent).toEqual([]);
	});

	it('that delete say whether that is for good', () => {
		const deletions = operations.filter(({ option }) => option.name.startsWith('Delete'));
		expect(deletions.length).toBeGreaterThan(0);
		for (const { option } of deletions) {
			expect(`${option.action} ${option.description}`).toMatch(/permanently|cannot be undone/);
		}
	});
});

describe('descriptions', () => {
	it('are sentences: several end with a period each, one alone does not', () => {
		const isSentence = (text: string) =>
			/^(\p{Lu}|e\.g\. )/u.test(text) && /[.!?] \p{Lu}/u.test(text) === text.endsWith('.');
		expect(failing(descriptions, isSentence)).toEqual([]);
	});

	it('of switches start with Whether', () => {
		const switches = fields.filter(({ property }) => property.type === 'boolean');
		const texts = switches.map(({ where, property }) => ({
			where,
			text: property.description ?? '',
		}));
		expect(failing(texts, (text) => text.startsWith('Whether '))).toEqual([]);
	});
});

it('placeholders are examples, or say what can be chosen or added', () => {
	const lists = fields.flatMap(({ property }) =>
		modesOf(property).filter(({ type }) => type === 'list'),
	);
	const collections = fields.filter(({ property }) => property.type === 'collection');
	const chosen = new Set(lists.map(({ placeholder }) => placeholder));
	const added = new Set(collections.map(({ property }) => property.placeholder));
	const isRight = (text: string) => {
		if (chosen.has(text)) return text.startsWith('Select ');
		if (added.has(text)) return /^Add \p{Ll}/u.test(text);
		return text.startsWith('e.g. ');
	};
	expect(failing(placeholders, isRight)).toEqual([]);
});

describe('lists', () => {
	it('of optional fields are sorted', () => {
		const collections = fields.filter(({ property }) => property.type === 'collection');
		expect(collections.length).toBeGreaterThan(0);
		for (const { where, property } of collections) {
			const shown = (property.options ?? []).map((one) =>
				'displayName' in one ? one.displayName : one.name,
			);
			expect({ where, sorted: isSorted(shown), shown }).toMatchObject({ sorted: true });
		}
	});

	it('of five choices and more are sorted', () => {
		for (const { where, property } of fields) {
			const shown = choicesOf(property).map(({ name }) => name);
			if (shown.length < 5) continue;
			expect({ where, sorted: isSorted(shown), shown }).toMatchObject({ sorted: true });
		}
	});

	it('to pick one record from come before the ID', () => {
		const locators = fields.filter(({ property }) => property.type === 'resourceLocator');
		expect(locators.length).toBeGreaterThan(0);
		for (const { property } of locators) {
			expect(property.default).toEqual({ mode: 'list', value: '' });
			const modes = modesOf(property).map(({ displayName }) => displayName);
			expect(modes.slice(0, 2)).toEqual(['From List', 'By ID']);
			expect(['By Path', undefined]).toContain(modes[2]);
		}
	});
});

it('required fields come before optional ones, and options last', () => {
	// A list or a switch always has a value.
	const rank = ({ required, type }: (typeof node.properties)[number]) =>
		type === 'collection' ? 3 : required || /^(options|boolean)$/.test(type) ? 1 : 2;
	for (const { resource, option } of operations) {
		const shown = node.properties.filter(
			({ displayOptions }) =>
				displayOptions?.show?.operation?.includes(option.value) &&
				displayOptions.show.resource?.some((one) => valueOf(resource) === one),
		);
		const ranks = shown.map(rank);
		expect(ranks.length).toBeGreaterThan(0);
		expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
	}

	function valueOf(resource: string): unknown {
		const [first] = node.properties;
		expect(first.name).toBe('resource');
		return choicesOf(first).find(({ name }) => name === resource)!.value;
	}
});

describe('words', () => {
	const editor = [...names, ...descriptions, ...placeholders];
	const shown = new Set(editor.map(({ text }) => text));
	/** What isn't shown in the editor: messages, hints, and parts of both. */
	const messages = spoken.filter(({ text }) => !shown.has(text));

	it('are the same for the same thing: directory, never folder', () => {
		const texts = [...editor, ...spoken, ...lines];
		expect(failing(texts, (text) => !/\bfolders?\b/i.test(text))).toEqual([]);
	});

	it('are English', () => {
		const texts = [...editor, ...spoken, ...lines];
		// Letters of the Latin script, and the micro sign. A link to a page in Chinese says so in Chinese.
		const isEnglish = (text: string) =>
			text.includes('zh-CN') || !/(?![µ\p{Script=Latin}])\p{L}/u.test(text);
		expect(failing(texts, isEnglish)).toEqual([]);
	});

	it('that name a field put it in single quotes', () => {
		// A name of one word may also be an ordinary word.
		const fieldNames = fields.map(({ property }) => property.displayName);
		const telling = [...new Set(fieldNames)].filter((name) => name.includes(' '));
		const others = new Set(names.map(({ text }) => text));
		const texts = [...descriptions, ...messages].filter(({ text }) => !others.has(text));
		const quotes = (text: string) =>
			telling.every((name) =>
				text
					.split(name)
					.slice(1)
					.every((after, place) => {
						const before = text
							.split(name)
							.slice(0, place + 1)
							.join(name);
						const quoted = before.endsWith("'") && after.startsWith("'");
						const longer = /[\p{L}\p{N}]$/u.test(before) || /^[\p{L}\p{N}]/u.test(after);
						return quoted || longer;
					}),
			);
		expect(failing(texts, quotes)).toEqual([]);
	});
});

it('the secrets that no text may show are the fields that are masked', () => {
	const masked = credential.properties.filter(({ typeOptions }) => typeOptions?.password);
	const values = credential.properties.map(({ name }): [string, string] => [name, name]);
	const secrets = secretsOf(Object.fromEntries(values) as IDataObject);
	expect(masked.map(({ name }) => name).sort()).toEqual(secrets.sort());
	expect(secrets.length).toBeGreaterThan(0);
});

it('the node can be an agent’s tool, and its subtitle tells operation and resource', () => {
	expect(node.usableAsTool).toBe(true);
	expect(node.subtitle).toMatch(/\$parameter\["operation"\].*\$parameter\["resource"\]/);
});

it('the trigger’s subtitle is its event as the list names it', () => {
	const { subtitle = '', properties } = new KooSearchTrigger().description;
	const events = properties.find(({ name }) => name === 'event')?.options as INodePropertyOptions[];
	const code = subtitle.slice('={{'.length, -'}}'.length);
	const shown = events.map(({ value: event }) => runInNewContext(code, { $parameter: { event } }));
	expect(shown).toEqual(events.map(({ name }) => name));
});

it.each(['upload document', 'ask documents', 'document search', 'semantic search'])(
	'n8n’s panel finds the node by "%s"',
	(words) => {
		expect(codex.alias.filter((alias) => alias.startsWith(words))).not.toEqual([]);
	},
);

it('the codex says where n8n shows the node', () => {
	expect(codex).toMatchObject({
		node: `${manifest.name}.${node.name}`,
		nodeVersion: `${String(node.version)}.0`,
		codexVersion: '1.0',
	});
	const known = ['Analytics', 'Communication', 'Data & Storage', 'Development', 'Productivity'];
	expect(codex.categories.length).toBeGreaterThan(0);
	for (const category of codex.categories) expect(known).toContain(category);
	expect(new Set(codex.alias.map((one) => one.toLowerCase())).size).toBe(codex.alias.length);
	const { credentialDocumentation, primaryDocumentation } = codex.resources;
	expect(credentialDocumentation).toEqual([{ url: credential.documentationUrl }]);
	expect(primaryDocumentation).toEqual([{ url: manifest.homepage }]);
});

describe('package.json', () => {
	const facts: Record<string, unknown> = manifest;

	it('is that of a community node', () => {
		expect(manifest.name).toMatch(/^(@[\w-]+\/)?n8n-nodes-[\w-]+$/);
		expect(manifest.keywords).toContain('n8n-community-node-package');
		expect(manifest.license).toBe('MIT');
		expect(readFileSync(join(ROOT, 'LICENSE'), 'utf8')).toMatch(/^MIT License/);
		expect(manifest.author).toEqual({ name: expect.any(String), email: expect.any(String) });
		const [, repository] = /^git\+(https:\/\/github\.com\/.+)\.git$/.exec(manifest.repository.url)!;
		expect(manifest.homepage).toBe(`${repository}#readme`);
		expect(manifest.bugs).toBe(`${repository}/issues`);
		expect(credential.documentationUrl).toMatch(new RegExp(`^${repository}#`));
	});

	it('brings nothing along and runs nothing when it is installed', () => {
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		for (const key of ['dependencies', 'optionalDependencies', 'bundleDependencies', 'overrides']) {
			expect(facts[key]).toBeUndefined();
		}
		expect(manifest.files).toEqual(['dist']);
		const lifecycle =
			/^((pre|post)?(install|publish|pack|prepare)|prepublishOnly|prepack|dependencies)$/;
		const found = Object.entries(manifest.scripts).filter(([name]) => lifecycle.test(name));
		expect(found).toEqual([['prepublishOnly', 'n8n-node prerelease']]);
	});

	it('registers each node and credential that there is a source of', () => {
		expect(manifest.n8n).toMatchObject({ n8nNodesApiVersion: 1, strict: true });
		for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
			expect(file).toMatch(/^dist\/.*\.js$/);
			expect(existsSync(join(ROOT, file.slice('dist/'.length).replace(/\.js$/, '.ts')))).toBe(true);
		}
		const folder = dirname(manifest.n8n.nodes[0]).slice('dist/'.length);
		expect(existsSync(join(ROOT, folder, 'KooSearch.node.json'))).toBe(true);
	});

	it('pins every package to one version', () => {
		for (const version of Object.values(manifest.devDependencies)) {
			expect(version).toMatch(/^\d+\.\d+\.\d+$/);
		}
	});
});

describe('README', () => {
	const headings = README.split('\n').filter((one) => one.startsWith('## '));

	it.each([/install/i, /credential/i, /first steps|usage/i, /example/i, /compatib/i, /license/i])(
		'has a part about %p',
		(about) => {
			expect(headings.filter((heading) => about.test(heading))).not.toEqual([]);
		},
	);

	it("leads to the API's own pages", () => {
		expect(README).toMatch(/\]\(https:\/\/support\.huaweicloud\.com\/[\w/-]*api-koosearch\//);
	});

	it('or a page in docs leads to every example', () => {
		const docs = readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md'));
		const pages = ['README.md', ...docs.map((file) => `docs/${file}`)]
			.map((page) => readFileSync(join(ROOT, page), 'utf8'))
			.join('\n');
		const examples = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.json'));
		expect(examples.length).toBeGreaterThan(0);
		expect(examples.filter((file) => !pages.includes(`examples/${file})`))).toEqual([]);
	});

	it('has a table of every resource with its operations', () => {
		const table = new Set<string>();
		let resource = '';
		for (const row of README.split('\n').filter((one) => one.startsWith('|'))) {
			const [, first, second] = row.split('|').map((cell) => cell.trim());
			resource = first || resource;
			for (const name of second.split(', ')) table.add(`${resource}: ${name}`);
		}
		const all = operations.map(({ resource: of, option }) => `${of}: ${option.name}`);
		expect(all.filter((one) => !table.has(one))).toEqual([]);
	});

	it('or a page beside it tells of every option, every field of the credential and every way to sign in', () => {
		const pages = lines.map(({ text }) => text).join('\n');
		const visible = fields.filter(({ property }) => property.type !== 'hidden');
		const told = visible
			.filter(({ where }) => /^credential|> Options >/.test(where))
			.flatMap(({ property }) => [
				property.displayName,
				...(property.name === 'authentication' ? choicesOf(property) : []).map(({ name }) => name),
			]);
		expect(told.length).toBeGreaterThan(0);
		expect([...new Set(told)].filter((name) => !pages.includes(name))).toEqual([]);
	});
});

/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import type { IConnections, INode, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { n8n } from '../../package.json';

const ROOT = join(__dirname, '../..');
const PREFIX = 'n8n-nodes-koosearch.';

interface Example {
	name: string;
	nodes: INode[];
	connections: IConnections;
}

const files = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.json'));

function read(path: string): string {
	return readFileSync(join(ROOT, path), 'utf8');
}

function example(file: string): Example {
	return JSON.parse(read(`examples/${file}`)) as Example;
}

/** The nodes of the package by the type that workflows call them, the action node also as a tool for agents. */
const types = new Map<string, INodeTypeDescription>(
	n8n.nodes.flatMap((built) => {
		const source = built.replace(/^dist\//, '').replace(/\.js$/, '');
		const [Node] = Object.values(
			jest.requireActual<Record<string, new () => INodeType>>(join(ROOT, source)),
		);
		const { description } = new Node();
		const type = PREFIX + description.name;
		const asTool = description.usableAsTool ? [[`${type}Tool`, description] as const] : [];
		return [[type, description] as const, ...asTool];
	}),
);

/** The recipes of a page: its headings, each with the examples that its table and its text lead to. */
function recipesOf(page: string): Array<[heading: string, examples: string[]]> {
	const [table, ...sections] = read(page).split(/^## /m);
	const rows = table.split('\n').filter((line) => /^\| \[/.test(line));
	return sections.map((section, n) => {
		const [heading] = section.split('\n');
		const links = [...rows[n].matchAll(/examples\/([\w-]+\.json)/g)].map(([, file]) => file);
		return [heading, links];
	});
}

const pages = ['docs/recipes.md', 'docs/zh-CN/recipes.md'].filter((page) =>
	existsSync(join(ROOT, page)),
);

describe.each(pages)('%s', (page) => {
	const recipes = recipesOf(page);

	it('has ten recipes', () => {
		expect(recipes).toHaveLength(10);
	});

	it.each(recipes)('%s: each example is there', (_, examples) => {
		expect(examples).not.toEqual([]);
		expect(examples.filter((file) => !files.includes(file))).toEqual([]);
	});

	it('leads to the same examples as the other language', () => {
		expect(recipes.map(([, examples]) => examples)).toEqual(
			recipesOf(pages[0]).map(([, examples]) => examples),
		);
	});
});

describe.each(files)('%s', (file) => {
	const { nodes, connections } = example(file);
	const own = nodes.filter(({ type }) => type.startsWith(PREFIX));

	it('connects nodes that it has, each with an ID of its own', () => {
		const names = nodes.map(({ name }) => name);
		const targets = Object.values(connections).flatMap((outputs) =>
			Object.values(outputs).flatMap((output) =>
				output.flatMap((ends) => (ends ?? []).map(({ node }) => node)),
			),
		);
		const named = [...Object.keys(connections), ...targets];
		expect(named.filter((name) => !names.includes(name))).toEqual([]);
		expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
	});

	it('has KooSearch nodes of types that there are, with fields that they have, and all that they need', () => {
		expect(own).not.toEqual([]);
		for (const node of own) {
			const description = types.get(node.type)!;
			expect([node.type, description?.version]).toEqual([node.type, node.typeVersion]);
			// n8n's own field of each polling trigger.
			const { pollTimes, ...parameters } = node.parameters;
			expect(pollTimes !== undefined).toBe(description.polling === true);
			const { properties } = description;
			const known = NodeHelpers.getNodeParameters(
				properties,
				parameters,
				true,
				false,
				node,
				description,
			);
			expect(known).toMatchObject(parameters);
			const filled = { ...node, parameters: known! };
			expect(NodeHelpers.getNodeParametersIssues(properties, filled, description)).toBeNull();
		}
	});
});

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import fc from 'fast-check';
import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';
import { isDeepStrictEqual } from 'node:util';

import { fieldReaders } from '../../../nodes/KooSearch/parameters/readField';
import { loadFromSource, runWorkflow } from '../../../dev/engine';

interface Outcome {
	value?: unknown;
	failed?: true;
}

/** What this project reads and what n8n's engine evaluates, for each item, and how often the engine was asked. */
interface Comparison {
	here: Outcome[];
	engine: Outcome[];
	asked: number;
}

let comparison: Comparison;

/** Whether n8n runs the probe as a tool. */
let isTool = false;

/** What the probe finds as its items: handed to it as they are, since n8n copies what a run starts with. */
let given: IDataObject[];

function outcomeOf(read: () => unknown): Outcome {
	try {
		return { value: read() };
	} catch {
		return { failed: true };
	}
}

const probe: INodeType = {
	description: {
		displayName: 'Probe',
		name: 'probe',
		group: ['transform'],
		version: 1,
		description: 'Reads a field both ways',
		defaults: { name: 'Probe' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{ displayName: 'Text', name: 'text', type: 'string', default: '' },
			{
				displayName: 'Locator',
				name: 'locator',
				type: 'resourceLocator',
				default: { mode: 'id', value: '' },
				modes: [{ displayName: 'By ID', name: 'id', type: 'string' }],
			},
		],
	},
	async execute(this: IExecuteFunctions) {
		const items = this.getInputData();
		items.forEach((one, index) => (one.json = given[index]));
		const spy = jest.spyOn(this, 'getNodeParameter' as never);
		const node = this.getNode();
		if (isTool) this.getNode = () => ({ ...node, type: `${node.type}Tool` });
		const readerOf = fieldReaders(this);
		// n8n fills in the default of the one that isn't set.
		const name = this.getNode().parameters.text === '' ? 'locator' : 'text';
		const here = items.map((_, index) =>
			outcomeOf(() => readerOf(index)(name, 'Field', (value) => value)),
		);
		const asked = spy.mock.calls.length;
		spy.mockRestore();
		const engine = items.map((_, index) =>
			outcomeOf(() => this.getNodeParameter(name, index, undefined, { extractValue: true })),
		);
		comparison = { here, engine, asked };
		return [items];
	},
};

const types = loadFromSource({ packageName: 'test', nodes: [probe] });

async function compare(items: IDataObject[], parameters: IDataObject): Promise<Comparison> {
	given = items;
	await runWorkflow({
		workflow: {
			nodes: [
				{
					id: '1',
					name: 'Trigger',
					type: 'n8n-nodes-base.manualTrigger',
					typeVersion: 1,
					position: [0, 0],
					parameters: {},
				},
				{
					id: '2',
					name: 'Probe',
					type: 'test.probe',
					typeVersion: 1,
					position: [1, 0],
					parameters: parameters as Record<string, string>,
				},
			],
			connections: { Trigger: { main: [[{ node: 'Probe', type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1' },
		},
		types,
		input: items.map(() => ({})),
	});
	return comparison;
}

/** Names that a field may have: common ones, and those that JavaScript or n8n has a meaning for. */
const key = fc.constantFrom(
	'id',
	'a',
	'_b',
	'length',
	'toString',
	'constructor',
	'first',
	'json',
	'item',
	'isEmpty',
);

const leaf = fc.oneof(
	fc.string(),
	fc.constantFrom('', '={{ 1 + 1 }}', '{{ $json.id }}', '2025-01-01', 'null'),
	fc.integer(),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
	fc.boolean(),
	fc.constant(null),
);

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 3, withCrossShrink: true },
		leaf,
		fc.array(leaf, { maxLength: 3 }),
		fc.dictionary(key, tie('value'), { maxKeys: 4 }),
		fc.array(tie('value'), { maxLength: 2 }),
	),
}));

const item = fc.dictionary(key, anyValue, { maxKeys: 5 }) as fc.Arbitrary<IDataObject>;

const mapping = fc
	.record({
		path: fc.array(key, { minLength: 1, maxLength: 3 }),
		before: fc.constantFrom('', ' ', '\n'),
		after: fc.constantFrom('', ' ', '  '),
	})
	.map(({ path, before, after }) => `={{${before}$json.${path.join('.')}${after}}}`);

it("Every mapping is read as n8n's engine does, for every shape of item", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(item, { minLength: 1, maxLength: 8 }),
			mapping,
			fc.boolean(),
			async (items, expression, inLocator) => {
				const locator = { __rl: true, mode: 'id', value: expression };
				const parameters = inLocator ? { locator } : { text: expression };
				const { here, engine } = await compare(items, parameters);
				here.forEach((outcome, index) => {
					if (!isDeepStrictEqual(outcome, engine[index])) expect(outcome).toEqual(engine[index]);
				});
				expect(here).toHaveLength(items.length);
			},
		),
		{ numRuns: 200 },
	);
}, 60_000);

it.each(['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty'])(
	'A field called %s is read as the engine does, or not at all',
	async (name) => {
		const items = [JSON.parse(`{ "${name}": "a", "in": { "${name}": 7 } }`) as IDataObject];
		for (const path of [name, `in.${name}`, `${name}.length`]) {
			const { here, engine } = await compare(items, { text: `={{ $json.${path} }}` });
			expect(here).toEqual(engine);
		}
	},
);

it.each([
	['text', { text: 'a,b' }],
	['a locator', { locator: { __rl: true, mode: 'id', value: 'kb' } }],
	['text that only looks like an expression', { text: '{{ $json.id }}' }],
	['a number', { text: 7 }],
	['true', { text: true }],
])(
	'The parameter is read once when it is %s, however many items there are',
	async (_, parameters) => {
		const items = Array.from({ length: 50 }, (_, n) => ({ id: `t${n}` }));
		const { here, engine, asked } = await compare(items, parameters);
		expect(here).toEqual(engine);
		expect(asked).toBe(2);
	},
);

it.each([
	['text', { text: '={{ $json.id }}' }],
	['a locator', { locator: { __rl: true, mode: 'id', value: '={{ $json.id }}' } }],
	['a nested field', { text: '={{ $json.file.id }}' }],
	['a list', { text: '={{ $json.list }}' }],
	['a field without spaces around it', { text: '={{$json.id}}' }],
])('The engine is not asked for a mapping of %s', async (_, parameters) => {
	const items = Array.from({ length: 50 }, (_, n) => ({
		id: `t${n}`,
		file: { id: n },
		list: [`t${n}`, n],
	}));
	const { here, engine, asked } = await compare(items, parameters);
	expect(here).toEqual(engine);
	expect(asked).toBe(1);
});

it('Every mapping of a tool is left to the engine: its items hold what the model chose', async () => {
	const items = Array.from({ length: 5 }, (_, n) => ({ id: `t${n}` }));
	isTool = true;
	const { here, engine, asked } = await compare(items, { text: '={{ $json.id }}' });
	isTool = false;
	expect(here).toEqual(engine);
	expect(asked).toBe(6);
});

it.each([
	'={{ $json.id + 1 }}',
	'={{ $json["id"] }}',
	'={{ $json.id.toUpperCase() }}',
	'=x{{ $json.id }}',
	'=x={{ $json.id }}',
	'={{ $json.id }} ',
	'={{ $json.list[0] }}',
	'={{ $itemIndex }}',
	'={{ $json }}',
	'={{ $json.id }}{{ $json.id }}',
])('The expression %s is left to the engine', async (text) => {
	const items = Array.from({ length: 5 }, (_, n) => ({ id: `t${n}`, list: [n] }));
	const { here, engine, asked } = await compare(items, { text });
	expect(here).toEqual(engine);
	expect(asked).toBe(6);
});

it('A list that holds an expression is left to the engine', async () => {
	const items = Array.from({ length: 5 }, (_, n) => ({ id: `t${n}` }));
	const { here, engine, asked } = await compare(items, { text: ['={{ $json.id }}', 'b'] });
	expect(here).toEqual(engine);
	expect(asked).toBe(6);
});

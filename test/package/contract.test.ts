import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';
import { KooSearch } from '../../nodes/KooSearch/KooSearch.node';

/**
 * What saved workflows rely on: names, and the defaults, since n8n saves only what differs from them. Adding is fine;
 * a change of what stands here needs a new version of the node.
 */
const { description } = new KooSearch();

/** The parameters that the editor shows for an operation: name and default. */
function parametersOf(resource: string, operation: string): Record<string, unknown> {
	const shown = description.properties.filter(({ displayOptions }) => {
		const { show = {} } = displayOptions ?? {};
		return show.resource?.includes(resource) && show.operation?.includes(operation);
	});
	return Object.fromEntries(shown.map((property) => [property.name, defaultOf(property)]));
}

/** The default; of a collection those of its fields, which apply when they aren't added. */
function defaultOf({ type, default: fallback, options = [] }: INodeProperties): unknown {
	if (type !== 'collection') return fallback;
	expect(fallback).toEqual({});
	return Object.fromEntries(
		(options as INodeProperties[]).map((option) => [option.name, option.default]),
	);
}

const located = { mode: 'list', value: '' };
const inKnowledgeBase = { knowledgeBase: located };
const listing = { returnAll: false, limit: 50 };
const calls = { maxRetries: 3, retryFor: 10, timeout: 60_000 };
const changes = { ...calls, dryRun: true };
const batchOptions = {
	...changes,
	batchInterval: 0,
	batchSize: 100,
	concurrency: 20,
	maxIds: 0,
	notDoneAsError: true,
	output: 'perId',
};
const filtersOfAnswers = {
	directory: located,
	extraKnowledgeBases: '',
	fileIds: '',
	filter: '',
	tags: '',
};

it('keeps the names of the node and of the credential', () => {
	expect(description.name).toBe('kooSearch');
	expect(description.version).toBe(1);
	expect(description.credentials).toEqual([{ name: 'kooSearchApi', required: true }]);
	const { name, displayName, properties } = new KooSearchApi();
	expect({ name, displayName }).toEqual({ name: 'kooSearchApi', displayName: 'KooSearch API' });
	const defaults = Object.fromEntries(properties.map((one) => [one.name, one.default]));
	expect(defaults).toMatchObject({
		baseUrl: '',
		projectId: '',
		applicationId: '',
		authentication: 'iamUser',
		token: '',
		domainName: '',
		username: '',
		password: '',
		appCode: '',
		ignoreSslIssues: false,
	});
	expect(defaults).toHaveProperty('iamEndpoint');
});

it('keeps the operation that stands for each resource when none was saved', () => {
	const resource = description.properties.find(({ name }) => name === 'resource')!;
	expect(resource.default).toBe('file');
	const operations = description.properties.filter(({ name }) => name === 'operation');
	const defaults = operations.map((one) => [one.displayOptions?.show?.resource, one.default]);
	expect(Object.fromEntries(defaults)).toEqual({
		task: 'getMany',
		file: 'getMany',
		directory: 'getMany',
		knowledgeBase: 'getMany',
	});
});

it.each([
	[
		'directory',
		'create',
		{ ...inKnowledgeBase, path: '', options: { ...changes, concurrency: 4 } },
	],
	[
		'directory',
		'delete',
		{
			...inKnowledgeBase,
			directory: located,
			options: { ...changes, concurrency: 1, notEmpty: true },
		},
	],
	['directory', 'getMany', { ...inKnowledgeBase, ...listing }],
	[
		'directory',
		'update',
		{
			...inKnowledgeBase,
			directory: located,
			name: '',
			parent: located,
			options: { ...changes, concurrency: 1, toTop: true },
		},
	],
	[
		'file',
		'delete',
		{ ...inKnowledgeBase, fileIds: '', options: { ...batchOptions, settlePartial: false } },
	],
	[
		'file',
		'getMany',
		{
			...inKnowledgeBase,
			...listing,
			filters: {
				directory: located,
				ids: '',
				fileName: '',
				fileStatus: ['anyFailure'],
				fileType: '',
				noDirectory: true,
				olderThanDays: 7,
				tags: '',
			},
			options: { directoryPath: true },
		},
	],
	[
		'file',
		'move',
		{
			...inKnowledgeBase,
			destination: 'directory',
			directory: located,
			createDirectories: false,
			fileIds: '',
			options: { ...batchOptions },
		},
	],
	[
		'file',
		'retry',
		{
			...inKnowledgeBase,
			fileIds: '',
			options: { ...batchOptions, parser: 'latest', waitForParsing: true, waitMinutes: 30 },
		},
	],
	[
		'file',
		'update',
		{
			...inKnowledgeBase,
			fileIds: '',
			tagMode: 'add',
			tags: '',
			options: { ...changes, concurrency: 4 },
		},
	],
	[
		'knowledgeBase',
		'ask',
		{
			...inKnowledgeBase,
			question: '',
			options: {
				...calls,
				...filtersOfAnswers,
				chatId: '',
				concurrency: 4,
				history: '[]',
				maxTokens: 2048,
				temperature: 0.8,
				timeout: 120000,
				topP: 0.1,
			},
		},
	],
	['knowledgeBase', 'disable', { ...inKnowledgeBase, options: { ...changes, concurrency: 4 } }],
	['knowledgeBase', 'enable', { ...inKnowledgeBase, options: { ...changes, concurrency: 4 } }],
	['knowledgeBase', 'getMany', { ...listing, filters: { name: '', status: 'open' } }],
	[
		'knowledgeBase',
		'search',
		{
			...inKnowledgeBase,
			query: '',
			topK: 10,
			options: {
				...calls,
				...filtersOfAnswers,
				concurrency: 4,
				minScore: 0,
				scope: 'doc',
				simplify: true,
			},
		},
	],
	[
		'task',
		'create',
		{
			...inKnowledgeBase,
			taskType: 'QA',
			inheritParser: false,
			fileIds: '',
			options: { ...batchOptions },
		},
	],
	[
		'task',
		'delete',
		{ ...inKnowledgeBase, taskIds: '', options: { ...batchOptions, settlePartial: false } },
	],
	[
		'task',
		'download',
		{
			...inKnowledgeBase,
			taskId: '',
			binaryPropertyName: 'data',
			options: { ...calls, concurrency: 4, timeout: 600000 },
		},
	],
	['task', 'getFiles', { ...inKnowledgeBase, ...listing, taskId: '' }],
	[
		'task',
		'getMany',
		{
			...inKnowledgeBase,
			...listing,
			filters: {
				createUser: '',
				fileName: '',
				olderThanDays: 7,
				taskStatus: 'ERROR',
				taskType: 'TABLE_EXTRACTION',
			},
		},
	],
])('keeps the parameters of %s: %s', (resource, operation, expected) => {
	expect(parametersOf(resource, operation)).toEqual(expected);
});

it('keeps the choices', () => {
	const choices = (name: string, from = description.properties) =>
		(from.find((one) => one.name === name)!.options as INodePropertyOptions[]).map(
			({ value }) => value,
		);
	expect(choices('destination')).toEqual(['directory', 'none']);
	const options = description.properties.find(
		({ name, displayOptions }) =>
			name === 'options' && displayOptions?.show?.operation?.includes('move'),
	)!;
	expect(choices('output', options.options as INodeProperties[])).toEqual([
		'perId',
		'perBatch',
		'summary',
	]);
	const { properties } = new KooSearchApi();
	expect(choices('authentication', properties).sort()).toEqual([
		'appCode',
		'iamUser',
		'none',
		'token',
	]);
});

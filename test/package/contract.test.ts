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
const batchOptions = {
	batchInterval: 0,
	concurrency: 4,
	dryRun: true,
	batchSize: 100,
	maxRetries: 3,
	retryFor: 10,
	output: 'perId',
	timeout: 60_000,
};
const listing = { returnAll: false, limit: 50 };

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
	expect(resource.default).toBe('task');
	const operations = description.properties.filter(({ name }) => name === 'operation');
	const defaults = operations.map((one) => [one.displayOptions?.show?.resource, one.default]);
	expect(Object.fromEntries(defaults)).toEqual({
		task: 'delete',
		file: 'move',
		directory: 'getMany',
		knowledgeBase: 'getMany',
	});
});

it.each([
	[
		'task',
		'delete',
		{
			knowledgeBase: located,
			taskIds: '',
			options: { ...batchOptions, settlePartial: false },
		},
	],
	[
		'task',
		'getMany',
		{
			knowledgeBase: located,
			...listing,
			filters: {
				taskType: 'TABLE_EXTRACTION',
				taskStatus: 'ERROR',
				fileName: '',
				createUser: '',
				olderThanDays: 7,
			},
		},
	],
	[
		'file',
		'move',
		{
			knowledgeBase: located,
			destination: 'directory',
			directory: located,
			fileIds: '',
			options: batchOptions,
		},
	],
	[
		'file',
		'delete',
		{
			knowledgeBase: located,
			fileIds: '',
			options: { ...batchOptions, settlePartial: false },
		},
	],
	[
		'file',
		'retry',
		{ knowledgeBase: located, fileIds: '', options: { ...batchOptions, parser: 'latest' } },
	],
	[
		'file',
		'getMany',
		{
			knowledgeBase: located,
			...listing,
			filters: { fileName: '', fileType: '', directory: located, fileStatus: '' },
		},
	],
	[
		'directory',
		'create',
		{
			knowledgeBase: located,
			path: '',
			options: { concurrency: 4, dryRun: true, maxRetries: 3, retryFor: 10, timeout: 60000 },
		},
	],
	['directory', 'getMany', { knowledgeBase: located, ...listing }],
	['knowledgeBase', 'getMany', { ...listing, filters: { name: '', status: 'open' } }],
])('keeps the parameters of %s: %s', (resource, operation, expected) => {
	expect(parametersOf(resource, operation)).toEqual(expected);
});

it('keeps the choices', () => {
	const choices = (name: string, from = description.properties) =>
		(from.find((one) => one.name === name)!.options as INodePropertyOptions[]).map(
			({ value }) => value,
		);
	expect(choices('destination')).toEqual(['directory', 'none']);
	const options = description.properties.find(({ name }) => name === 'options')!;
	expect(choices('output', options.options as INodeProperties[])).toEqual(['perId', 'perBatch']);
	const { properties } = new KooSearchApi();
	expect(choices('authentication', properties).sort()).toEqual(['appCode', 'iamUser', 'token']);
});

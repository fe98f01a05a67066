import { knowledgeBaseList } from '../../execution/list/endpoints';
import { contains, mustEqual } from '../../execution/list/filters';
import { getManyOperation } from '../../execution/list/getManyOperation';
import { withTimes } from '../../execution/records';

/** Page ListKnowledgeRepos: `GET …/knowledge-repo`. */
export const getManyKnowledgeBases = getManyOperation({
	resource: 'knowledgeBase',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many knowledge bases',
		description: 'List many knowledge bases of the application',
	},
	noun: { one: 'knowledge base', many: 'knowledge bases' },
	fields: [],
	describe: withTimes,
	readEndpoint: () => knowledgeBaseList,
	filters: [
		{
			field: {
				displayName: 'Name',
				name: 'name',
				type: 'string',
				default: '',
				description: 'Only knowledge bases whose name contains this text',
			},
			parameter: 'name',
			...contains('name'),
		},
		{
			field: {
				displayName: 'Status',
				name: 'status',
				type: 'options',
				options: [
					{ name: 'Closed', value: 'close' },
					{ name: 'Open', value: 'open' },
				],
				default: 'open',
				description: 'Only knowledge bases that can be searched (open) or cannot (closed)',
			},
			parameter: 'status',
			...mustEqual('status'),
		},
	],
});

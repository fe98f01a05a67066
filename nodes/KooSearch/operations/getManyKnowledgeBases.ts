import { knowledgeBaseList } from '../listing/lists';
import { contains, mustEqual } from './filters';
import { listOperation } from './listOperation';

/** Page ListKnowledgeRepos: `GET …/knowledge-repo`. */
export const getManyKnowledgeBases = listOperation({
	resource: 'knowledgeBase',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many knowledge bases',
		description: 'List many knowledge bases of the application',
	},
	noun: 'knowledge bases',
	fields: [],
	readList: () => knowledgeBaseList,
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

import { knowledgeBaseField, readKnowledgeBaseId } from '../../descriptions/fields';
import { directoryList } from '../../execution/list/endpoints';
import { getManyOperation } from '../../execution/list/getManyOperation';
import { withTimes } from '../../execution/records';
import { directoryPaths } from './paths';

/** Page ListDirectory: `GET …/{repo_id}/directory`, to which the path of each directory is added. */
export const getManyDirectories = getManyOperation({
	resource: 'directory',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many directories',
		description: 'List many directories of a knowledge base, each with its full path',
	},
	noun: { one: 'directory', many: 'directories' },
	fields: [knowledgeBaseField],
	filters: [],
	describe: withTimes,
	readEndpoint: (read) => directoryList(readKnowledgeBaseId(read)),
	complete: (directories) => {
		const paths = directoryPaths(directories);
		return directories.map((directory) => ({
			...directory,
			path: paths.get(String(directory.id)),
		}));
	},
});

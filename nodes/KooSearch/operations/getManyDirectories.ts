import { directoryPaths } from '../listing/directoryPaths';
import { directoryList } from '../listing/lists';
import { knowledgeBaseField, readKnowledgeBaseId } from './fields';
import { listOperation } from './listOperation';

/** Page ListDirectory: `GET …/{repo_id}/directory`, to which the path of each directory is added. */
export const getManyDirectories = listOperation({
	resource: 'directory',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many directories',
		description: 'List many directories of a knowledge base, each with its full path',
	},
	noun: 'directories',
	fields: [knowledgeBaseField],
	filters: [],
	readList: (read) => directoryList(readKnowledgeBaseId(read)),
	complete: (directories) => {
		const paths = directoryPaths(directories);
		return directories.map((directory) => ({
			...directory,
			path: paths.get(String(directory.id)),
		}));
	},
});

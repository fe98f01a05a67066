import { standin } from '../dev/standin/eachTest';
import { deleteFilesParameters, numbered, runNode } from './runNode';

function filesLeft(): string[] {
	return [...standin.state.knowledgeBases.get('kb')!.files.keys()];
}

it('sends what the API page says, and answers each file', async () => {
	standin.state.addKnowledgeBase({ id: 'kb', files: ['a', 'b', 'c'], tasks: ['a', 'b'] });
	const { json } = await runNode({
		standin,
		items: [{ id: 'a,b' }],
		parameters: deleteFilesParameters,
	});
	const { projectId, applicationId } = standin.state;
	expect(standin.requests).toMatchObject([
		{
			method: 'DELETE',
			path: `/v1/${projectId}/applications/${applicationId}/uni-search/kb/files/batch`,
			body: { file_ids: ['a', 'b'] },
		},
	]);
	expect(json).toEqual(
		['a', 'b'].map((id) => ({
			id,
			deleted: true,
			status: 'deleted',
			knowledgeBaseId: 'kb',
		})),
	);
	expect(filesLeft()).toEqual(['c']);
	expect(standin.state.knowledgeBases.get('kb')!.tasks.size).toBe(2);
});

it('lists the files that are left when not all were deleted', async () => {
	const { ids, items } = numbered(250, 'f');
	standin.state.addKnowledgeBase({ id: 'kb', files: [...ids, 'other'] });
	standin.faults.add({ what: { kind: 'reject', ids: ['f003', 'f111'] }, times: Infinity });
	const result = await runNode({ standin, items, parameters: deleteFilesParameters });
	expect(standin.requests.map(({ operationId }) => operationId)).toEqual([
		...Array(3).fill('BatchDeleteFiles'),
		'SearchFiles',
		'SearchFiles',
	]);
	const left = result.json.filter(({ deleted }) => deleted === false);
	expect(left.map(({ id, status }) => [id, status])).toEqual([
		['f003', 'notDeleted'],
		['f111', 'notDeleted'],
	]);
	expect(filesLeft()).toEqual(['f003', 'f111', 'other']);
	expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
		'2 of 250 files were not deleted: 2 still there.',
	]);
});

it('finds the file that is still being parsed, and deletes the others', async () => {
	const { ids, items } = numbered(8, 'f');
	standin.state.addKnowledgeBase({
		id: 'kb',
		files: ids.map((id) => ({ id, status: id === 'f6' ? 'RUNNING' : 'SUCCESS' })),
	});
	const { output } = await runNode({
		standin,
		items,
		parameters: deleteFilesParameters,
		onError: 'continueRegularOutput',
	});
	const failed = output.filter(({ json }) => 'error' in json);
	expect(failed.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 5 }]);
	expect(failed[0].json.error).toContain('Wait until it has been parsed');
	expect(filesLeft()).toEqual(['f6']);
});

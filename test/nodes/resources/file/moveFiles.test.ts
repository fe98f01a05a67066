import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { moveFiles } from '../../../../nodes/KooSearch/resources/file/moveFiles';

/** The message of a run that ends before anything is sent. */
async function messageFor(items: IDataObject[]): Promise<string> {
	const context = {
		getInputData: () => items.map((json) => ({ json })),
		getNodeParameter: (name: string, index: number, fallback: unknown, options?: IDataObject) => {
			// An expression that only the engine can evaluate.
			if (options?.rawExpressions) return '={{ $json[name] }}';
			return items[index][name] ?? fallback;
		},
		getNode: () => ({ name: 'KooSearch', type: 'kooSearch', parameters: {} }),
		continueOnFail: () => false,
		getExecutionCancelSignal: () => undefined,
	} as unknown as IExecuteFunctions;
	return await moveFiles.run(context).then(
		() => 'It ran',
		({ message }: Error) => message,
	);
}

function item(fileIds: string, directory?: string): IDataObject {
	const destination = directory === undefined ? 'none' : 'directory';
	return { knowledgeBase: 'kb', destination, directory, fileIds };
}

describe('A file that two items send to different places', () => {
	it('is named with both items and both directories', async () => {
		const items = [item('a', 'd1'), item('c', 'd1'), item('b,a', 'd2')];
		expect(await messageFor(items)).toBe(
			`'Destination': "a" is to go to directory "d2" here, but item 0 already sends it to directory "d1" in the same run. Let one item name it, or use two nodes, one after the other. [item 2]`,
		);
	});

	it.each([
		['into a directory and out of it', [item('a', 'd'), item('a')]],
		['out of its directory and into one', [item('a'), item('a', 'd')]],
	])('goes %s', async (_, items) => {
		const message = await messageFor(items);
		for (const part of ['"a"', `directory "d"`, "'No Directory'", 'item 0', '[item 1]']) {
			expect(message).toContain(part);
		}
	});
});

import type { IBinaryData, IDataObject, INodeParameters } from 'n8n-workflow';

import { storeBinary } from '../../dev/engine/binaryData';
import type { File } from '../../dev/standin/knowledgeBase';
import type { Standin } from '../../dev/standin/server';
import type { NodeResult, NodeRun } from './runNode';
import { kooSearchTypes, runNode } from './runNode';

export const uploadParameters: INodeParameters = {
	resource: 'file',
	operation: 'upload',
	knowledgeBase: { __rl: true, mode: 'id', value: 'kb' },
	binaryPropertyName: 'data',
	fileName: '',
	destination: 'none',
};

export interface UploadRun extends Partial<Omit<NodeRun, 'items'>> {
	standin: Standin;
	/** Names, or binary data as the trigger gives it. */
	files: Array<string | IBinaryData>;
	options?: IDataObject;
}

/** Runs Upload File over items with one file each; a file named `a.pdf` holds "content of a.pdf". */
export async function upload({ files, options = {}, ...run }: UploadRun): Promise<NodeResult> {
	const binaries = await Promise.all(files.map(toBinary));
	const items = binaries.map((data, n) => ({ json: { n }, binary: { data } }));
	return await runNode({
		types: kooSearchTypes,
		...run,
		items: items as unknown as IDataObject[],
		hasBinary: true,
		parameters: { ...uploadParameters, ...run.parameters, options } as INodeParameters,
	});
}

async function toBinary(file: string | IBinaryData): Promise<IBinaryData> {
	if (typeof file !== 'string') return file;
	return await storeBinary(Buffer.from(`content of ${file}`), { fileName: file });
}

export function filesOf(standin: Standin, knowledgeBase = 'kb'): File[] {
	return [...standin.state.knowledgeBases.get(knowledgeBase)!.files.values()];
}

export function callsOf(standin: Standin, operationId: string) {
	return standin.requests.filter((request) => request.operationId === operationId);
}

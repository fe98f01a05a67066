/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import type { IBinaryData, IDataObject, INode, INodeExecutionData, INodeType } from 'n8n-workflow';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { CredentialStore, loadFromSource, loadPackage, runWorkflow } from '../engine';
import { storeBinary } from '../engine/binaryData';
import { httpRequestNode, uploadFloor } from './directUploads';
import { collect, timed } from './measures';
import type { Cost } from './measures';
import { CONCURRENCY, KNOWLEDGE_BASE } from './operations';
import type { Service } from './operations';
import { serve } from './processes';

/** `kooSearch` is this node. */
export type Uploader = 'kooSearch' | 'floor' | 'httpRequest';

export interface UploadLoad {
	uploader: Uploader;
	files: number;
	/** Of each file. */
	bytes: number;
}

export interface UploadReply extends Cost {
	/** The highest resident set size while the node ran, above that before, in MB. */
	aboveIdleMb: number;
}

const ROOT = join(__dirname, '../..');
const PACKAGE = 'n8n-nodes-koosearch';
const MB = 1024 * 1024;
const SAMPLE_EVERY = 5;

const PARAMETERS = {
	resource: 'file',
	operation: 'upload',
	knowledgeBase: { __rl: true, mode: 'id', value: KNOWLEDGE_BASE },
	binaryPropertyName: 'data',
	destination: 'none',
	fileName: '={{ $json.name }}',
	options: { concurrency: CONCURRENCY },
};

/** Runs Manual Trigger → a node that uploads in n8n's engine, which keeps the files on the disk. */
class UploadEngine {
	private readonly stored = new Map<number, Promise<IBinaryData>>();

	constructor(
		private readonly nodes: INodeType[],
		private readonly credentials: CredentialStore,
		private readonly credentialTypes: Parameters<typeof loadFromSource>[0]['credentials'],
	) {}

	async measure({ uploader, files, bytes }: UploadLoad): Promise<UploadReply> {
		const data = await this.file(bytes);
		const items = Array.from({ length: files }, (_, n) => ({
			json: { name: `file-${n}.pdf` },
			binary: { data },
		}));
		let reply: UploadReply | undefined;
		const observe = async (execute: () => Promise<INodeExecutionData[][]>) => {
			collect();
			const idle = process.memoryUsage.rss();
			let highest = idle;
			const look = () => (highest = Math.max(highest, process.memoryUsage.rss()));
			const sampling = setInterval(look, SAMPLE_EVERY);
			const { cost, output } = await timed(execute).finally(() => clearInterval(sampling));
			look();
			if (!output[0].every(({ json }) => json.uploaded === true)) throw new Error('Not uploaded');
			reply = { ...cost, aboveIdleMb: (highest - idle) / MB };
			return output;
		};
		await this.run(uploader, items as unknown as IDataObject[], observe);
		return reply!;
	}

	/** Each size is stored once: what is read from the disk is the same for all. */
	private async file(bytes: number): Promise<IBinaryData> {
		const known = this.stored.get(bytes);
		if (known) return await known;
		const storing = storeBinary(Readable.from(zeros(bytes)), { fileName: 'file.pdf' });
		this.stored.set(bytes, storing);
		return await storing;
	}

	private async run(
		uploader: Uploader,
		items: IDataObject[],
		observe: (execute: () => Promise<INodeExecutionData[][]>) => Promise<INodeExecutionData[][]>,
	): Promise<void> {
		const types = loadFromSource({
			packageName: PACKAGE,
			nodes: this.nodes.map(({ description, execute }) => ({
				description,
				async execute() {
					return await observe(async () => (await execute!.call(this)) as INodeExecutionData[][]);
				},
			})),
			credentials: this.credentialTypes,
		});
		const node = {
			name: 'Upload',
			type: `${PACKAGE}.${uploader}`,
			parameters: uploader === 'kooSearch' ? PARAMETERS : {},
			credentials: { kooSearchApi: { id: 'c1', name: '' } },
		};
		const trigger = { name: 'Trigger', type: 'n8n-nodes-base.manualTrigger', parameters: {} };
		const { error } = await runWorkflow({
			workflow: {
				nodes: [trigger, node].map(toNode),
				connections: { Trigger: { main: [[{ node: 'Upload', type: 'main', index: 0 }]] } },
				settings: { executionOrder: 'v1' },
			},
			types,
			credentials: this.credentials,
			pinData: { Trigger: items },
		});
		if (error) throw error;
	}
}

function toNode(node: Pick<INode, 'name' | 'type' | 'parameters'>): INode {
	return { id: node.name, typeVersion: 1, position: [0, 0], ...node };
}

function* zeros(bytes: number): Generator<Buffer> {
	const chunk = Buffer.alloc(Math.min(bytes, MB));
	for (let left = bytes; left > 0; left -= chunk.length) {
		yield left < chunk.length ? chunk.subarray(0, left) : chunk;
	}
}

serve(async ({ service }: { service: Service }) => {
	const built = await loadPackage(ROOT);
	const data = { authentication: 'token', ...service };
	const engine = new UploadEngine(
		[
			built.nodeTypes.getByNameAndVersion(`${PACKAGE}.kooSearch`) as INodeType,
			uploadFloor(service),
			httpRequestNode(service),
		],
		new CredentialStore({ c1: { name: '', type: 'kooSearchApi', data } }),
		[built.credentialTypes.getByName('kooSearchApi')],
	);
	return async (load: UploadLoad) => await engine.measure(load);
});

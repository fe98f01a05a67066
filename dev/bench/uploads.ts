import { median } from './median';
import { CONCURRENCY } from './operations';
import type { Service } from './operations';
import { Child } from './processes';
import type { Target } from './targets';
import type { Uploader, UploadLoad, UploadReply } from './uploadEngine';
import type { Received, SinkMessage } from './uploadSink';

const MB = 1024 * 1024;
const LARGE = { files: 4, bytes: 128 * MB };
const MANY = { files: 200, bytes: MB };
const LATENCY = 50;

/** Upload File beside n8n's request helper alone, and beside what the HTTP Request node does. */
export async function targetsOfUploads(rounds: number): Promise<Target[]> {
	const sink = await Child.start('uploadSink.ts', {});
	try {
		const service = await sink.ask<Service>({ kind: 'describe' } satisfies SinkMessage);
		return [await memoryTarget(sink, service, rounds), await wallTarget(sink, service, rounds)];
	} finally {
		await sink.stop();
	}
}

/** Each round in a process of its own, since memory once taken is seldom given back. */
async function memoryTarget(sink: Child, service: Service, rounds: number): Promise<Target> {
	const measure = async (uploader: Uploader) => {
		const samples: number[] = [];
		for (let round = 0; round < rounds; round++) {
			await withEngine(service, async (engine) => {
				await run(sink, engine, { uploader, files: 1, bytes: 1000 }, 0);
				const { aboveIdleMb } = await run(sink, engine, { uploader, ...LARGE }, 0);
				samples.push(aboveIdleMb);
			});
		}
		return median(samples);
	};
	const own = await measure('kooSearch');
	const floor = await measure('floor');
	const other = await measure('httpRequest');
	return {
		name: 'Upload File, 4 × 128 MB at once: memory above idle',
		measured: own,
		...{ limit: 150, limitIs: 'most', unit: ' MB' },
		detail: `request helper alone ${floor.toFixed(0)} MB, as HTTP Request ${other.toFixed(0)} MB`,
	};
}

/** Taking turns: whatever else the machine does meanwhile, it does to both. */
async function wallTarget(sink: Child, service: Service, rounds: number): Promise<Target> {
	const own: number[] = [];
	const floor: number[] = [];
	await withEngine(service, async (ownEngine) => {
		await withEngine(service, async (floorEngine) => {
			for (let round = 0; round <= rounds; round++) {
				const isWarmUp = round === 0;
				const load = isWarmUp ? { files: 20, bytes: MB } : MANY;
				const sides = [
					{ engine: ownEngine, uploader: 'kooSearch', walls: own },
					{ engine: floorEngine, uploader: 'floor', walls: floor },
				] as const;
				// What comes second may find the disk's cache, or the machine, in another state.
				for (const { engine, uploader, walls } of round % 2 ? sides : sides.toReversed()) {
					const { wallMs } = await run(sink, engine, { uploader, ...load }, LATENCY);
					if (!isWarmUp) walls.push(wallMs);
				}
			}
		});
	});
	return {
		name: 'Upload File, 200 × 1 MB, 50 ms: wall time against the request helper',
		measured: median(own.map((wall, round) => wall / floor[round])),
		...{ limit: 1.15, limitIs: 'most', unit: '×' },
		detail: `${median(own).toFixed(0)} ms, ${median(floor).toFixed(0)} ms`,
	};
}

async function withEngine(service: Service, task: (engine: Child) => Promise<void>): Promise<void> {
	const engine = await Child.start('uploadEngine.ts', { service });
	await task(engine).finally(async () => await engine.stop());
}

/** @throws Error when other files came in than were to be sent */
async function run(
	sink: Child,
	engine: Child,
	load: UploadLoad,
	latencyMs: number,
): Promise<UploadReply> {
	await sink.ask({ kind: 'reset', latencyMs } satisfies SinkMessage);
	const reply = await engine.ask<UploadReply>(load);
	const received = await sink.ask<Received>({ kind: 'count' } satisfies SinkMessage);
	const { files, bytes, measured, maxConcurrent } = received;
	const isWhole = files === load.files && measured === files && bytes >= files * load.bytes;
	const isLimited = load.uploader === 'httpRequest' || maxConcurrent <= CONCURRENCY;
	if (isWhole && isLimited) return reply;
	throw new Error(`The sink saw ${JSON.stringify(received)} for ${JSON.stringify(load)}`);
}

import type { EngineMessage, EngineSetup, Load, RunReply } from './engine';
import { median } from './median';
import { CONCURRENCY } from './operations';
import type { OperationName, Service, Variant } from './operations';
import { Child } from './processes';
import type { Scenario } from './scenarios';
import type { SearchMessage, SearchCosts } from './searching';
import type { Counts, StandinMessage } from './standin';

/** Medians over the runs of a variant. */
export interface Row extends Omit<Scenario, 'runs'> {
	variant: Variant;
	/** How many there were. */
	runs: number;
	wallMs: number;
	/** Of the engine's process. */
	cpuMs: number;
	/** As the stand-in counted them. */
	requests: number;
	/** The highest resident set size of the process, which ran this variant and nothing else. */
	peakMb: number;
}

export interface Sample extends RunReply {
	requests: number;
}

/** The stand-in in its process, and engines in theirs. */
export class Lab {
	private constructor(
		private readonly standin: Child,
		private readonly service: Service,
	) {}

	static async open(): Promise<Lab> {
		const standin = await Child.start('standin.ts', {});
		return new Lab(standin, await standin.ask<Service>({ kind: 'describe' }));
	}

	async close(): Promise<void> {
		await this.standin.stop();
	}

	/** Gives `task` a fresh engine, which ends with it. */
	async withEngine<T>(operation: OperationName, task: (engine: Child) => Promise<T>): Promise<T> {
		return await this.withEngines(operation, 1, async ([engine]) => await task(engine));
	}

	/** Searches with the node and with n8n's helper alone, taking turns. */
	async search(rounds: number): Promise<SearchCosts> {
		await this.toStandin({ kind: 'reset', latencyMs: 0 });
		const child = await Child.start('searching.ts', this.service);
		try {
			return await child.ask<SearchCosts>({ rounds } satisfies SearchMessage);
		} finally {
			await child.stop();
		}
	}

	private async withEngines<T>(
		operation: OperationName,
		count: number,
		task: (engines: Child[]) => Promise<T>,
	): Promise<T> {
		const setup: EngineSetup = { operation, service: this.service };
		const starting = Array.from({ length: count }, () => Child.start('engine.ts', setup));
		const engines = await Promise.all(starting);
		try {
			return await task(engines);
		} finally {
			await Promise.all(engines.map((engine) => engine.stop()));
		}
	}

	/** The variants take turns: whatever else the machine does meanwhile, it does to all of them. */
	async compare({ runs, ...scenario }: Scenario): Promise<Row[]> {
		const { operation, count, latencyMs } = scenario;
		const variants = Object.keys(runs) as Variant[];
		const rounds = Math.max(...Object.values(runs));
		const samples = variants.map((): Sample[] => []);
		await this.withEngines(operation, variants.length, async (engines) => {
			for (const [n, variant] of variants.entries()) {
				const { times, ids } = warmUp(variant, count);
				await this.measure(engines[n], { variant, count: ids }, 0, times);
			}
			for (let round = 0; round < rounds; round++) {
				for (const [n, variant] of variants.entries()) {
					if (round >= runs[variant]!) continue;
					samples[n].push(await this.measure(engines[n], { variant, count }, latencyMs));
				}
			}
		});
		return variants.map((variant, n) => {
			return { ...scenario, variant, runs: samples[n].length, ...summarize(samples[n]) };
		});
	}

	/** @throws Error when something other than the work that was asked for was done */
	async measure(engine: Child, load: Load, latencyMs: number, repeat = 1): Promise<Sample> {
		await this.toStandin({ kind: 'reset', latencyMs });
		const run: EngineMessage = { kind: 'run', repeat, ...load };
		const reply = await engine.ask<RunReply>(run);
		const { requests, ids, maxConcurrent, faults } = await this.toStandin<Counts>({
			kind: 'count',
		});
		const expected = load.dryRun ? 0 : load.count * repeat;
		if (ids !== expected || maxConcurrent > CONCURRENCY || faults.length > 0) {
			const seen = `${ids} IDs of ${expected}, ${maxConcurrent} requests at once`;
			throw new Error(`The stand-in saw ${seen}. ${faults.slice(0, 3).join(' ')}`);
		}
		return { ...reply, requests: requests / repeat };
	}

	private async toStandin<Reply = void>(message: StandinMessage): Promise<Reply> {
		return await this.standin.ask<Reply>(message);
	}
}

/** Enough for the code to be compiled, as in an n8n that has been running for a while. */
function warmUp(variant: Variant, count: number): { times: number; ids: number } {
	if (variant === 'single') return { times: 1, ids: 500 };
	const ids = Math.min(count, 10_000);
	return { times: 50_000 / ids, ids };
}

function summarize(samples: Sample[]): Sample {
	const of = (key: keyof Sample) => median(samples.map((sample) => sample[key]));
	return {
		wallMs: of('wallMs'),
		cpuMs: of('cpuMs'),
		requests: of('requests'),
		peakMb: samples[samples.length - 1].peakMb,
	};
}

import type { Logger } from 'n8n-workflow';

import { pluralize } from '../../parameters/values';
import { sanitizeText } from '../../transport/errors/text';
import type { KooSearchClient } from '../../transport/client';
import { eachInSlices, pause } from '../../transport/wait';
import type { KooSearchRecord } from '../list/endpoints';
import { reasonOf } from '../records';
import type { FileLookup } from './fileLookup';

/** A file that is waited for. */
export interface AwaitedFile {
	id: string;
	/** How long at most, from the first look. */
	minutes: number;
}

/** The outcome: the file's own status, or `timeout`, `notFound` or `canceled`. */
export interface ParsingResult {
	/** Null if it is not known. */
	parsed: boolean | null;
	status: string;
	reason: string | null;
	name: string | null;
}

export interface Waiting {
	client: Pick<KooSearchClient, 'signal'>;
	logger: Pick<Logger, 'info'>;
	/** Parsing was just started again, so the first look may still show the old status. */
	isRepeated?: boolean;
}

const FAILED = ['ERROR', 'IMPORT_EXCEPTION', 'FILE_ENCODING_ERROR'];

/** Between two looks, in milliseconds; it grows by half each time. */
const INITIAL_PAUSE = 2_000;
const MAX_PAUSE = 15_000;
/** A file counts as not found only if this much time lies between two looks that don't find it. */
const BETWEEN_LOOKS = 2_000;
const LOG_INTERVAL = 60_000;
const MINUTE = 60_000;
const MINUTES = { one: 'minute', many: 'minutes' };

/**
 * Checks the files of one knowledge base until each is parsed, has failed, was not found or took too long: at once,
 * then every 2 to 15 seconds, all of them together. Ends at once when the run is canceled.
 *
 * @returns a result for each file
 * @throws ApiFailure if they can't be looked up
 */
export async function waitUntilParsed(
	lookup: Pick<FileLookup, 'find'>,
	files: AwaitedFile[],
	{ client: { signal }, logger, isRepeated = false }: Waiting,
): Promise<Map<string, ParsingResult>> {
	const start = performance.now();
	const results = new Map<string, ParsingResult>();
	const pending = new Map(files.map(({ id, minutes }) => [id, new Pending(minutes, isRepeated)]));
	let wait = INITIAL_PAUSE;
	let logged = start;
	for (;;) {
		const { records, isComplete } = await lookup.find([...pending.keys()]);
		const now = performance.now();
		await eachInSlices([...pending], ([id, file]) => {
			const result = file.judge(records.get(id), isComplete, now - start);
			if (!result) return;
			results.set(id, result);
			pending.delete(id);
		});
		if (pending.size === 0) return results;
		if (now - logged >= LOG_INTERVAL) {
			logger.info(`KooSearch: ${results.size} of ${files.length} files are parsed or have failed.`);
			logged = now;
		}
		const left = leastTimeLeft(pending.values(), now - start);
		await pause(Math.max(1, Math.min(wait, left)), signal);
		if (signal?.aborted) {
			for (const [id, file] of pending) results.set(id, file.canceled());
			return results;
		}
		wait = Math.min(wait * 1.5, MAX_PAUSE);
	}
}

/** As arguments of Math.min, 100,000 files would be too many. */
function leastTimeLeft(files: Iterable<Pending>, elapsed: number): number {
	let least = Infinity;
	for (const file of files) least = Math.min(least, file.timeLeft(elapsed));
	return least;
}

/** A file whose parsing has not ended yet. */
class Pending {
	private last?: KooSearchRecord;

	/** When it was first missing after it was last found. */
	private missingSince?: number;

	constructor(
		private readonly minutes: number,
		private mayBeOutdated: boolean,
	) {}

	readonly timeLeft = (elapsed: number) => this.minutes * MINUTE - elapsed;

	/** @param elapsed milliseconds since the first look @returns undefined as long as there is no result */
	judge(
		record: KooSearchRecord | undefined,
		isComplete: boolean,
		elapsed: number,
	): ParsingResult | undefined {
		return this.ended(record, isComplete, elapsed) ?? this.timeout(elapsed);
	}

	canceled(): ParsingResult {
		return this.result(null, 'canceled', 'The execution was canceled before it was parsed.');
	}

	private ended(
		record: KooSearchRecord | undefined,
		isComplete: boolean,
		elapsed: number,
	): ParsingResult | undefined {
		if (!record) return isComplete ? this.missing(elapsed) : undefined;
		this.last = record;
		this.missingSince = undefined;
		const status = String(record.status ?? '');
		const isFailed = FAILED.includes(status);
		const isOutdated = this.mayBeOutdated && elapsed < BETWEEN_LOOKS;
		if (isOutdated || !(isFailed || status === 'SUCCESS')) return undefined;
		const said = sanitizeText(reasonOf(record) ?? '', 500);
		return this.result(!isFailed, status, isFailed && said ? said : null);
	}

	private missing(elapsed: number): ParsingResult | undefined {
		this.missingSince ??= elapsed;
		if (elapsed - this.missingSince < BETWEEN_LOOKS) return undefined;
		return this.result(null, 'notFound', 'The knowledge base does not hold this file.');
	}

	private timeout(elapsed: number): ParsingResult | undefined {
		if (this.timeLeft(elapsed) > 0) return undefined;
		const status = this.last ? `in the status ${String(this.last.status)}` : 'not found';
		return this.result(
			null,
			'timeout',
			`After ${pluralize(this.minutes, MINUTES)} it was ${status}. Raise 'Wait at Most (Minutes)', or go on later with the operation Wait for Files and this ID.`,
		);
	}

	private result(parsed: boolean | null, status: string, reason: string | null): ParsingResult {
		const name = typeof this.last?.name === 'string' ? this.last.name : null;
		return { parsed, status, reason, name };
	}
}

import { hideSecrets } from '../../nodes/KooSearch/transport/errors/text';
import type { RawClient } from './client';
import { factsFor } from './facts';
import { hiddenTexts, namesIn, toReport, toSummary, toTable } from './report';
import { askAll } from './run';
import type { Result } from './run';
import { Scratch } from './scratch';
import { Service } from './service';
import type { Settings } from './settings';

/** For all files of one line that are uploaded to be parsed, in milliseconds. */
export const PATIENCE = 300_000;

export interface Comparison {
	results: Result[];
	table: string;
	summary: string;
	/** JSON text. */
	report: string;
	/** What could not be removed from the scratch knowledge base. */
	left: string[];
	differs: boolean;
}

/** Asks the service for every fact, and with a scratch knowledge base tries those out that take a change. */
export async function compare(
	client: RawClient,
	settings: Settings,
	patience = PATIENCE,
): Promise<Comparison> {
	const service = new Service(client, settings.knowledgeBase);
	const scratch = settings.scratch
		? new Scratch(new Service(client, settings.scratch), patience)
		: undefined;
	const results: Result[] = [];
	let left: string[] = [];
	try {
		results.push(...(await askAll(factsFor(scratch), service)));
	} finally {
		left = (await scratch?.remove()) ?? [];
	}
	const shown = hidePrivate(results, client, settings);
	const report = toReport(shown, scratch ? 'write' : 'read', left);
	return {
		results: shown,
		table: toTable(shown),
		summary: toSummary(shown),
		report: `${JSON.stringify(report, null, '\t')}\n`,
		left,
		differs: shown.some(({ outcome }) => outcome === 'differs'),
	};
}

/** What was seen is told in shapes and counts, so this is a second lock on the door. */
function hidePrivate(results: Result[], client: RawClient, settings: Settings): Result[] {
	const names = settings.withNames ? [] : namesIn(client.replies);
	const hidden = hiddenTexts(settings.credential, client.secrets, names);
	return results.map((result) => ({ ...result, seen: hideSecrets(result.seen, hidden) }));
}

import type { IDataObject } from 'n8n-workflow';

import Table from 'cli-table3';

import { version } from '../../package.json';
import type { Reply } from './client';
import type { Outcome } from './finding';
import type { Result } from './run';
import { isRecord } from './service';

const WORDS: Record<Outcome, string> = {
	holds: 'holds',
	differs: 'DIFFERS',
	unknown: "can't tell",
};
const PLAIN = { head: [], border: [] };
const NO_RULES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
/** What matters most stands last, where a terminal shows it. */
const ORDER: Outcome[] = ['holds', 'unknown', 'differs'];
const WIDTHS = [12, 50, 60];

/** Fields that hold what a customer named or wrote. */
const PRIVATE_KEYS = new Set([
	'name',
	'file_name',
	'title',
	'subtitle',
	'category',
	'create_user',
	'content',
]);

/** Every fact with what was seen; for those that differ, what it means. */
export function toTable(results: Result[]): string {
	const table = new Table({
		head: ['', 'Fact', 'Seen'],
		style: PLAIN,
		chars: NO_RULES,
		colWidths: WIDTHS,
		wordWrap: true,
	});
	const sorted = [...results].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
	for (const { fact, outcome, seen } of sorted) {
		const meaning = `\nAffects: ${fact.affects}\nThe node: ${fact.otherwise}`;
		table.push([WORDS[outcome], fact.fact, outcome === 'differs' ? seen + meaning : seen]);
	}
	return table.toString();
}

export function toSummary(results: Result[]): string {
	return (['holds', 'differs', 'unknown'] as const)
		.map(
			(outcome) => `${results.filter((one) => one.outcome === outcome).length} ${WORDS[outcome]}`,
		)
		.join(', ');
}

/** The report to attach to an issue: facts and what was seen, no address and no secret. */
export function toReport(results: Result[], mode: 'read' | 'write', left: string[]): IDataObject {
	return {
		package: `n8n-nodes-koosearch ${version}`,
		mode,
		summary: toSummary(results),
		leftBehind: left.length,
		facts: results.map(({ fact: { id, fact, affects, otherwise }, outcome, seen }) => ({
			id,
			outcome,
			fact,
			seen,
			...(outcome === 'differs' ? { affects, otherwise } : {}),
		})),
	};
}

/** Secrets, the customer's address and IDs, and what the answers named; the longest first, as one may hold another. */
export function hiddenTexts(credential: IDataObject, secrets: string[], names: string[]): string[] {
	const { baseUrl, projectId, applicationId, domainName, username, password } = credential;
	const given = [baseUrl, projectId, applicationId, domainName, username, password];
	return [...secrets, ...given, ...names]
		.filter((text) => typeof text === 'string')
		.sort((a, b) => b.length - a.length);
}

/** What customers named or wrote, as far as answers held it. */
export function namesIn(replies: Reply[]): string[] {
	const found = new Set<string>();
	for (const { body } of replies) collectNames(body, found);
	return [...found];
}

function collectNames(value: unknown, found: Set<string>): void {
	if (Array.isArray(value)) for (const one of value) collectNames(one, found);
	if (!isRecord(value)) return;
	for (const [key, inner] of Object.entries(value)) {
		if (PRIVATE_KEYS.has(key) && typeof inner === 'string') found.add(inner);
		else if (key === 'tags' && Array.isArray(inner)) inner.forEach((tag) => found.add(String(tag)));
		else collectNames(inner, found);
	}
}

import type { INodeExecutionData } from 'n8n-workflow';

import { ApiFailure } from '../../transport/errors/failure';
import type { ErrorStyle, Failed } from '../errorItems';
import { errorItems } from '../errorItems';
import { getOrCreate } from '../maps';
import { shortList } from '../texts';

/** An output item without its pairing. */
export type Output = Pick<INodeExecutionData, 'json' | 'binary'>;

/** The outcome of one of several things that an item names, such as a file. */
export type Part = Output | Failed;

/** A failure of some of an item's parts. */
export class PartialFailure extends ApiFailure {
	/** @param parts in the item's own order; those that succeeded are still results */
	constructor(
		first: ApiFailure,
		readonly parts: Part[],
	) {
		super(first.facts);
	}
}

export function isOutput(part: Part): part is Output {
	return 'json' in part;
}

/** The parts as items, in their order; with an error output all failures come last, in one item. */
export function toPartItems(
	itemIndex: number,
	parts: Part[],
	style: ErrorStyle,
): INodeExecutionData[] {
	const failed = parts.filter((part): part is Failed => !isOutput(part));
	const shown: Part[] = style.byItem ? parts.filter(isOutput) : parts;
	const items = shown.flatMap((part) =>
		isOutput(part)
			? [{ ...part, pairedItem: { item: itemIndex } }]
			: errorItems(itemIndex, [part], style),
	);
	return style.byItem ? [...items, ...errorItems(itemIndex, failed, style)] : items;
}

/** Which parts of an item were done, and which were not. */
export function describeParts(failure: ApiFailure): string {
	if (!(failure instanceof PartialFailure)) return '';
	const byStatus = new Map<string, string[]>();
	for (const part of failure.parts) {
		const { status, id } = isOutput(part) ? part.json : part;
		getOrCreate(byStatus, String(status), (): string[] => []).push(String(id));
	}
	const lists = [...byStatus].map(([status, ids]) => `${status}: ${shortList(ids)}`);
	return `In this item ${lists.join('; ')}.`;
}

export type Outcome = 'holds' | 'differs' | 'unknown';

/** What the service was seen to do. */
export interface Finding {
	outcome: Outcome;
	/** In shapes and counts: no name, no content. */
	seen: string;
}

/** Ends a check early. */
export class Seen extends Error {
	constructor(readonly finding: Finding) {
		super(finding.seen);
	}
}

export function holds(seen: string): Finding {
	return { outcome: 'holds', seen };
}

export function differs(seen: string): Finding {
	return { outcome: 'differs', seen };
}

export function cannotTell(seen: string): Finding {
	return { outcome: 'unknown', seen };
}

/** `holds` or `differs`, with the same words. */
export function verdict(isSo: boolean, seen: string): Finding {
	return isSo ? holds(seen) : differs(seen);
}

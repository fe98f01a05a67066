import type { Service } from './service';

export type Outcome = 'holds' | 'differs' | 'unknown';

/** What the service was seen to do. */
export interface Finding {
	outcome: Outcome;
	/** In shapes and counts: no name, no content. */
	seen: string;
}

/** Something that the node relies on, or that it is built to do without, and that the API pages leave open. */
export interface Fact {
	/** Stays the same from release to release: reports are compared by it. */
	id: string;
	/** A sentence that is true or not. */
	fact: string;
	/** The operations it matters to, as the editor names them. */
	affects: string;
	/** What the node does when the fact does not hold. */
	otherwise: string;
	/** @throws Seen, or an Error when there was no usable answer */
	check(service: Service): Promise<Finding>;
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

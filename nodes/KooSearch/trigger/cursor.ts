/** Where a file or a task is on its way. */
export type Phase = 'unfinished' | 'succeeded' | 'failed';

/** What is remembered of a record between two polls. */
export interface Memory {
	phase: Phase;
	/** The poll that first saw it in this phase, in milliseconds since 1970; counts while it is unfinished. */
	since: number;
	/** Whether it was already reported as stuck in this phase. */
	isReported: boolean;
}

/** By the key of a record. */
export type Known = ReadonlyMap<string, Memory>;

/** A record as a listing showed it. */
export interface Sighting {
	key: string;
	phase: Phase;
}

export interface Listing<Seen extends Sighting> {
	/** Each record once, as it was seen last. */
	seen: Seen[];
	/** Whether what is not in it does not exist. */
	isComplete: boolean;
	/** When it was read, in milliseconds since 1970. */
	now: number;
}

/** Whether a record is an event. @param before undefined for a record that was not known */
export type IsEvent<Seen extends Sighting> = (
	seen: Seen,
	before: Memory | undefined,
	current: Memory,
) => boolean;

/**
 * Compares a listing with what is known.
 *
 * Only a complete listing makes records forgotten. With any other, what it does not hold stays known, so that it is
 * not taken for new when it is seen again.
 */
export function advance<Seen extends Sighting>(
	known: Known,
	{ seen, isComplete, now }: Listing<Seen>,
	isEvent: IsEvent<Seen>,
): { known: Known; events: Seen[] } {
	const next = new Map(isComplete ? [] : known);
	const events: Seen[] = [];
	for (const one of seen) {
		const before = known.get(one.key);
		const current = continued(before, one.phase, now);
		if (isEvent(one, before, current)) {
			events.push(one);
			current.isReported = true;
		}
		next.set(one.key, current);
	}
	return { known: next, events };
}

function continued(before: Memory | undefined, phase: Phase, now: number): Memory {
	if (before?.phase !== phase) return { phase, since: now, isReported: false };
	// A clock that was put back must not make a record wait for the time that it was ahead.
	return { ...before, since: Math.min(before.since, now) };
}

import type { Finding } from './finding';
import type { Service } from './service';

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

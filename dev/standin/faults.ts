import type { ExpiryCode } from './accessControl';
import type { RecordedRequest } from './exchange';

/** What goes wrong; times are milliseconds unless said otherwise. */
export type What =
	/** 429 APIG.0308, or 400 kos.00050008; `retryAfter` in seconds or as a date. */
	| { kind: 'throttle'; retryAfter?: number | Date; status?: 429 | 400 }
	/** Any error; `html` sends a proxy's page. `code` and `message` have likely values. */
	| { kind: 'status'; status: number; code?: string; message?: string; html?: boolean }
	/** The connection is cut once so many bytes of the request's body have arrived. */
	| { kind: 'cutBody'; afterBytes: number }
	/** The connection is cut. */
	| { kind: 'reset' }
	/** No answer ever. */
	| { kind: 'hang' }
	/** No answer ever, but the request takes effect, so much later. */
	| { kind: 'late'; ms: number }
	/** The connection is cut in the middle of the real answer, whose whole length was announced. */
	| { kind: 'halfJson' }
	/** The same in chunks, so that no length was announced. */
	| { kind: 'halfChunked' }
	/** The head of an answer, JSON unless said otherwise, then a space every few milliseconds for ever. */
	| { kind: 'drip'; headers?: Record<string, string> }
	/** 101 Switching Protocols, and nothing more. */
	| { kind: 'switchingProtocols' }
	/** The real answer's status with half of its JSON, well framed. */
	| { kind: 'truncated' }
	/** 200 with a web page. */
	| { kind: 'html' }
	/** Any body; text and bytes go out as they are. 200 unless said otherwise. */
	| { kind: 'body'; body: unknown; status?: number; headers?: Record<string, string> }
	/** 302 unless said otherwise. */
	| { kind: 'redirect'; location: string; status?: number }
	/** The real answer, late; its effect is at once. */
	| { kind: 'slow'; ms: number }
	/** All tokens issued so far are refused from now on, this request's too. */
	| { kind: 'expireTokens'; code?: ExpiryCode }
	/** 400 for a call with any of these IDs, as long as it lasts (see `times`). */
	| { kind: 'refuseIds'; ids: string[]; code?: string }
	/** The real answer, but these IDs stay as they are and aren't reported as done. */
	| { kind: 'reject'; ids: string[] };

/** Which requests a fault applies to; what is left out matches all. */
export interface When {
	operationId?: string;
	method?: string;
	ids?: (ids: string[]) => boolean;
	request?: (request: RecordedRequest) => boolean;
}

export interface Fault {
	what: What;
	when?: When;
	/** How many of the first matching requests pass; 0 unless said otherwise. */
	skip?: number;
	/** How many are hit then; 1 unless said otherwise, may be Infinity. */
	times?: number;
	/**
	 * Whether the request takes effect first; 'before' the effect unless said otherwise. The kinds that
	 * send the real answer (halfJson, halfChunked, truncated, slow, reject) always have it take effect.
	 */
	at?: 'before' | 'after';
}

/** A fault that was switched on. */
export interface FaultHandle {
	/** How many requests it hit. */
	readonly hits: number;
	remove(): void;
}

/**
 * The faults switched on, in the order in which they were added: the first that matches applies to, and
 * later ones don't see that request. Only requests that are permitted and fit the document are hit; the
 * others get their refusal as always, so that a fault never hides a wrong request.
 */
export class Faults {
	private readonly active = new Set<ActiveFault>();

	add(fault: Fault): FaultHandle {
		const added = new ActiveFault(fault, () => this.active.delete(added));
		this.active.add(added);
		return added;
	}

	clear(): void {
		this.active.clear();
	}

	/** The fault that applies to this request; it counts as used. */
	next(request: RecordedRequest): Fault | undefined {
		for (const one of this.active) {
			if (one.fault.what.kind !== 'cutBody' && one.matches(request)) return one.fault;
		}
		return undefined;
	}

	/** After how many bytes of its body this request is cut; nothing is known yet but its path and headers. */
	bytesUntilCut(request: RecordedRequest): number {
		for (const one of this.active) {
			const { what } = one.fault;
			if (what.kind === 'cutBody' && one.matches(request)) return what.afterBytes;
		}
		return Infinity;
	}
}

class ActiveFault implements FaultHandle {
	hits = 0;
	private passed = 0;

	constructor(
		readonly fault: Fault,
		readonly remove: () => void,
	) {}

	matches(request: RecordedRequest): boolean {
		const { skip = 0, times = 1 } = this.fault;
		if (this.hits >= times || !matches(this.fault, request)) return false;
		if (this.passed < skip) {
			this.passed += 1;
			return false;
		}
		this.hits += 1;
		return true;
	}
}

function matches({ what, when = {} }: Fault, request: RecordedRequest): boolean {
	const { operationId = request.operationId, method = request.method } = when;
	return (
		operationId === request.operationId &&
		method === request.method &&
		(when.ids?.(request.ids) ?? true) &&
		(when.request?.(request) ?? true) &&
		(what.kind !== 'refuseIds' || request.ids.some((id) => what.ids.includes(id)))
	);
}

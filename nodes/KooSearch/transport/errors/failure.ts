import type { PlainCause } from './cause';
import type { Effect } from '../request';

/**
 * - `http`: KooSearch or its gateway refused the call
 * - `network`: there was no answer, or only part of one
 * - `timeout`: the try took longer than it may
 * - `signIn`: IAM refused the sign-in or could not be reached
 * - `malformed`: an answer that is not what the API page promises
 * - `canceled`: the execution was stopped or ran out of time
 * - `notFound`: what the input names is not in the knowledge base
 * - `unexpected`: a fault of this package or of n8n, while a call was under way
 */
export type FailureKind =
	| 'http'
	| 'network'
	| 'timeout'
	| 'signIn'
	| 'malformed'
	| 'canceled'
	| 'notFound'
	| 'unexpected';

/**
 * Whom a failure concerns.
 *
 * - `ids`: perhaps one of the call's IDs; the others could still succeed
 * - `call`: this call only
 * - `run`: every further call would fail as well
 */
export type FailureScope = 'ids' | 'call' | 'run';

/** Why the service as a whole takes no calls at the moment: too many of them, or it is down. */
export type Outage = 'throttled' | 'unavailable';

/** A limit that a gateway names: so many calls in so many milliseconds. */
export interface Quota {
	calls: number;
	period: number;
}

/** What is known about a failure, judged once, where it was seen. */
export interface FailureFacts {
	kind: FailureKind;
	scope: FailureScope;
	/** What happened, as one or more sentences. */
	what: string;
	/** What to do about it. */
	hint: string;
	/** Of the call that failed. */
	effect: Effect;
	/** Whether the service may have done what it was asked to do all the same. */
	mayHaveTakenEffect: boolean;
	/** Whether another try of this call may succeed. */
	isTransient: boolean;
	outage?: Outage;
	/** How long KooSearch asks to wait, in milliseconds. */
	retryAfter?: number;
	/** The limit that was reached, where the gateway says it. */
	quota?: Quota;
	httpStatus?: number;
	cause?: PlainCause;
}

/** A call without a usable answer. Its message is complete: what happened and what to do; no secret is in it. */
export class ApiFailure extends Error {
	constructor(readonly facts: FailureFacts) {
		super(messageOf(facts), { cause: facts.cause });
	}

	/** The same failure of a call of which an earlier try may have taken effect. */
	withEarlierEffect(earlier: boolean): ApiFailure {
		if (!earlier || this.facts.mayHaveTakenEffect) return this;
		return new ApiFailure({ ...this.facts, mayHaveTakenEffect: true });
	}

	/** The same failure, after which the run is given up. @param why a sentence */
	endingRun(why: string): ApiFailure {
		return new ApiFailure({ ...this.facts, what: `${this.facts.what} ${why}`, scope: 'run' });
	}
}

/** Whether sending the call again is out of the question: it may be done already, and would be done twice. */
export function mustNotRepeat({ facts }: ApiFailure): boolean {
	return facts.effect === 'once' && facts.mayHaveTakenEffect;
}

/** After the gateway or our own deadline gave up, the service may still be processing the call. */
export function mayStillArrive({ facts: { kind, httpStatus } }: ApiFailure): boolean {
	return kind === 'timeout' || httpStatus === 504;
}

/** Whether nobody can tell if the call was carried out; a cancellation ends the run instead. */
export function isUnconfirmed(error: unknown): error is ApiFailure {
	if (!(error instanceof ApiFailure)) return false;
	const { kind, mayHaveTakenEffect } = error.facts;
	return mayHaveTakenEffect && kind !== 'canceled' && kind !== 'unexpected';
}

const UNKNOWN_EFFECT: Record<Effect, string> = {
	none: '',
	idempotent: ' Whether the call took effect is not known; running it again is safe.',
	once: ' Whether the call took effect is not known: look before you run it again.',
};

function messageOf({ what, hint, effect, mayHaveTakenEffect }: FailureFacts): string {
	const text = hint ? `${what} ${hint}` : what;
	return mayHaveTakenEffect ? text + UNKNOWN_EFFECT[effect] : text;
}

/** The execution was stopped or ran out of time while a call was under way. */
export function canceled(effect: Effect, mayHaveTakenEffect = false): ApiFailure {
	return new ApiFailure({
		kind: 'canceled',
		scope: 'run',
		what: 'The execution was canceled.',
		hint: '',
		effect,
		mayHaveTakenEffect,
		isTransient: false,
	});
}

/** Passes an error on as it is. */
export function rethrow(error: unknown): never {
	throw error;
}

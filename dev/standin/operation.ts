import type { Answer } from './exchange';
import type { KnowledgeBase } from './knowledgeBase';
import { serviceRefusal } from './refusals';
import type { State } from './state';
import { goOnParsing } from './uploads';

/** A request that fits the document: its defaults are filled in, its numbers are numbers. */
export interface Call {
	params: Record<string, string>;
	query: Record<string, string | number | undefined>;
	/** The values of a query parameter that may be repeated. */
	all(name: string): string[];
	body: unknown;
	/** IDs to leave as they are, as if they weren't there. */
	untouched: ReadonlySet<string>;
}

export type Operation = (call: Call, state: State) => Answer;

export function ok(body: object): Answer {
	return { status: 200, body };
}

/** @throws Refusal: a database query without a result is the likeliest answer of page ErrorCode */
export function knowledgeBaseOf({ params }: Call, state: State): KnowledgeBase {
	const knowledgeBase = state.knowledgeBases.get(params.repo_id);
	if (!knowledgeBase) throw serviceRefusal('KOS.00060001', 'The knowledge base does not exist');
	goOnParsing(knowledgeBase);
	return knowledgeBase;
}

/** @throws Refusal as above, and for one that is closed (page ErrorCode) */
export function openKnowledgeBase(call: Call, state: State): KnowledgeBase {
	const knowledgeBase = knowledgeBaseOf(call, state);
	if (knowledgeBase.status === 'open') return knowledgeBase;
	throw serviceRefusal('KOS.00080003', 'The knowledge base is closed; open it first');
}

/** Takes `id`, and `name(id)` as an older page writes it. */
export function directoryIdIn(category: string | number | undefined): string | undefined {
	return category === undefined ? undefined : String(category).replace(/^.*\((.+)\)$/s, '$1');
}

import { createHash } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { Known, Memory, Phase } from './cursor';

/** Of the form of a state; another one is not read, and the trigger starts anew. */
const VERSION = 1;

/** Two of 5,000 IDs have the same one with a probability of 1 in 20 million. */
const KEY_LENGTH = 8;

/** Milliseconds since 1970 to the base of 36, enough until 2059. */
const TIME_LENGTH = 8;

/**
 * What n8n keeps between two polls. Records stand one after the other in a text for each phase: 8 characters for the
 * ID, and for an unfinished record 8 for the time since when it is.
 */
export interface TriggerState {
	version: number;
	/** What is watched: another event, knowledge base or filter starts anew. */
	watches: string;
	unfinished: string;
	/** Unfinished, and reported as stuck. */
	reported: string;
	succeeded: string;
	failed: string;
}

/** What stands for an ID, or for any other text. */
export function keyOf(text: string): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, KEY_LENGTH);
}

/** @param watches a text that is the same as long as the same is watched */
export function toState(known: Known, watches: string): TriggerState {
	const state = { version: VERSION, watches: keyOf(watches) };
	const texts = { unfinished: '', reported: '', succeeded: '', failed: '' };
	for (const [key, { phase, since, isReported }] of known) {
		const time = phase === 'unfinished' ? toTime(since) : '';
		texts[phase === 'unfinished' && isReported ? 'reported' : phase] += key + time;
	}
	return { ...state, ...texts };
}

/** @returns undefined where there is no state, or one of something else */
export function fromState(state: IDataObject, watches: string): Known | undefined {
	if (state.version !== VERSION || state.watches !== keyOf(watches)) return undefined;
	const known = new Map<string, Memory>();
	const add = (text: unknown, phase: Phase, isReported: boolean) => {
		for (const [key, since] of entriesIn(text, phase)) known.set(key, { phase, since, isReported });
	};
	add(state.unfinished, 'unfinished', false);
	add(state.reported, 'unfinished', true);
	add(state.succeeded, 'succeeded', true);
	add(state.failed, 'failed', true);
	return known;
}

function entriesIn(text: unknown, phase: Phase): Array<[key: string, since: number]> {
	const length = KEY_LENGTH + (phase === 'unfinished' ? TIME_LENGTH : 0);
	const entries: Array<[string, number]> = [];
	const all = String(text);
	for (let at = 0; at < all.length; at += length) {
		const entry = all.slice(at, at + length);
		entries.push([entry.slice(0, KEY_LENGTH), parseInt(entry.slice(KEY_LENGTH) || '0', 36)]);
	}
	return entries;
}

function toTime(milliseconds: number): string {
	return Math.max(0, milliseconds).toString(36).padStart(TIME_LENGTH, '0');
}

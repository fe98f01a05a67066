import type { IDataObject, IHttpRequestMethods } from 'n8n-workflow';

import type { FormFields } from './multipart';
import type { Schema } from './schema';
import type { Stream } from './stream';

/**
 * What sending a call twice would do.
 *
 * - `none`: it only reads
 * - `idempotent`: the second time changes nothing more, though its answer may differ
 * - `once`: it may do the same thing again, such as creating a second directory
 */
export type Effect = 'none' | 'idempotent' | 'once';

/** A file in an answer. */
export interface ReceivedFile {
	/** A stream of Node.js', read once. */
	content: Buffer | Stream;
	/** Undefined where the answer doesn't name it. */
	fileName?: string;
	mimeType?: string;
}

export type SaveFile = (file: ReceivedFile) => Promise<object>;

/** A KooSearch call as its API page prints it. */
export interface ApiRequest {
	method: IHttpRequestMethods;
	/** What follows `…/uni-search`, with a leading slash. */
	path: string;
	/** An array is sent as a name that occurs several times. */
	query?: IDataObject;
	body?: IDataObject;
	/** Sent as multipart/form-data in place of `body`. */
	form?: FormFields;
	/** Where the answer is a file: puts it where it is kept; the schema gets what this returns. */
	save?: SaveFile;
	effect: Effect;
	/** The statuses that its API page promises for a success; [200] where left out. */
	expectedStatuses?: number[];
}

/** What earlier tries of a call may have done. */
export interface History {
	/** How often it was sent. */
	sent: number;
	/** Whether one of those tries may have taken effect without an answer that says so. */
	mayHaveTakenEffect: boolean;
}

/** A request on its way through the layers: what its answer has to be, and what became of its tries so far. */
export interface ApiCall<T> extends ApiRequest {
	schema: Schema<T>;
	history: History;
}

/**
 * Sends a call and returns the body of its answer. Each layer of the transport takes one and gives one.
 *
 * @throws ApiFailure for every other answer, and where there was none
 */
export type Send = <T>(call: ApiCall<T>) => Promise<T>;

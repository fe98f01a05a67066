/** As much of Node.js' Readable as is used; its module may not be imported in a community node. */
export interface Stream extends AsyncIterable<Uint8Array> {
	destroy(): void;
	on(event: 'error', listener: (error: Error) => void): unknown;
}

export function isStream(body: unknown): body is Stream {
	return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** Whatever a stream fails with, the answer began and did not come to its end: under the code that axios has for it. */
export function brokenOff(cause: unknown): Error {
	return Object.assign(new Error('The answer broke off', { cause }), { code: 'ERR_BAD_RESPONSE' });
}

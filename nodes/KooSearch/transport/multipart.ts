/** The bytes of a file; n8n's are a Readable of Node's. */
export interface FileStream extends AsyncIterable<Uint8Array> {
	destroy?(): unknown;
}

/** A file to send. */
export interface FilePart {
	name: string;
	/** MIME type. */
	type: string;
	/** In bytes, exactly as many as the stream gives: with fewer, the service would wait for the rest. */
	size: number;
	/** Called anew for each try. */
	open(): Promise<FileStream>;
}

/** The parts of a form in their order; a name may occur several times. */
export type FormFields = Array<[name: string, value: string | FilePart]>;

/**
 * A form whose files are streamed. n8n's request helper takes every object for a FormData that has its members, and
 * its parts for files, so nothing is held in memory. It has to be a class: a plain object is sent as `{}`.
 */
export class MultipartForm {
	private readonly streams: FileStream[] = [];

	private readonly parts: Array<[string, unknown]>;

	constructor(fields: FormFields) {
		this.parts = fields.map(([name, value]) => [
			name,
			typeof value === 'string' ? value : this.toPart(value),
		]);
	}

	/** Looked for, never called. */
	append(): void {}

	entries() {
		return this.parts.values();
	}

	[Symbol.iterator]() {
		return this.entries();
	}

	get [Symbol.toStringTag]() {
		return 'FormData';
	}

	/** Closes the files. After a try that was cut off, nobody else would. */
	close(): void {
		for (const stream of this.streams) stream.destroy?.();
	}

	/** n8n sends a form again after a 401, so the file is opened when it is sent, and each time anew. */
	private toPart({ name, type, size, open }: FilePart) {
		const { streams } = this;
		return {
			name,
			type,
			size,
			[Symbol.toStringTag]: 'File',
			async *stream() {
				const stream = await open();
				streams.push(stream);
				yield* stream;
			},
		};
	}
}

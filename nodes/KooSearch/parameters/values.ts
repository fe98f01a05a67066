/** A value that can't be used; the message says what it is, to be completed with field and item. */
export class InvalidValueError extends Error {}

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const EMPTY_HINT = 'If it comes from an expression, check that this item has the field it names.';
const ID_RULE =
	"An ID has 1 to 64 letters, digits, hyphens and underscores; 'Get Many' returns it as 'id', beside the name.";
const EXPRESSION_HINT =
	"To use it as an expression, switch the field from 'Fixed' to 'Expression'.";

/**
 * The IDs that a field names: one, several separated by commas, semicolons or line breaks, a JSON array as text, a
 * safe integer, or an array of such. White space around an ID and empty places between separators don't count, an ID
 * that stands twice counts once.
 *
 * @returns at least one ID, in the order of the value
 * @throws InvalidValueError that shows the offending value (page BatchDeleteTasks: 1–64 of letters, digits, `-`, `_`)
 */
export function readIds(value: unknown): string[] {
	// Most fields hold one ID, and nothing is quicker than to see it at once.
	if (typeof value === 'string' && ID.test(value)) return [value];
	const listed = toList(value);
	const ids = new Set<string>();
	listed.forEach((element, place) => {
		const id = toText(element);
		if (id === undefined || !ID.test(id)) {
			const where = listed.length > 1 ? ` (value ${place + 1} of ${listed.length})` : '';
			throw new InvalidValueError(
				`${formatValue(element)}${where} is not an ID. ${ruleFor(element)}`,
			);
		}
		ids.add(id);
	});
	if (ids.size === 0)
		throw new InvalidValueError(`${formatValue(value)} names no ID. ${EMPTY_HINT}`);
	return [...ids];
}

/** One ID, such as that of a knowledge base. @throws InvalidValueError */
export function readId(value: unknown): string {
	const id = toText(value);
	if (id === undefined || id === '')
		throw new InvalidValueError(`${formatValue(value)} is not an ID. ${EMPTY_HINT}`);
	if (!ID.test(id)) {
		throw new InvalidValueError(`${formatValue(value)} is not an ID. ${ruleFor(value)}`);
	}
	return id;
}

/**
 * The ID of a directory. Page UpdateDirectoryOfFile limits its length only, so other characters than those of an
 * ID pass, but none that an ID can hardly hold.
 *
 * @param hint what to do when there is none
 * @throws InvalidValueError
 */
export function readDirectoryId(value: unknown, hint = EMPTY_HINT): string {
	const id = toText(value);
	if (id === undefined || id === '') {
		throw new InvalidValueError(`${formatValue(value)} names no directory. ${hint}`);
	}
	if (!/^[^\s\p{Cc}/\\]{1,64}$/u.test(id)) {
		throw new InvalidValueError(
			`${formatValue(value)} is not a directory ID. It has 1 to 64 characters, without spaces and slashes.`,
		);
	}
	return id;
}

function toList(value: unknown): unknown[] {
	if (Array.isArray(value)) return value;
	if (value === undefined || value === null) return [];
	if (typeof value !== 'string') return [value];
	const text = value.trim();
	if (!text.startsWith('[')) return splitList(text);
	try {
		return JSON.parse(text) as unknown[];
	} catch {
		throw brokenArray(value);
	}
}

function splitList(text: string): string[] {
	return text
		.split(/[,;\r\n]+/)
		.map((part) => part.trim())
		.filter((part) => part !== '');
}

/** Text to search for. @throws InvalidValueError when it is empty */
export function readText(value: unknown): string {
	const text = toText(value);
	if (text === undefined || text === '')
		throw new InvalidValueError(`${formatValue(value)} is not a text. ${EMPTY_HINT}`);
	return text;
}

/**
 * Texts such as tags, written as IDs are: each once, in the order of the value.
 *
 * @throws InvalidValueError when there is none, or one is not a text
 */
export function readTexts(value: unknown): string[] {
	const texts = toList(value).map((element) => readText(element));
	if (texts.length > 0) return [...new Set(texts)];
	throw new InvalidValueError(`${formatValue(value)} is empty. ${EMPTY_HINT}`);
}

/** Page UploadFiles: up to 250 tags, each of 1 to 255 characters. */
const MAX_TAGS = 250;
const MAX_TAG = 255;

/** @throws InvalidValueError */
export function readTags(value: unknown): string[] {
	const tags = readTexts(value);
	const tooLong = tags.find((tag) => tag.length > MAX_TAG);
	if (tooLong !== undefined) {
		throw new InvalidValueError(
			`${formatValue(tooLong)} is not a tag. A tag has 1 to ${MAX_TAG} characters.`,
		);
	}
	if (tags.length <= MAX_TAGS) return tags;
	throw new InvalidValueError(`It names ${tags.length} tags. A file has up to ${MAX_TAGS}.`);
}

/** Whether nothing was filled in: an empty text or list, or a resource locator without a value. */
export function isEmpty(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return value.trim() === '';
	if (Array.isArray(value)) return value.length === 0;
	return (
		typeof value === 'object' && '__rl' in value && isEmpty((value as { value?: unknown }).value)
	);
}

/** The name of a directory (page CreateDirectory). A slash would read as a path. @throws InvalidValueError */
export function readName(value: unknown): string {
	const name = readText(value);
	if (name.length <= 64 && !name.includes('/')) return name;
	throw new InvalidValueError(
		`${formatValue(value)} is not a name. It has 1 to 64 characters, without slashes.`,
	);
}

/** A number from `min` up, also as text. @throws InvalidValueError */
export function readNumber(value: unknown, what: string, min = 0): number {
	const number = toNumber(value);
	if (typeof number === 'number' && Number.isFinite(number) && number >= min) return number;
	throw new InvalidValueError(`${formatValue(value)} is not ${what}. It takes ${min} or more.`);
}

function toNumber(value: unknown): unknown {
	return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

/** A whole number, also as text. @throws InvalidValueError */
export function readInteger(value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): number {
	const number = toNumber(value);
	if (Number.isSafeInteger(number) && Number(number) >= min && Number(number) <= max) {
		return Number(number);
	}
	const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
	throw new InvalidValueError(`${formatValue(value)} is not a whole number ${range}.`);
}

function ruleFor(value: unknown): string {
	// JavaScript has changed the digits of such a number before anybody could read them.
	if (Number.isInteger(value)) return 'A number this large has lost digits: pass it as text.';
	return toText(value)?.startsWith('{{') ? EXPRESSION_HINT : ID_RULE;
}

function toText(value: unknown): string | undefined {
	if (typeof value === 'string') return value.trim();
	return Number.isSafeInteger(value) ? String(value) : undefined;
}

function brokenArray(value: string): InvalidValueError {
	return new InvalidValueError(
		`${formatValue(value)} starts like a JSON array, but is not one. Check its quotes, commas and brackets.`,
	);
}

/** A number of things, such as "1 task". */
export function pluralize(count: number, { one, many }: Noun): string {
	return `${count} ${count === 1 ? one : many}`;
}

/** What something is called. */
export interface Noun {
	/** "task" */
	one: string;
	/** "tasks" */
	many: string;
}

/** A value as a message shows it: as JSON where it has a JSON form, at most 80 characters. */
export function formatValue(value: unknown): string {
	if (value === undefined) return 'undefined';
	if (typeof value === 'number' || typeof value === 'bigint') return String(value);
	let text: string;
	try {
		text = JSON.stringify(value) ?? String(value);
	} catch {
		text = Object.prototype.toString.call(value);
	}
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

import { formatValue, InvalidValueError, readText } from '../../../parameters/values';
import type { BinaryFile } from './binaryFile';

const MB = 1024 * 1024;

/** Page UploadFiles. */
const IMAGES = ['png', 'jpg', 'jpeg', 'bmp', 'gif', 'tiff', 'tif', 'webp', 'pcx', 'ico', 'psd'];
const DOCUMENTS = 'doc, docx, pdf, pptx, ppt, xlsx, xls, csv, wps, dps, et, txt, ofd, md'.split(
	', ',
);

/** Page UploadFiles; the limit for images is from the user guide. */
const MAX_SIZE = 128 * MB;
const MAX_IMAGE_SIZE = 10 * MB;

/** As for every other name in the API. */
const MAX_NAME = 255;

/**
 * The name that a file gets in KooSearch: the one entered, or that of the binary data. Its extension decides how it
 * is parsed, so a name without one gets that of the binary data.
 *
 * @throws InvalidValueError also for a type that KooSearch does not accept
 */
export function readFileName(value: unknown, { name, extension }: BinaryFile): string {
	const isEmpty = value === undefined || value === null || value === '';
	const entered = isEmpty ? name : readText(value);
	if (entered === '') {
		throw new InvalidValueError('It is empty, and the binary data has no file name. Enter one.');
	}
	const whole = extensionOf(entered) || !extension ? entered : `${entered}.${extension}`;
	if (/[\p{Cc}/\\]/u.test(whole) || whole.length > MAX_NAME) {
		throw new InvalidValueError(
			`${formatValue(whole)} is not a file name. It has 1 to ${MAX_NAME} characters, without slashes.`,
		);
	}
	const type = extensionOf(whole);
	if (IMAGES.includes(type) || DOCUMENTS.includes(type)) return whole;
	throw new InvalidValueError(
		`${formatValue(whole)} is not of a type that KooSearch accepts: ${[...DOCUMENTS, ...IMAGES].join(', ')}.`,
	);
}

/** What is wrong with the size of a file, or undefined. @param size in bytes */
export function sizeViolation(name: string, size: number): string | undefined {
	const isImage = IMAGES.includes(extensionOf(name));
	const max = isImage ? MAX_IMAGE_SIZE : MAX_SIZE;
	if (size === 0) return `${formatValue(name)} is empty.`;
	if (size <= max) return undefined;
	const kind = isImage ? 'an image' : 'a file';
	return `${formatValue(name)} has ${(size / MB).toFixed(1)} MB. KooSearch accepts up to ${max / MB} MB for ${kind}.`;
}

/** In lower case; empty when there is none. */
function extensionOf(name: string): string {
	return /.\.([A-Za-z0-9]+)$/.exec(name)?.[1].toLowerCase() ?? '';
}

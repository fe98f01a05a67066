import { formatValue, InvalidValueError, readText } from '../../parameters/values';

/** Page ListDirectory: five levels at most; page CreateDirectory: a name has 64 characters at most. */
const MAX_LEVELS = 5;
const MAX_NAME = 64;

/**
 * The names in the path of a directory such as "Contracts / 2025", with or without spaces around the slashes.
 *
 * @throws InvalidValueError
 */
export function readDirectoryPath(value: unknown): string[] {
	const names = readText(value)
		.split('/')
		.map((name) => name.trim());
	const fits = names.every((name) => name !== '' && name.length <= MAX_NAME);
	if (fits && names.length <= MAX_LEVELS) return names;
	throw new InvalidValueError(
		`${formatValue(value)} is not the path of a directory. It has 1 to ${MAX_LEVELS} names of 1 to ${MAX_NAME} characters, separated by slashes, such as Contracts / 2025.`,
	);
}

import type { IDataObject } from 'n8n-workflow';

import type { Option, OptionValues } from '../../../parameters/options';
import { choiceOption, numberOption, switchOption } from '../../../parameters/options';
import { formatValue, InvalidValueError, readTags } from '../../../parameters/values';
import { waitOptions } from '../../../descriptions/waitOptions';

/** An option for which KooSearch's default applies if it is not added. */
function optional<Value>(option: Option<Value>): Option<Value | undefined> {
	return { ...option, absent: undefined };
}

const tagsOption: Option<string[]> = {
	field: {
		displayName: 'Tags',
		type: 'string',
		default: '',
		placeholder: 'e.g. finance, 2025',
		description:
			'Tags for the file: one, several separated by commas, semicolons or line breaks, or a JSON array',
	},
	absent: [],
	parse: readTags,
};

const parsingJsonOption: Option<IDataObject> = {
	field: {
		displayName: 'Parsing Options (JSON)',
		type: 'json',
		default: '{}',
		description:
			'The API\'s file_extract_req for what has no option here, such as {"split_conf": {"title_level": 2}}. The other options override it.',
	},
	absent: {},
	parse: readJsonObject,
};

/** Options of uploads only. */
export const uploadOptions = {
	tags: tagsOption,
	ifExists: choiceOption(
		{
			displayName: 'If a File of That Name Exists',
			description: 'What to do when the directory already holds a file of the same name',
		},
		[
			{ name: 'Keep Both', value: 'keepBoth', description: 'Upload another file of that name' },
			{ name: 'Skip', value: 'skip', description: 'Upload nothing' },
			{
				name: 'Replace',
				value: 'replace',
				description: 'Upload, wait until the new file is parsed, then delete the old one',
			},
		],
	),
	splitMode: optional(
		choiceOption({ displayName: 'Split Mode', description: 'How to split the file into chunks' }, [
			{ name: 'Automatic', value: 'AUTO' },
			{ name: 'By Length', value: 'LENGTH' },
			{ name: 'By Rule', value: 'RULE' },
			{ name: 'By Table of Contents', value: 'CATALOG' },
		]),
	),
	chunkSize: optional(
		numberOption(
			{ displayName: 'Chunk Size', description: 'Max number of characters in a chunk' },
			{ absent: 500, min: 1, max: 6000 },
		),
	),
	ocr: optional(
		switchOption(
			{ displayName: 'OCR', description: 'Whether to read the text in images and scanned pages' },
			{ absent: false, shown: true },
		),
	),
	keepImages: optional(
		switchOption(
			{ displayName: 'Keep Images', description: 'Whether to keep the images of the file' },
			{ absent: false, shown: true },
		),
	),
	parsingJson: parsingJsonOption,
	...waitOptions,
};

export type UploadOptions = OptionValues<typeof uploadOptions>;

/** `file_extract_req`, or undefined if KooSearch's defaults apply to all of it. */
export function parsingRequest(options: UploadOptions): string | undefined {
	const { splitMode, chunkSize, ocr, keepImages, parsingJson } = options;
	const split = defined({ split_mode: splitMode, chunk_size: chunkSize });
	const parse = defined({ ocr_enabled: ocr, image_enabled: keepImages });
	const request = { ...parsingJson };
	const add = (key: string, more: IDataObject) => {
		if (Object.keys(more).length > 0) request[key] = { ...(request[key] as IDataObject), ...more };
	};
	add('split_conf', split);
	add('parse_conf', parse);
	return Object.keys(request).length > 0 ? JSON.stringify(request) : undefined;
}

function defined(values: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** @throws InvalidValueError */
function readJsonObject(value: unknown): IDataObject {
	const parsed = typeof value === 'string' ? parseJson(value) : value;
	if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
		return parsed as IDataObject;
	}
	throw new InvalidValueError(`${formatValue(value)} is not a JSON object.`);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw invalidJson(text);
	}
}

function invalidJson(text: string): InvalidValueError {
	return new InvalidValueError(`${formatValue(text)} is not valid JSON.`);
}

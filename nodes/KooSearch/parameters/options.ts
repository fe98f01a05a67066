import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { InvalidFieldError } from './readField';
import { formatValue, InvalidValueError, isEmpty, readInteger } from './values';

/** One option of a collection: how the editor shows it, and what it is. */
export interface Option<Value> {
	/** Its `default` is what the editor shows when the option is added. */
	field: Omit<INodeProperties, 'name'>;
	/** What it is when it is not added. */
	absent: Value;
	/** @throws InvalidValueError, since an expression can give anything */
	parse(value: unknown): Value;
}

/** Options by their names. */
export type OptionTable = Record<string, Option<unknown>>;

/** Of an operation that has no options of its own. */
export type NoOptions = Record<never, Option<unknown>>;

/** The values of the options of a table. */
export type OptionValues<Table extends OptionTable> = {
	[Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never;
};

type Texts = Pick<INodeProperties, 'displayName' | 'description'>;

interface NumberRange {
	absent: number;
	min: number;
	max: number;
	/** What the editor shows when the option is added, where that is not `absent`. */
	shown?: number;
}

/** A whole number. */
export function numberOption(
	texts: Texts,
	{ absent, min, max, shown = absent }: NumberRange,
): Option<number> {
	const typeOptions = { minValue: min, maxValue: max };
	return {
		field: { ...texts, type: 'number', typeOptions, default: shown },
		absent,
		parse: (value) => readInteger(value, min, max),
	};
}

/** @param shown what adding the option means */
export function switchOption(
	texts: Texts,
	{ absent, shown }: { absent: boolean; shown: boolean },
): Option<boolean> {
	return { field: { ...texts, type: 'boolean', default: shown }, absent, parse: readBoolean };
}

/** @param choices the first is what the option is when it is absent */
export function choiceOption<Value extends string>(
	texts: Texts,
	choices: Array<{ name: string; value: Value; description?: string }>,
): Option<Value> {
	const values = choices.map(({ value }) => value);
	return {
		field: { ...texts, type: 'options', options: choices, default: values[0] },
		absent: values[0],
		parse: (value) => readChoice(value, values),
	};
}

/** The collection 'Options' of an operation, in the order of the alphabet. */
export function optionsField(table: OptionTable): INodeProperties {
	const fields = Object.entries(table).map(
		([name, { field }]): INodeProperties => ({
			...field,
			name,
		}),
	);
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: fields.sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/**
 * Reads the options once for the run; where they are expressions, the first input item decides.
 *
 * @throws InvalidFieldError that names the option and its value
 */
export function readOptions<Table extends OptionTable>(
	context: IExecuteFunctions,
	table: Table,
): OptionValues<Table> {
	return parseOptions(table, context.getNodeParameter('options', 0, {}));
}

/** @throws InvalidFieldError that names the option and its value */
export function parseOptions<Table extends OptionTable>(
	table: Table,
	collection: unknown,
): OptionValues<Table> {
	const given = (collection ?? {}) as IDataObject;
	const entries = Object.entries(table).map(([name, option]) => [
		name,
		name in given ? parseOption(option, given[name]) : option.absent,
	]);
	return Object.fromEntries(entries) as OptionValues<Table>;
}

/** The options of a collection that hold something. */
export function withoutEmpty(collection: unknown): IDataObject {
	const entries = Object.entries((collection ?? {}) as IDataObject);
	return Object.fromEntries(entries.filter(([, value]) => value !== '[]' && !isEmpty(value)));
}

function parseOption({ field, parse }: Option<unknown>, value: unknown): unknown {
	try {
		return parse(value);
	} catch (error) {
		throw withOptionName(field.displayName, error);
	}
}

function withOptionName(label: string, error: unknown): unknown {
	if (!(error instanceof InvalidValueError)) return error;
	return new InvalidFieldError(`Option '${label}': ${error.message}`);
}

/** @throws InvalidValueError */
export function readBoolean(value: unknown): boolean {
	if (typeof value === 'boolean') return value;
	throw new InvalidValueError(`${formatValue(value)} is neither true nor false.`);
}

/** @throws InvalidValueError */
export function readChoice<Value extends string>(value: unknown, choices: Value[]): Value {
	const choice = choices.find((one) => one === value);
	if (choice !== undefined) return choice;
	throw new InvalidValueError(`${formatValue(value)} is not one of ${choices.join(', ')}.`);
}

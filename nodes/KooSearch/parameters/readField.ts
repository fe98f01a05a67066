import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	ISupplyDataFunctions,
} from 'n8n-workflow';

import { sanitizeSentence } from '../transport/errors/text';
import { InvalidValueError } from './values';

/** A field of an item that can't be used; the message starts with its name. */
export class InvalidFieldError extends Error {}

/**
 * Reads one field of one item. `parse` throws InvalidValueError for a value that can't be used.
 *
 * @param name the parameter's name
 * @param label its display name, for messages
 * @throws InvalidFieldError that names the field
 */
export type ReadField = <T>(name: string, label: string, parse: (value: unknown) => T) => T;

/** A running node, or one that serves another. */
export type FieldContext = IExecuteFunctions | ISupplyDataFunctions;

/** The value of a parameter for an item. @throws what n8n throws when an expression can't be evaluated */
type Evaluate = (itemIndex: number) => unknown;

/** `={{ $json.id }}`, `={{ $json.file.id }}`: a mapping that only names a field, as dragging one makes it. */
const PLAIN_MAPPING = /^=\{\{\s*\$json((?:\.[A-Za-z_]\w*)+)\s*\}\}$/;

/**
 * Readers of the fields of each item.
 *
 * Evaluating an expression is the largest cost of a batched run, so only expressions that need n8n's engine are left
 * to it: a plain value is read once, a mapping that only names a field is followed here.
 */
export function fieldReaders(context: FieldContext): (itemIndex: number) => ReadField {
	const evaluators = new Map<string, Evaluate>();
	const valueOf = (name: string, itemIndex: number): unknown => {
		let evaluate = evaluators.get(name);
		if (!evaluate) {
			evaluate = evaluatorOf(context, name);
			evaluators.set(name, evaluate);
		}
		return evaluate(itemIndex);
	};
	return (itemIndex) => (name, label, parse) => {
		let value: unknown;
		try {
			value = valueOf(name, itemIndex);
		} catch (error) {
			throw notEvaluated(label, error);
		}
		try {
			return parse(value);
		} catch (error) {
			throw withFieldName(label, error);
		}
	};
}

/**
 * Whether an agent runs the node. n8n-core's `isToolExecution()` is false in every `execute`, so this goes by the type
 * that n8n gives to a node's copy for agents.
 */
export function isTool(context: Pick<IExecuteFunctions, 'getNode'>): boolean {
	return context.getNode().type.endsWith('Tool');
}

function evaluatorOf(context: FieldContext, name: string): Evaluate {
	// The mode of a resource locator is no parameter of its own, and not there when the whole is an expression.
	if (name.endsWith('.mode')) return (itemIndex) => context.getNodeParameter(name, itemIndex, '');
	const byEngine: Evaluate = (itemIndex) =>
		context.getNodeParameter(name, itemIndex, undefined, { extractValue: true });
	const raw = rawValue(context, name);
	if (isPlain(raw)) {
		const value = byEngine(0);
		return () => value;
	}
	const mapping = typeof raw === 'string' ? PLAIN_MAPPING.exec(raw) : null;
	// The items of a tool's run hold what the model chose; to the engine, $json is the agent's item.
	if (!mapping || isTool(context)) return byEngine;
	const keys = mapping[1].slice(1).split('.');
	const items = context.getInputData();
	return (itemIndex) => getPath(items[itemIndex], keys) ?? byEngine(itemIndex);
}

/** What the user entered; of a resource locator, the value in it. */
function rawValue(context: FieldContext, name: string): unknown {
	const raw = context.getNodeParameter(name, 0, undefined, { rawExpressions: true }) as unknown;
	const isLocator = typeof raw === 'object' && raw !== null && '__rl' in raw;
	return isLocator ? (raw as IDataObject).value : raw;
}

/** Neither an expression nor something that may hold one. */
function isPlain(raw: unknown): boolean {
	if (typeof raw === 'string') return !raw.startsWith('=');
	return typeof raw === 'number' || typeof raw === 'boolean';
}

/**
 * The text, number or list of those at the end of a path of own properties; undefined for anything else, which is
 * n8n's engine to judge: missing fields, dates, and names that JavaScript has a meaning for.
 */
function getPath({ json }: INodeExecutionData, keys: string[]): unknown {
	let value: unknown = json;
	for (const key of keys) {
		const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
		if (
			!isRecord ||
			key === 'prototype' ||
			key in Object.prototype ||
			!Object.hasOwn(value as object, key)
		) {
			return undefined;
		}
		value = (value as IDataObject)[key];
	}
	if (Array.isArray(value)) return value.every(isScalar) ? value : undefined;
	return isScalar(value) ? value : undefined;
}

function isScalar(value: unknown): boolean {
	return typeof value === 'string' || typeof value === 'number';
}

/** What n8n's engine throws is about the expression, whatever it is. */
function notEvaluated(label: string, error: unknown): InvalidFieldError {
	const said = error instanceof Error ? sanitizeSentence(error.message, 300) : '';
	return new InvalidFieldError(
		`'${label}' could not be evaluated: ${said}. Check the expression in this field.`,
	);
}

function withFieldName(label: string, error: unknown): unknown {
	if (!(error instanceof InvalidValueError)) return error;
	return new InvalidFieldError(`'${label}': ${error.message}`);
}

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { CallOptions } from '../../descriptions/batchOptions';
import {
	callOptions,
	concurrencyOption,
	dryRunOption,
	timeoutOption,
} from '../../descriptions/batchOptions';
import type { NoOptions, OptionTable, OptionValues } from '../../parameters/options';
import { optionsField, parseOptions, readOptions, withoutEmpty } from '../../parameters/options';
import type { InvalidItem } from '../../parameters/parseItems';
import { knowledgeBaseField } from '../../descriptions/fields';
import { parseItems } from '../../parameters/parseItems';
import type { ReadField } from '../../parameters/readField';
import { fieldReaders, InvalidFieldError, isTool } from '../../parameters/readField';
import { pluralize } from '../../parameters/values';
import { KooSearchClient } from '../../transport/client';
import { rethrow, ApiFailure } from '../../transport/errors/failure';
import type { Effect } from '../../transport/request';
import { toCallSettings } from '../callSettings';
import { dryRunHints } from '../dryRun';
import type { Subject } from '../errorItems';
import { rawValue } from '../errorItems';
import { throwIfInvalid } from '../errors';
import { toFailure } from '../failures';
import { addHints } from '../hints';
import type { Operation, OperationDefinition } from '../operation';
import type { Output } from './parts';
import type { FinishedItem, ItemRequest } from './runItems';
import { runItems, toOutput } from './runItems';

/** What all calls of a run share. */
export interface WholeRun<Shared> {
	client: KooSearchClient;
	/** What the items of a run have in common. */
	shared: Shared;
	context: IExecuteFunctions;
}

/** What the calls for one item get. */
export interface ItemRun<Own extends OptionTable, Shared> extends WholeRun<Shared> {
	/** The operation's own options, as this item has them. */
	options: OptionValues<Own>;
	itemIndex: number;
}

/** An item that was carried out. */
export interface DoneItem<Input, Own extends OptionTable> extends ItemRequest<Input, Own> {
	output: Output[];
}

/** A call that a dry run only shows. */
export interface PlannedCall {
	knowledgeBaseId?: string;
	/** What it is about. */
	ids: string[];
	method: string;
	/** What follows `…/uni-search`. */
	path: string;
}

/**
 * What one operation with calls of its own for each item states; an item has any number of output items. `Input` is
 * what an item requests, `Own` the options that only this operation has.
 */
export interface ItemOperation<Input, Own extends OptionTable, Shared> extends OperationDefinition {
	/** The effect of its calls; it decides what messages say if it is not known whether one took effect. */
	effect: Effect;
	options?: Own;
	/** Default of the option for items at once. Without it there is no such option, and no limit. */
	concurrency?: number;
	/** Default time limit for one attempt, in milliseconds; 60,000 if left out. */
	timeout?: number;
	/** @throws InvalidFieldError, as `read` does */
	read(read: ReadField, context: IExecuteFunctions, itemIndex: number): Input;
	/** Finds items that are invalid for other reasons than their fields, before anything is sent. */
	check?(requests: Array<ItemRequest<Input, Own>>): Promise<InvalidItem[]>;
	/** The ID that an item names, for its error item. */
	identify?(input: Input): string | null;
	/** Called once per run; creates what its items share, such as the directories that several items look up. */
	share(client: KooSearchClient): Shared;
	/** Without it, all is done in `finish`. @throws ApiFailure */
	run?(input: Input, run: ItemRun<Own, Shared>): Promise<Output[]>;
	/**
	 * Runs once for all items together after each was carried out; not after a run that ended early.
	 *
	 * @returns by item index, the output that replaces that of `run`, or why there is none
	 */
	finish?(
		done: Array<DoneItem<Input, Own>>,
		run: WholeRun<Shared>,
	): Promise<Map<number, Output[] | ApiFailure>>;
	/** The calls that would change something; an operation that has it can do a dry run. @throws ApiFailure */
	plan?(input: Input, run: ItemRun<Own, Shared>): Promise<PlannedCall[]>;
}

/** Completes an operation with calls of its own for each item. */
export function itemOperation<Input, Own extends OptionTable = NoOptions, Shared = undefined>(
	definition: ItemOperation<Input, Own, Shared>,
): Operation {
	const { resource, option, fields, concurrency, timeout, plan, doneKey } = definition;
	const runTable = {
		...callOptions,
		timeout: timeoutOption(timeout),
		...(concurrency ? { concurrency: concurrencyOption(concurrency) } : {}),
		...(plan ? { dryRun: dryRunOption } : {}),
	};
	const own = definition.options ?? ({} as Own);
	return {
		resource,
		option,
		fields: [...fields, optionsField({ ...runTable, ...own })],
		doneKey,
		subjectsOf: (context, itemIndex) => [subjectOf(context, definition, itemIndex)],
		run: async (context) =>
			await runOverItems(context, definition, own, readOptions(context, runTable)),
	};
}

type RunOptions = CallOptions & { concurrency?: number; dryRun?: boolean };

async function runOverItems<Input, Own extends OptionTable, Shared>(
	context: IExecuteFunctions,
	operation: ItemOperation<Input, Own, Shared>,
	own: Own,
	options: RunOptions,
): Promise<INodeExecutionData[]> {
	// A model has to fill each field that it is offered, and leaves those empty that it doesn't need.
	const given = isTool(context) ? withoutEmpty : (options: unknown) => options;
	const parsed = await parseItems(context, (read, itemIndex) => ({
		itemIndex,
		input: operation.read(read, context, itemIndex),
		options: read('options', 'Options', (value) => parseOptions(own, given(value))),
	}));
	const checked = (await operation.check?.(parsed.requests)) ?? [];
	const isInvalid = new Set(checked.map(({ itemIndex }) => itemIndex));
	const requests = parsed.requests.filter(({ itemIndex }) => !isInvalid.has(itemIndex));
	const invalidItems = [...parsed.invalidItems, ...checked];
	throwIfInvalid(context, invalidItems);
	const client = await KooSearchClient.open(context, toCallSettings(context, options));
	const shared = operation.share(client);
	const perform = async (request: ItemRequest<Input, Own>) => {
		const { input, ...item } = request;
		const run = { ...item, client, shared, context };
		try {
			if (!options.dryRun) return { output: await operation.run!(input, run) };
			const calls = await operation.plan!(input, run);
			return { output: calls.map((call) => ({ json: plannedJson(operation, client, call) })) };
		} catch (error) {
			throw toFailure(context, client, error, operation.effect);
		}
	};
	const { concurrency = Infinity } = options;
	const finished = operation.run
		? await runItems(context, requests, perform, concurrency)
		: requests.map(withoutOutput);
	const end = async (results: FinishedItem[]) => {
		if (options.dryRun) await addDryRunHints(context, client, results);
		return await toOutput(context, results, invalidItems, {
			doneKey: operation.doneKey,
			subjectOf: (itemIndex) => subjectOf(context, operation, itemIndex),
		});
	};
	const isOver = finished.some(({ outcome }) => outcome.state !== 'succeeded');
	const isEnding = client.signal?.aborted || (isOver && !context.continueOnFail());
	if (!operation.finish || options.dryRun || isEnding) return await end(finished);
	const done = finished.flatMap(({ outcome }, n) =>
		outcome.state === 'succeeded' ? [{ ...requests[n], output: outcome.output }] : [],
	);
	const results = await operation.finish(done, { client, shared, context });
	return await end(withResults(finished, results));
}

function withoutOutput({ itemIndex }: { itemIndex: number }): FinishedItem {
	return { itemIndex, outcome: { state: 'succeeded', output: [] } };
}

/** The items with their final outcomes. */
function withResults(
	finished: FinishedItem[],
	results: Map<number, Output[] | ApiFailure>,
): FinishedItem[] {
	return finished.map(({ itemIndex, outcome }) => {
		const result = results.get(itemIndex);
		if (!result) return { itemIndex, outcome };
		if (result instanceof ApiFailure) {
			return { itemIndex, outcome: { state: 'failed', failure: result } };
		}
		return { itemIndex, outcome: { state: 'succeeded', output: result } };
	});
}

/** What an item names, as far as it can be read; errors are reported elsewhere. */
function subjectOf<Input>(
	context: IExecuteFunctions,
	{ read, identify }: Pick<ItemOperation<Input, never, never>, 'read' | 'identify'>,
	itemIndex: number,
): Subject {
	const knowledgeBaseId = rawValue(context, knowledgeBaseField.name, itemIndex);
	try {
		const input = read(fieldReaders(context)(itemIndex), context, itemIndex);
		return { id: identify?.(input) ?? null, knowledgeBaseId };
	} catch (error) {
		return error instanceof InvalidFieldError ? { id: null, knowledgeBaseId } : rethrow(error);
	}
}

async function addDryRunHints(
	context: IExecuteFunctions,
	client: KooSearchClient,
	finished: Awaited<ReturnType<typeof runItems>>,
): Promise<void> {
	const planned = finished.flatMap(({ outcome }) =>
		outcome.state === 'succeeded' ? outcome.output : [],
	);
	const used = new Set<string>();
	for (const { json } of planned) if (json.knowledgeBaseId) used.add(String(json.knowledgeBaseId));
	const calls = pluralize(planned.length, { one: 'call', many: 'calls' });
	addHints(context, await dryRunHints(client, used, calls));
}

function plannedJson(
	{ option }: OperationDefinition,
	{ connection }: KooSearchClient,
	{ ids, knowledgeBaseId, method, path }: PlannedCall,
): IDataObject {
	return {
		dryRun: true,
		operation: option.value,
		count: ids.length,
		knowledgeBaseId,
		ids,
		method,
		path: connection.rootPath + path,
	};
}

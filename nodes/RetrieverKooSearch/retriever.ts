import type { ExecutionError, IDataObject, ISupplyDataFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { callOptions } from '../KooSearch/descriptions/batchOptions';
import { readKnowledgeBaseId } from '../KooSearch/descriptions/fields';
import { toCallSettings } from '../KooSearch/execution/callSettings';
import { callError, startError } from '../KooSearch/execution/errors';
import { toFailure } from '../KooSearch/execution/failures';
import { optionsField, parseOptions } from '../KooSearch/parameters/options';
import { fieldReaders, InvalidFieldError } from '../KooSearch/parameters/readField';
import { InvalidValueError } from '../KooSearch/parameters/values';
import { readQuery, readTopK, Searcher } from '../KooSearch/resources/knowledgeBase/findPassages';
import { searchOptions } from '../KooSearch/resources/knowledgeBase/searchOptions';
import { KooSearchClient } from '../KooSearch/transport/client';
import { rethrow } from '../KooSearch/transport/errors/failure';

/** A document as LangChain has it. */
interface RetrievedDocument {
	pageContent: string;
	metadata: IDataObject;
}

type Retrieve = (query: string) => Promise<RetrievedDocument[]>;

/** What n8n's chains take for a retriever, without a package of LangChain's. */
interface Retriever {
	lc_runnable: true;
	lc_namespace: string[];
	invoke: Retrieve;
	getRelevantDocuments: Retrieve;
	_getRelevantDocuments: Retrieve;
}

/** A document is simplified always. */
function withoutSimplify<Table extends typeof searchOptions>(
	table: Table,
): Omit<Table, 'simplify'> {
	const options: Omit<Table, 'simplify'> & Partial<Pick<Table, 'simplify'>> = { ...table };
	delete options.simplify;
	return options;
}

const table = { ...callOptions, ...withoutSimplify(searchOptions) };

export const retrieverOptionsField = optionsField(table);

/** @throws NodeOperationError for a field or a credential that doesn't fit; what nobody expected, as it is */
export async function createRetriever(
	context: ISupplyDataFunctions,
	itemIndex: number,
): Promise<Retriever> {
	const retrieve = await openSearch(context, itemIndex).catch((error: unknown) =>
		rethrow(startError(context, error) ?? error),
	);
	const invoke = logged(context, retrieve);
	return {
		lc_runnable: true,
		lc_namespace: ['koosearch', 'retrievers'],
		invoke,
		getRelevantDocuments: invoke,
		_getRelevantDocuments: invoke,
	};
}

/** @throws as the reading of fields and credential does */
async function openSearch(context: ISupplyDataFunctions, itemIndex: number): Promise<Retrieve> {
	const read = fieldReaders(context)(itemIndex);
	const knowledgeBaseId = readKnowledgeBaseId(read);
	const topK = readTopK(read);
	const chosen = read('options', 'Options', (value) => parseOptions(table, value));
	const client = await KooSearchClient.open(context, toCallSettings(context, chosen));
	const searcher = new Searcher(client);
	return async (query) => {
		const asked = { knowledgeBaseId, topK, options: { ...chosen, simplify: true } };
		try {
			const found = await searcher.find({ ...asked, query: readQuestion(query) });
			return found.map(({ passage: { content, ...metadata } }) => ({
				pageContent: content,
				metadata,
			}));
		} catch (error) {
			const known = startError(context, error);
			if (known) throw known;
			throw callError(context, toFailure(context, client, error, 'none'), itemIndex);
		}
	};
}

/** What a chain asks. @throws InvalidFieldError */
function readQuestion(query: string): string {
	try {
		return readQuery(query);
	} catch (error) {
		throw asQuestionError(error);
	}
}

function asQuestionError(error: unknown): unknown {
	if (!(error instanceof InvalidValueError)) return error;
	return new InvalidFieldError(`The question: ${error.message}`);
}

/** n8n logs the runs of LangChain's own classes only; a failed run that isn't ended here stays "running" for ever. */
function logged(context: ISupplyDataFunctions, retrieve: Retrieve): Retrieve {
	const type = NodeConnectionTypes.AiRetriever;
	return async (query) => {
		const { index } = context.addInputData(type, [[{ json: { query } }]]);
		try {
			const documents = await retrieve(query);
			const response = documents as unknown as IDataObject[];
			context.addOutputData(type, index, [[{ json: { response } }]]);
			return documents;
		} catch (error) {
			context.addOutputData(type, index, error as ExecutionError);
			return rethrow(error);
		}
	};
}

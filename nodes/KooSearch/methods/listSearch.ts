import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { ListEndpoint } from '../execution/list/endpoints';
import { directoryList, knowledgeBaseList } from '../execution/list/endpoints';
import { readPage } from '../execution/list/paginate';
import { InvalidValueError, readId } from '../parameters/values';
import { directoryPaths } from '../resources/directory/paths';
import { InvalidCredentialError } from '../transport/auth/credential';
import { KooSearchClient } from '../transport/client';
import { ApiFailure, rethrow } from '../transport/errors/failure';

/** An application has 500 knowledge bases at most, so one page holds them all. */
const PAGE_SIZE = 1000;

/** A person is waiting. */
const SETTINGS = {
	timeout: 15_000,
	batchInterval: 0,
	maxRetries: 1,
	retryFor: 5_000,
	retryFirstFor: 5_000,
};

/**
 * Knowledge bases by any part of their name or ID, whatever its case, page by page. The API's own search leaves open
 * how it compares names, so it isn't used. The token is the number of the page to read.
 */
export async function searchKnowledgeBases(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const pageNumber = Number(paginationToken ?? 1);
	const query = { page_num: pageNumber, page_size: PAGE_SIZE };
	const { total, records } = await lookUp(this, knowledgeBaseList, query);
	const isLast = records.length === 0 || pageNumber * PAGE_SIZE >= total;
	return {
		results: records
			.map(({ id, name }) => ({ name: String(name ?? id), value: id }))
			.filter(({ name, value }) => includes(name, filter) || includes(String(value), filter)),
		paginationToken: isLast ? undefined : String(pageNumber + 1),
	};
}

/** Directories of the chosen knowledge base by path; the API gives them all at once. */
export async function searchDirectories(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const knowledgeBaseId = chosenKnowledgeBase(this);
	const { records } = await lookUp(this, directoryList(knowledgeBaseId), {});
	const results: INodeListSearchItems[] = [...directoryPaths(records)]
		.map(([id, path]) => ({ name: path, value: id }))
		.filter(({ name }) => includes(name, filter))
		.sort((a, b) => a.name.localeCompare(b.name));
	return { results };
}

function includes(text: string, part: string): boolean {
	return text.toLowerCase().includes(part.trim().toLowerCase());
}

function chosenKnowledgeBase(context: ILoadOptionsFunctions): string {
	const value = context.getCurrentNodeParameter('knowledgeBase', { extractValue: true });
	try {
		return readId(value);
	} catch (error) {
		if (!(error instanceof InvalidValueError)) return rethrow(error);
		throw new NodeOperationError(
			context.getNode(),
			"Choose a 'Knowledge Base' first: the list shows its directories.",
			{
				description:
					"If 'Knowledge Base' is an expression that only has a value while the workflow runs, enter the directory 'By ID'.",
			},
		);
	}
}

async function lookUp(context: ILoadOptionsFunctions, endpoint: ListEndpoint, query: IDataObject) {
	try {
		return await readPage(await KooSearchClient.open(context, SETTINGS), endpoint, query);
	} catch (error) {
		const isKnown = error instanceof ApiFailure || error instanceof InvalidCredentialError;
		if (!isKnown) return rethrow(error);
		throw new NodeOperationError(context.getNode(), error.message, {
			description: "The list is not available. Entering the ID with 'By ID' works without it.",
		});
	}
}

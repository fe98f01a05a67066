import {
	createDirectoriesField,
	directoryField,
	knowledgeBaseField,
} from '../../descriptions/fields';
import { readBoolean } from '../../parameters/options';
import type { ReadField } from '../../parameters/readField';
import { formatValue, readDirectoryId } from '../../parameters/values';
import type { KooSearchClient } from '../../transport/client';
import { ApiFailure, rethrow } from '../../transport/errors/failure';
import { readDirectoryPath } from './path';
import { joinPath } from './paths';
import type { Directory } from './tree';
import { directoryTrees } from './tree';

/** A directory as an item names it: by its ID, which is taken as it is, or by its path. */
export type DirectoryReference = { id: string } | { path: string[] };

/** The directory that files go to; missing directories of its path may be created. */
export type DestinationReference = { id: string } | { path: string[]; create: boolean };

const { displayName: DIRECTORY } = directoryField;

/**
 * Reads a required directory.
 *
 * @param hint what to do if the field is empty
 * @throws InvalidFieldError
 */
export function readDirectory(
	read: ReadField,
	{ name, displayName }: { name: string; displayName: string } = directoryField,
	hint?: string,
): DirectoryReference {
	if (read(`${name}.mode`, displayName, (mode) => mode) === 'path') {
		return { path: read(name, displayName, readDirectoryPath) };
	}
	return { id: read(name, displayName, (value) => readDirectoryId(value, hint)) };
}

/** Reads the fields 'Directory' and 'Create Directories'. @throws InvalidFieldError */
export function readDestination(read: ReadField, hint?: string): DestinationReference {
	const directory = readDirectory(read, directoryField, hint);
	if ('id' in directory) return directory;
	const { name, displayName } = createDirectoriesField;
	return { ...directory, create: read(name, displayName, readBoolean) };
}

/**
 * The ID of a directory that has to exist. Directories are listed only for a path, once per knowledge base and run.
 *
 * @throws ApiFailure that names the field if the path does not exist
 */
export async function findDirectory(
	client: KooSearchClient,
	knowledgeBaseId: string,
	path: string[],
): Promise<{ id: string; name: string }> {
	const found = await directoryTrees(client)(knowledgeBaseId).find(path);
	if (found) return found;
	throw missing(
		`the knowledge base ${formatValue(knowledgeBaseId)} has no directory ${formatValue(joinPath(path))}.`,
		`Check the path and '${knowledgeBaseField.displayName}'; where the operation has '${createDirectoriesField.displayName}', it can create what is missing.`,
	);
}

/** A directory that has to exist, named either way. @throws ApiFailure that names the field */
export async function requireDirectory(
	client: KooSearchClient,
	knowledgeBaseId: string,
	reference: DirectoryReference,
	label = DIRECTORY,
): Promise<Directory> {
	const tree = directoryTrees(client)(knowledgeBaseId);
	const isById = 'id' in reference;
	const found = isById
		? (await tree.list()).find(({ id }) => id === reference.id)
		: await tree.find(reference.path);
	if (found) return found;
	const name = formatValue(isById ? reference.id : joinPath(reference.path));
	throw missing(
		`the knowledge base ${formatValue(knowledgeBaseId)} has no directory ${isById ? 'with the ID ' : ''}${name}.`,
		"Choose the directory 'From List', or by its path with 'By Path'.",
		label,
	);
}

/** The ID of the directory; missing directories are created if the item says so. @throws ApiFailure */
export async function locateDirectory(
	client: KooSearchClient,
	knowledgeBaseId: string,
	reference: DestinationReference,
): Promise<string> {
	if ('id' in reference) return reference.id;
	const { path, create } = reference;
	if (!create) return (await findDirectory(client, knowledgeBaseId, path)).id;
	return (await directoryTrees(client)(knowledgeBaseId).findOrCreate(path)).id;
}

/**
 * Explains the refusal of a call that named a directory by an ID that does not exist. The directories are listed only
 * after a refusal; if that fails, the refusal stays as it is.
 */
export async function explainDirectory(
	failure: ApiFailure,
	client: KooSearchClient,
	knowledgeBaseId: string,
	id: string,
	label = DIRECTORY,
): Promise<ApiFailure> {
	const { httpStatus = 0 } = failure.facts;
	if (failure.facts.kind !== 'http' || failure.facts.scope === 'run' || httpStatus >= 429) {
		return failure;
	}
	try {
		const directories = await directoryTrees(client)(knowledgeBaseId).list();
		if (directories.some((one) => one.id === id)) return failure;
		const named = directories.filter(({ name }) => name === id);
		return missing(
			`the knowledge base ${formatValue(knowledgeBaseId)} has no directory with the ID ${formatValue(id)}. ${failure.facts.what}`,
			named.length === 1
				? `${formatValue(id)} is the name of a directory; its ID is ${formatValue(named[0].id)}. Choose it 'From List', or by its path with 'By Path'.`
				: "Choose the directory 'From List', or by its path with 'By Path'.",
			label,
		);
	} catch (error) {
		return error instanceof ApiFailure ? failure : rethrow(error);
	}
}

/** @param what completes "'Directory': …" */
export function missing(what: string, hint: string, label = DIRECTORY): ApiFailure {
	return new ApiFailure({
		kind: 'notFound',
		scope: 'call',
		what: `'${label}': ${what}`,
		hint,
		effect: 'none',
		mayHaveTakenEffect: false,
		isTransient: false,
	});
}

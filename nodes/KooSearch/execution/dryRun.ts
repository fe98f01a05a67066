import type { KooSearchClient } from '../transport/client';
import { findListed } from './list/completeListing';
import { knowledgeBaseList } from './list/endpoints';

/** Max number of knowledge bases that a hint names. */
const MAX_NAMED = 10;

/**
 * The hints of a dry run: that it was one, and which knowledge bases do not exist.
 *
 * @param calls the calls that would be made, such as "3 calls with 250 tasks"
 */
export async function dryRunHints(
	client: KooSearchClient,
	knowledgeBaseIds: Set<string>,
	calls: string,
): Promise<string[]> {
	const dryRun = `This was a dry run: nothing was changed. Without 'Dry Run' there would be ${calls}.`;
	if (knowledgeBaseIds.size === 0) return [dryRun];
	const found = await findListed(client, knowledgeBaseList, knowledgeBaseIds);
	if (!found) return [dryRun, 'Whether KooSearch has the knowledge bases could not be checked.'];
	const missing = [...knowledgeBaseIds].filter((id) => !found.has(id));
	if (missing.length === 0) return [dryRun];
	const named = missing.slice(0, MAX_NAMED).map((id) => `"${id}"`);
	const rest = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : '';
	return [
		dryRun,
		`Not a knowledge base of this application: ${named.join(', ')}${rest}. Check 'Knowledge Base'.`,
	];
}

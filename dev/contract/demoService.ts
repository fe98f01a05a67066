import { DEMO_TOKEN, demoState } from '../standin/demoState';
import { startStandin } from '../standin/server';
import type { Standin } from '../standin/server';

const SCRATCH = 'scratch';
/** So long that a check finds a new file before it is parsed, in milliseconds. */
const PARSING = 500;

/** A stand-in that has what the checks look at, and a scratch knowledge base. */
export async function startDemoService(): Promise<Standin> {
	const state = demoState();
	state.addKnowledgeBase({ id: SCRATCH, parsing: { ms: PARSING } });
	return await startStandin({ state });
}

/** Where it is and how to sign in there, as the programme wants to know it. */
export function variablesOf({ url, state }: Standin): Record<string, string> {
	return {
		KOOSEARCH_BASE_URL: url,
		KOOSEARCH_PROJECT_ID: state.projectId,
		KOOSEARCH_APPLICATION_ID: state.applicationId,
		KOOSEARCH_TOKEN: DEMO_TOKEN,
		KOOSEARCH_SCRATCH_KNOWLEDGE_BASE: SCRATCH,
	};
}

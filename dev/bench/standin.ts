import { addFile, addTask, createKnowledgeBase } from '../standin/knowledgeBase';
import { startStandin } from '../standin/server';
import type { Standin } from '../standin/server';
import { DIRECTORY, KNOWLEDGE_BASE } from './operations';
import type { Service } from './operations';
import { serve } from './processes';

/** Forgets what was counted, and answers this late from now on, or tells what was counted since. */
export type StandinMessage = { kind: 'reset'; latencyMs: number } | { kind: 'count' };

export interface Counts {
	requests: number;
	/** In the bodies of all requests together. */
	ids: number;
	/** The most requests under way at once. */
	maxConcurrent: number;
	/** What went wrong: answers other than 200, and the stand-in's own mistakes. */
	faults: string[];
}

/** Holds a record for every ID: nothing has to be added between two runs, and a look-up never gets slower. */
class Every<Value> extends Map<string, Value> {
	constructor(private readonly create: (id: string) => Value) {
		super();
	}

	override get(id: string): Value {
		return this.create(id);
	}
}

/** Tasks that can all be deleted, and files that can all be moved, again and again. */
function addEndlessKnowledgeBase({ state }: Standin): void {
	const directories = [{ id: DIRECTORY }];
	const knowledgeBase = state.addKnowledgeBase({ id: KNOWLEDGE_BASE, directories });
	const model = createKnowledgeBase({ id: 'model' });
	const task = addTask(model, { id: 'task', status: 'ERROR' });
	const file = addFile(model, { id: 'file' });
	knowledgeBase.tasks = new Every((id) => ({ ...task, id }));
	knowledgeBase.files = new Every((id) => ({ ...file, id, name: id }));
	// Read by searches, which go through all there are.
	const text = Array.from({ length: 20 }, (_, n) => `The notice period of contract ${n}.`);
	knowledgeBase.files.set('file', { ...file, text: text.join('\n\n') });
}

function describe({ url, state }: Standin): Service {
	const { projectId, applicationId } = state;
	return { baseUrl: url, projectId, applicationId, token: state.access.issueToken() };
}

function count({ requests, maxConcurrent, violations }: Standin): Counts {
	const refused = requests.filter(({ status }) => status !== 200);
	return {
		requests: requests.length,
		ids: requests.reduce((sum, { ids }) => sum + ids.length, 0),
		maxConcurrent,
		faults: [...violations, ...refused.map(({ path, status }) => `${path}: ${status}`)],
	};
}

serve(async () => {
	const standin = await startStandin();
	addEndlessKnowledgeBase(standin);
	const service = describe(standin);
	return async (message: StandinMessage | { kind: 'describe' }) => {
		if (message.kind === 'describe') return service;
		if (message.kind === 'count') return count(standin);
		standin.requests.length = 0;
		standin.maxConcurrent = 0;
		standin.latencyMs = message.latencyMs;
		return undefined;
	};
});

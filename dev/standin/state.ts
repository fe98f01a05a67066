import { AccessControl } from './accessControl';
import { createKnowledgeBase } from './knowledgeBase';
import type { KnowledgeBase, KnowledgeBaseSeed } from './knowledgeBase';

/** All that the stand-in remembers. The IDs are those that the API pages print. */
export class State {
	readonly projectId: string = 'b25446daeb1a41a7953c5deba2b2677a';
	readonly applicationId: string = 'be9b19bf-4865-4fb8-b9f8-2fd1fea98d76';
	readonly access = new AccessControl(this.projectId);
	/** The IDs of dialogues that can be gone on with. */
	readonly chats = new Set<string>();
	readonly knowledgeBases = new Map<string, KnowledgeBase>();

	/** @throws Error when an ID occurs twice or refers to nothing */
	addKnowledgeBase(seed: KnowledgeBaseSeed): KnowledgeBase {
		if (this.knowledgeBases.has(seed.id)) throw new Error(`Knowledge base ${seed.id} exists`);
		const knowledgeBase = createKnowledgeBase(seed);
		this.knowledgeBases.set(seed.id, knowledgeBase);
		return knowledgeBase;
	}
}

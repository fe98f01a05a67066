import type { Fact } from '../fact';
import type { Scratch } from '../scratch';
import { filterFacts } from './filters';
import { listFactsOfAll } from './lists';
import { encodingFact, refusalFacts } from './refusals';
import { searchFacts } from './search';
import { writeFacts } from './writes';

/** What is asked, in this order. None of it changes anything unless there is a scratch knowledge base. */
export function factsFor(scratch?: Scratch): Fact[] {
	return [
		...listFactsOfAll,
		...filterFacts,
		...searchFacts,
		...refusalFacts,
		...(scratch ? writeFacts(scratch) : []),
		encodingFact,
	];
}

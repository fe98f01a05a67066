import { cannotTell, Seen } from './finding';
import type { Fact } from './fact';
import type { Finding } from './finding';
import type { Service } from './service';

export interface Result extends Finding {
	fact: Fact;
}

/** One after the other, in order not to be throttled. One that fails keeps none of the others from being asked. */
export async function askAll(facts: Fact[], service: Service): Promise<Result[]> {
	const results: Result[] = [];
	for (const fact of facts) results.push({ fact, ...(await ask(fact, service)) });
	return results;
}

async function ask(fact: Fact, service: Service): Promise<Finding> {
	try {
		return await fact.check(service);
	} catch (error) {
		if (error instanceof Seen) return error.finding;
		return cannotTell(`no answer: ${reasonOf(error)}`);
	}
}

/** `fetch` hides why a connection failed in the cause; its code holds no address. */
function reasonOf(error: unknown): string {
	const { name, cause } = error as Error & { cause?: { code?: string } };
	return cause?.code ?? name;
}

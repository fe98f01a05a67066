import { startStandin } from './server';
import type { Standin } from './server';

/** A stand-in of its own for each test of the files that import it. None may have been sent what its API doesn't have. */
export let standin: Standin;

beforeEach(async () => {
	standin = await startStandin();
});

afterEach(async () => {
	await standin.close();
	expect(standin.violations).toEqual([]);
});

import { startStandin } from '../../../dev/standin/server';
import type { Standin } from '../../../dev/standin/server';

/** A stand-in of its own for each test of the files that import it. None may have been sent what its API doesn't have. */
export let standin: Standin;

beforeEach(async () => {
	standin = await startStandin();
});

afterEach(async () => {
	await standin.close();
	expect(standin.violations).toEqual([]);
});

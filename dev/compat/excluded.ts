/** A test that holds for newer versions of n8n only. */
export interface ExcludedTest {
	/** The test's name with the names of the blocks around it. */
	test: string;
	/** The versions of n8n it is left out for. */
	versions: string[];
	/** What is different there; it is printed after "Left out, since". */
	reason: string;
}

const BEFORE_2_34 = ['2.20', '2.0', '1.123'];

const NO_CAUSE =
	"n8n before 2.34 drops the error that a request's error was made from, so its credential test sees no status";

const STATUSES = [302, 400, 401, 403, 404, 429, 500, 502, 503, 504];

/** None of these is about what the node does in a workflow. */
export const EXCLUDED: ExcludedTest[] = [
	{
		test: 'a failing node is never started with a required parameter missing',
		versions: BEFORE_2_34,
		reason:
			'n8n, which does not start the node there either, does not say which parameter is missing',
	},
	{
		test: 'an execution has a log of its own, with the errors that n8n reports',
		versions: BEFORE_2_34,
		reason: "n8n tells its log of a node's error on the level debug there",
	},
	{
		test: 'a credential gives what is stored, defaults for the rest and the value of expressions',
		versions: BEFORE_2_34,
		reason: 'n8n adds no domain restriction to a credential type there',
	},
	{
		test: 'a token is fetched only from the domains that the credential allows',
		versions: BEFORE_2_34,
		reason: 'n8n adds no domain restriction to a credential type there',
	},
	{
		test: 'the Test button shows the code if there is no answer, and what a sign-in throws',
		versions: BEFORE_2_34,
		reason: NO_CAUSE,
	},
	{
		test: 'a poll that fails keeps to the time that n8n allows, also when KooSearch never answers',
		versions: BEFORE_2_34,
		reason: 'n8n does not say how long a poll may take there, so that the limit is 20 seconds',
	},
	...STATUSES.map((status) => ({
		test: `has a text for status ${status}`,
		versions: BEFORE_2_34,
		reason: NO_CAUSE,
	})),
];

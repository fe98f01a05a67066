/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { N8nClient } from '../../dev/n8n/client';
import type { Session } from '../../dev/n8n/client';

declare global {
	// Known to jest's set-up and tear-down only: tests have globals of their own.
	var stopN8n: (() => Promise<void>) | undefined;
}

interface RunningN8n {
	session: Session;
	/** Where the node's package is installed. */
	packageFolder: string;
}

const VARIABLE = 'KOOSEARCH_E2E';

/** Hands the running n8n on to the processes of the test files. */
export function share(n8n: RunningN8n): void {
	process.env[VARIABLE] = JSON.stringify(n8n);
}

/** In a test file. */
export function runningN8n(): { n8n: N8nClient; packageFolder: string } {
	const { session, packageFolder } = JSON.parse(process.env[VARIABLE] ?? '') as RunningN8n;
	return { n8n: new N8nClient(session), packageFolder };
}

/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import './setup';
import type { Logger } from 'n8n-workflow';
import { LoggerProxy } from 'n8n-workflow';
import { AsyncLocalStorage } from 'node:async_hooks';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';

type Class<T> = new (...args: never[]) => T;
type ScopedLogger = Logger & { scoped: () => Logger };

/**
 * n8n-core brings its own copies of these two, which need not be the ones at the top of node_modules:
 * services set in another copy's container would never be seen.
 */
const requireFromCore = createRequire(require.resolve('n8n-core'));
const { Container } = requireFromCore('@n8n/di') as {
	Container: { get<T>(type: Class<T>): T; set<T>(type: Class<T>, instance: T): void };
};
const backendCommon = requireFromCore('@n8n/backend-common') as { Logger: Class<ScopedLogger> };

const lines = new AsyncLocalStorage<string[]>();

/** Takes the place of n8n's logger, for n8n-core's services as well as for `this.logger` in a node. */
const logger: ScopedLogger = {
	error: (message, metadata) => write('error', message, metadata),
	warn: (message, metadata) => write('warn', message, metadata),
	info: (message, metadata) => write('info', message, metadata),
	debug: (message, metadata) => write('debug', message, metadata),
	scoped: () => logger,
};

LoggerProxy.init(logger);
Container.set(backendCommon.Logger, logger);
removeUserFolderAtEnd();

/** The instance that n8n-core itself uses of one of its services. */
export function service<T>(type: Class<T>): T {
	return Container.get(type);
}

/**
 * Runs `task` and collects what n8n and the nodes log meanwhile, on every level from debug up.
 * Tasks under way at the same time each get their own log.
 *
 * @returns the task's value and the log, whose entries read `level: message {metadata as JSON}`
 */
export async function withLog<T>(task: () => Promise<T>): Promise<{ value: T; log: string }> {
	const own: string[] = [];
	const value = await lines.run(own, task);
	return { value, log: own.join('\n') };
}

function write(level: string, message: string, metadata?: object): void {
	lines.getStore()?.push(`${level}: ${message} ${metadata ? toJson(metadata) : ''}`.trimEnd());
}

/** JSON that shows errors whole, with message, stack and cause, and does without circular references. */
function toJson(value: object): string {
	const parents: Array<{ entry: object; shown: object }> = [];
	return JSON.stringify(value, function (this: unknown, _key, entry: unknown) {
		while (parents.length > 0 && parents.at(-1)?.shown !== this) parents.pop();
		if (typeof entry !== 'object' || entry === null) return entry;
		if (parents.some((parent) => parent.entry === entry)) return '[Circular]';
		const shown = entry instanceof Error ? showError(entry) : entry;
		parents.push({ entry, shown });
		return shown;
	});
}

function showError(error: Error): object {
	const { name, message, stack, cause } = error;
	return { ...error, name, message, stack, cause };
}

/** jest never emits `exit` on a test's `process`, and elsewhere there is no `afterAll`. */
function removeUserFolderAtEnd(): void {
	const remove = () => rmSync(process.env.N8N_USER_FOLDER!, { recursive: true, force: true });
	if (typeof afterAll === 'function') afterAll(remove);
	else process.once('exit', remove);
}

/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error */
import { execFile } from 'node:child_process';
import type { ExecFileOptions } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** How often a step that takes long says that it is still under way. */
const REPORT_EVERY = 15_000;

export function log(line: string): void {
	process.stdout.write(`${line}\n`);
}

/** A table as the documents have it, its first row as the head. */
export function toMarkdown([head, ...rows]: string[][]): string {
	const lines = [head, head.map(() => '---'), ...rows];
	return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Does a task and says so: at its beginning, every now and then, and at its end. */
export async function step<T>(title: string, task: () => Promise<T>): Promise<T> {
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	log(`${title} …`);
	const timer = setInterval(() => log(`  … ${seconds()} s`), REPORT_EVERY);
	try {
		return await task();
	} finally {
		clearInterval(timer);
		log(`  ${seconds()} s`);
	}
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to its standard output
 * @throws Error with all that it wrote
 */
export async function run(
	command: string,
	args: string[],
	options: ExecFileOptions = {},
): Promise<string> {
	try {
		const { stdout } = await execute(command, args, { maxBuffer: 64 * 1024 * 1024, ...options });
		return String(stdout);
	} catch (error) {
		const { stdout = '', stderr = '', code } = error as { [key: string]: unknown };
		throw new Error(`${[command, ...args].join(' ')} ended with ${code}\n${stdout}${stderr}`);
	}
}

/* eslint-disable @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A child process that gives one reply to each message, one after the other. */
export class Child {
	private constructor(private readonly process: ChildProcess) {}

	/**
	 * Starts a module of this folder with node's options of this process, and waits until it serves.
	 *
	 * @param setup what the module gets from `serve`; it has to be JSON
	 */
	static async start(module: string, setup: object): Promise<Child> {
		const child = new Child(fork(join(__dirname, module), [JSON.stringify(setup)]));
		await child.reply();
		return child;
	}

	/** @throws Error with the child's own message */
	async ask<Reply>(message: object): Promise<Reply> {
		this.process.send(message);
		return (await this.reply()) as Reply;
	}

	async stop(): Promise<void> {
		if (!this.process.connected) return;
		this.process.disconnect();
		await once(this.process, 'exit');
	}

	private async reply(): Promise<unknown> {
		const ending = new AbortController();
		const { signal } = ending;
		const ended = once(this.process, 'exit', { signal }).then(([code]) => {
			throw new Error(`A process of the benchmark ended with exit code ${code}`);
		});
		try {
			const message = once(this.process, 'message', { signal });
			const [{ value, error }] = (await Promise.race([message, ended])) as [Reply];
			if (error !== undefined) throw new Error(error);
			return value;
		} finally {
			ended.catch(() => {});
			ending.abort();
		}
	}
}

interface Reply {
	value?: unknown;
	error?: string;
}

/** The child's side: `open` makes from the setup what answers the messages. */
export function serve<Setup, Message>(
	open: (setup: Setup) => Promise<(message: Message) => Promise<unknown>>,
): void {
	const reply = (content: Reply) => process.send!(content);
	const fail = (error: Error) => reply({ error: error.stack ?? error.message });
	process.once('disconnect', () => process.exit());
	open(JSON.parse(process.argv[2]) as Setup).then((answer) => {
		process.on('message', (message) => {
			answer(message as Message).then((value) => reply({ value }), fail);
		});
		reply({});
	}, fail);
}

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

import { LocalServer } from '../../dev/localServer';

/** What a bot sends to a chat, with buttons that lead to addresses. */
interface SentMessage {
	text: string;
	reply_markup: { inline_keyboard: Array<Array<{ text: string; url: string }>> };
}

/** The one call of Telegram's Bot API that n8n makes to ask a person. */
export class Telegram {
	readonly messages: SentMessage[] = [];
	private server!: LocalServer;

	/** Values of n8n's credential `telegramApi`. */
	get credential() {
		return { accessToken: '1:a', baseUrl: this.server.url };
	}

	async listen(): Promise<void> {
		this.server = await LocalServer.start(
			(request, response) => void this.answer(request, response),
		);
	}

	async close(): Promise<void> {
		await this.server.close();
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		this.messages.push((await json(request)) as SentMessage);
		response.writeHead(200, { 'Content-Type': 'application/json' });
		response.end(JSON.stringify({ ok: true, result: { message_id: this.messages.length } }));
	}

	/** Presses a button of the last message, in a browser: n8n takes no notice of other programs. */
	async press(button: string): Promise<void> {
		const buttons = this.messages.at(-1)!.reply_markup.inline_keyboard.flat();
		const { url } = buttons.find(({ text }) => text.includes(button))!;
		const response = await fetch(url, { headers: { 'User-Agent': BROWSER } });
		if (!response.ok) throw new Error(`${url}: ${response.status}`);
	}
}

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a bot sends to a chat, with buttons that lead to addresses. */
interface SentMessage {
	text: string;
	reply_markup: { inline_keyboard: Array<Array<{ text: string; url: string }>> };
}

/** The one call of Telegram's Bot API that n8n makes to ask a person. */
export class Telegram {
	readonly messages: SentMessage[] = [];
	private readonly server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			this.messages.push(JSON.parse(Buffer.concat(chunks).toString()) as SentMessage);
			response.writeHead(200, { 'Content-Type': 'application/json' });
			response.end(JSON.stringify({ ok: true, result: { message_id: this.messages.length } }));
		});
	});

	/** Values of n8n's credential `telegramApi`. */
	get credential() {
		const { port } = this.server.address() as AddressInfo;
		return { accessToken: '1:a', baseUrl: `http://127.0.0.1:${port}` };
	}

	async listen(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	async close(): Promise<void> {
		await new Promise((resolve) => {
			this.server.close(resolve);
			this.server.closeAllConnections();
		});
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

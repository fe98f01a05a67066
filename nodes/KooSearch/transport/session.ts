import type { IN8nHttpFullResponse } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { rethrow } from './errors';
import { isSignInRefusal } from './signIn';

/**
 * Sends one try of a call. With `renew`, n8n-core gets to see a 401: it signs in through the credential's
 * `preAuthentication`, stores the new token and sends once more.
 */
export type Deliver = (renew: boolean) => Promise<IN8nHttpFullResponse>;

/** What every further call gets, without being sent. */
type Verdict = () => IN8nHttpFullResponse;

/** How often to look whether the new token is there, in milliseconds. */
const LOOK_EVERY = 500;

/** Sign-ins under way in this process, by what they sign in with. Each ends with its verdict, if it came to one. */
const underWay = new Map<string, Promise<Verdict | undefined>>();

/**
 * One sign-in for all calls of a run, and for all runs of this process that find out at the same time. n8n-core has
 * no lock of its own: each call that finds no token, or gets a 401, would sign in by itself, and Huawei Cloud locks
 * accounts that do so with a wrong password.
 *
 * A token that was renewed elsewhere, by another process too, is found where n8n stores it.
 */
export class Session {
	private verdict?: Verdict;

	/**
	 * @param key the same for all who sign in with the same
	 * @param token the one that is stored to begin with, or an empty text
	 * @param storedToken reads it again
	 */
	constructor(
		private readonly key: string,
		private token: string,
		private readonly storedToken: () => Promise<string>,
	) {}

	/** @throws what `deliver` throws, a refused sign-in for every call that follows */
	async send(deliver: Deliver): Promise<IN8nHttpFullResponse> {
		for (;;) {
			if (this.verdict) return this.verdict();
			const other = underWay.get(this.key);
			if (other) {
				this.verdict = await other;
				continue;
			}
			const response = await this.sendOrSignIn(deliver);
			if (response) return response;
		}
	}

	/** @returns undefined when the call only has to be sent again */
	private async sendOrSignIn(deliver: Deliver): Promise<IN8nHttpFullResponse | undefined> {
		const used = this.token;
		if (used) {
			const response = await deliver(false);
			if (response.statusCode !== 401) return response;
			if (this.verdict || underWay.has(this.key)) return undefined;
		}
		return await this.sendAlone(deliver, used);
	}

	/** @returns undefined when there is another token than `used` by now */
	private async sendAlone(
		deliver: Deliver,
		used: string,
	): Promise<IN8nHttpFullResponse | undefined> {
		const letOthersGo = holdOthers(this.key);
		try {
			this.token = await this.storedToken();
			if (this.token && this.token !== used) return undefined;
			// Without a token n8n-core signs in before it sends, so that a 401 is a verdict on a fresh token.
			const sending = deliver(Boolean(this.token));
			void this.onceRenewed(sending, letOthersGo);
			const response = await sending;
			if (response.statusCode === 401) this.verdict = () => response;
			this.token = await this.storedToken();
			return response;
		} catch (error) {
			if (isSignInRefusal(error)) this.verdict = () => rethrow(error);
			return rethrow(error);
		} finally {
			letOthersGo(this.verdict);
		}
	}

	/** n8n-core stores the new token before it sends the call, which may take much longer than signing in. */
	private async onceRenewed(sending: Promise<unknown>, letOthersGo: () => void): Promise<void> {
		const before = this.token;
		let answered = false;
		const answer = sending.catch(() => {}).then(() => (answered = true));
		while (!answered) {
			await Promise.race([answer, sleep(LOOK_EVERY)]);
			if (answered) return;
			const stored = await this.storedToken().catch(() => before);
			if (!answered && stored !== before) return letOthersGo();
		}
	}
}

/** Has the others wait. @returns what lets them go on, with the verdict if there is one */
function holdOthers(key: string): (verdict?: Verdict) => void {
	let letGo: (verdict?: Verdict) => void = () => {};
	const held = new Promise<Verdict | undefined>((resolve) => {
		letGo = resolve;
	});
	underWay.set(key, held);
	return (verdict) => {
		if (underWay.get(key) === held) underWay.delete(key);
		letGo(verdict);
	};
}

import type { IN8nHttpFullResponse } from 'n8n-workflow';

import { rethrow } from './errors';
import { isSignInRefusal } from './signIn';

/**
 * Sends one try of a call. With `renew`, n8n-core gets to see a 401: it signs in through the credential's
 * `preAuthentication`, stores the new token and sends once more.
 */
export type Deliver = (renew: boolean) => Promise<IN8nHttpFullResponse>;

/** What every further call gets, without being sent. */
type Verdict = () => IN8nHttpFullResponse;

/** Sign-ins under way in this process, by credential. Each ends with its verdict, if it came to one. */
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
	 * @param credentialId by which n8n knows the credential
	 * @param token the one that is stored to begin with, or an empty text
	 * @param storedToken reads it again
	 */
	constructor(
		private readonly credentialId: string,
		private token: string,
		private readonly storedToken: () => Promise<string>,
	) {}

	/** @throws what `deliver` throws, a refused sign-in for every call that follows */
	async send(deliver: Deliver): Promise<IN8nHttpFullResponse> {
		for (;;) {
			if (this.verdict) return this.verdict();
			const other = underWay.get(this.credentialId);
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
			if (this.verdict || underWay.has(this.credentialId)) return undefined;
		}
		return await this.sendAlone(deliver, used);
	}

	/** @returns undefined when there is another token than `used` by now */
	private async sendAlone(
		deliver: Deliver,
		used: string,
	): Promise<IN8nHttpFullResponse | undefined> {
		let end: (verdict?: Verdict) => void = () => {};
		const ended = new Promise<Verdict | undefined>((resolve) => {
			end = resolve;
		});
		underWay.set(this.credentialId, ended);
		try {
			this.token = await this.storedToken();
			if (this.token && this.token !== used) return undefined;
			// Without a token n8n-core signs in before it sends, so that a 401 is a verdict on a fresh token.
			const response = await deliver(Boolean(this.token));
			if (response.statusCode === 401) this.verdict = () => response;
			this.token = await this.storedToken();
			return response;
		} catch (error) {
			if (isSignInRefusal(error)) this.verdict = () => rethrow(error);
			return rethrow(error);
		} finally {
			underWay.delete(this.credentialId);
			end(this.verdict);
		}
	}
}

import type { IN8nHttpFullResponse } from 'n8n-workflow';

import { rethrow } from './errors';
import { isSignInRefusal } from './signIn';

/**
 * Sends one try of a call. With `renew`, n8n-core gets to see a 401: it signs in through the credential's
 * `preAuthentication`, stores the new token and sends once more.
 */
export type Deliver = (renew: boolean) => Promise<IN8nHttpFullResponse>;

/**
 * One sign-in for all calls of a run. n8n-core has no lock of its own: each call that finds no token, or gets a 401,
 * would sign in by itself, and Huawei Cloud locks accounts that do so with a wrong password.
 */
export class Session {
	private renewal?: Promise<void>;
	private renewals = 0;
	/** What every further call gets, without being sent. */
	private verdict?: () => IN8nHttpFullResponse;

	/** @param signedIn whether there is a token to begin with */
	constructor(private signedIn: boolean) {}

	/** @throws what `deliver` throws, a refused sign-in for every call that follows */
	async send(deliver: Deliver): Promise<IN8nHttpFullResponse> {
		for (;;) {
			while (this.renewal) await this.renewal;
			if (this.verdict) return this.verdict();
			if (!this.signedIn) return await this.sendAlone(deliver);
			const before = this.renewals;
			const response = await deliver(false);
			if (response.statusCode !== 401) return response;
			// Another call may have renewed the token meanwhile: then this one only has to be sent again.
			if (before === this.renewals && !this.renewal && !this.verdict) {
				return await this.sendAlone(deliver);
			}
		}
	}

	private async sendAlone(deliver: Deliver): Promise<IN8nHttpFullResponse> {
		let release = () => {};
		this.renewal = new Promise<void>((resolve) => {
			release = resolve;
		});
		try {
			// Without a token n8n-core signs in before it sends, so that a 401 is a verdict on a fresh token.
			const response = await deliver(this.signedIn);
			if (response.statusCode === 401) this.verdict = () => response;
			this.signedIn = true;
			this.renewals++;
			return response;
		} catch (error) {
			if (isSignInRefusal(error)) this.verdict = () => rethrow(error);
			return rethrow(error);
		} finally {
			this.renewal = undefined;
			release();
		}
	}
}

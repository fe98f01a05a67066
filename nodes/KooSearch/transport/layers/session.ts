import { ApiFailure, canceled, rethrow } from '../errors/failure';
import type { ApiCall, Send } from '../request';
import { pause, untilAborted } from '../wait';

/** What a sign-in came to. Every call that waited for it gets its failure; after `abandoned`, another run has to try. */
type SignInOutcome = 'done' | 'abandoned' | ApiFailure;

/** Sign-ins under way in this process, by what they sign in with. */
const pendingSignIns = new Map<string, Promise<SignInOutcome>>();

/** Of one run, before it is given up. */
const MAX_SIGN_INS = 5;
/** For all of them together, in milliseconds. */
const MAX_SIGN_IN_TIME = 15_000;
const INITIAL_WAIT = 500;
/** A fresh token may take a moment until every gateway knows it. */
const FRESH_TOKEN_WAIT = 1_000;

/** Who signs in, and how. */
export interface SignIn {
	/** The same for all who sign in with the same account and password. */
	key: string;
	/** The token that n8n keeps; it may have been renewed elsewhere. Empty when there is none that fits. */
	storedToken(): Promise<string>;
	/** One sign-in, after which n8n has stored the new token. @throws ApiFailure */
	signIn(): Promise<void>;
	signal?: AbortSignal;
}

/**
 * One sign-in for all calls of a run, and for all runs of this process that find out at the same time. n8n-core has
 * no lock of its own: each call that finds no token, or gets a 401, would sign in by itself, and Huawei Cloud locks
 * accounts that do so with a wrong password.
 *
 * @param token the one that is stored to begin with, or an empty text
 * @returns a layer that signs in where that is needed, and sends a call again with the new token
 */
export function withSession(send: Send, signIn: SignIn, token: string): Send {
	const session = new Session(signIn, token);
	return async (call) => await session.send(send, call);
}

class Session {
	/** Why no further call is sent. */
	private refusal?: ApiFailure;

	constructor(
		private readonly account: SignIn,
		private token: string,
	) {}

	async send<T>(send: Send, call: ApiCall<T>): Promise<T> {
		const used = this.token || (await this.renew('', call));
		try {
			return await send(call);
		} catch (error) {
			if (!isUnauthorized(error)) return rethrow(error);
		}
		const fresh = await this.renew(used, call);
		try {
			return await send(call);
		} catch (error) {
			if (!isUnauthorized(error) || fresh === used) return rethrow(error);
		}
		await pause(FRESH_TOKEN_WAIT, this.account.signal);
		return await send(call);
	}

	/**
	 * @param used the token that was refused
	 * @returns another one, or `used` where signing in gave no other
	 * @throws ApiFailure
	 */
	private async renew<T>(used: string, { effect, history }: ApiCall<T>): Promise<string> {
		const { key, signal } = this.account;
		for (;;) {
			if (this.refusal) throw this.refusal;
			if (signal?.aborted) throw canceled(effect, history.mayHaveTakenEffect);
			if (this.token !== used) return this.token;
			const others = pendingSignIns.get(key);
			const pending = others ?? this.start(used);
			const outcome = await untilAborted(pending, signal);
			// That the gateway takes no calls says nothing about the sign-in.
			if (outcome instanceof ApiFailure && outcome.facts.outage) throw outcome;
			if (outcome instanceof ApiFailure) this.refusal = outcome;
			this.token = await this.account.storedToken();
			// Others may have renewed another token than the one that was refused here.
			if (outcome === 'done' && (!others || this.token !== used)) return this.token;
		}
	}

	/** A run that is canceled lets go of the sign-in at once, whatever IAM does; the next one that needs it tries. */
	private start(used: string): Promise<SignInOutcome> {
		const { key, signal } = this.account;
		const work = untilAborted(this.signInUnlessRenewed(used), signal);
		const outcome = work.then((one): SignInOutcome => one ?? 'abandoned');
		const pending = outcome.finally(() => {
			if (pendingSignIns.get(key) === pending) pendingSignIns.delete(key);
		});
		pendingSignIns.set(key, pending);
		return pending;
	}

	/** A token that was renewed elsewhere, by another process too, is found where n8n stores it. */
	private async signInUnlessRenewed(used: string): Promise<SignInOutcome> {
		const { signIn, signal } = this.account;
		if (await this.isRenewed(used)) return 'done';
		const end = performance.now() + MAX_SIGN_IN_TIME;
		for (let tries = 1; ; tries++) {
			const failure = await signIn().then(() => undefined, toFailure);
			if (!failure) return 'done';
			const isFresh = await this.isRenewed(used);
			if (isFresh && !isUnauthorized(failure)) return 'done';
			const wait = isFresh ? FRESH_TOKEN_WAIT : waitAfter(failure, tries);
			const isLast = tries >= (isFresh ? 2 : MAX_SIGN_INS) || performance.now() + wait > end;
			if (isLast || !(isFresh || failure.facts.isTransient) || signal?.aborted) return failure;
			await pause(wait, signal);
			if (signal?.aborted) return failure;
		}
	}

	private async isRenewed(used: string): Promise<boolean> {
		return ![used, ''].includes(await this.account.storedToken());
	}
}

function waitAfter({ facts: { retryAfter } }: ApiFailure, tries: number): number {
	return retryAfter ?? INITIAL_WAIT * 2 ** (tries - 1);
}

function isUnauthorized(error: unknown): boolean {
	return error instanceof ApiFailure && error.facts.httpStatus === 401;
}

/** Whatever became of the sign-in, the call that needs it was not sent. */
function toFailure(error: unknown): ApiFailure {
	if (!(error instanceof ApiFailure)) return rethrow(error);
	return new ApiFailure({ ...error.facts, mayHaveTakenEffect: false });
}

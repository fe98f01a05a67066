import type { IDataObject } from 'n8n-workflow';

import type { Connection } from './auth/credential';
import { fingerprintOf, learnSecrets, readConnection, tokenOfSession } from './auth/credential';
import { rememberSecrets } from './auth/secretsSeen';
import { SIGN_IN_TIMEOUT } from './auth/signIn';
import { ApiFailure, rethrow } from './errors/failure';
import type { CallContext } from './http';
import { cancelSignalOf, CREDENTIAL, HttpDoor } from './http';
import { withRateLimit } from './layers/rateLimit';
import { withRetries } from './layers/retry';
import { withSession } from './layers/session';
import { sharedTraffic } from './layers/traffic';
import type { ApiRequest, History, Send } from './request';
import type { Schema } from './schema';

/** How calls are made. Times are in milliseconds. */
export interface CallSettings {
	/** For one try, from its start to the last byte of the answer. */
	timeout: number;
	/** Between the starts of two tries, whichever call they belong to. */
	batchInterval: number;
	/** Further tries of a call that failed by itself. */
	maxRetries: number;
	/** How long the run goes on while KooSearch throttles or is down, since a call last got through. */
	retryFor: number;
	/** The same until the first call gets through. */
	retryFirstFor: number;
}

export interface Reply<T> {
	value: T;
	/** Whether an earlier try may have done the work already. */
	isRepeat: boolean;
}

/** Sends the calls of one run, or of one list in the editor. */
export class KooSearchClient {
	private constructor(
		private readonly send: Send,
		readonly connection: Connection,
		readonly settings: CallSettings,
		/** Aborted when the run is canceled. */
		readonly signal?: AbortSignal,
	) {}

	/**
	 * @throws InvalidCredentialError when a field of the credential does not fit; what n8n throws when there is no
	 * credential
	 */
	static async open(context: CallContext, settings: CallSettings): Promise<KooSearchClient> {
		const credential = await context.getCredentials<IDataObject>(CREDENTIAL);
		const connection = readConnection(credential);
		rememberSecrets(context, connection.secrets);
		const door = new HttpDoor(context, connection, settings.timeout);
		const signal = cancelSignalOf(context);
		const { maxRetries } = settings;
		const signed = signedBy(door, context, credential, connection);
		const traffic = sharedTraffic(JSON.stringify([credentialId(context), connection.root]));
		const limited = withRateLimit(signed, { ...settings, signal, traffic });
		const send = withRetries(limited, { maxRetries, signal });
		return new KooSearchClient(send, connection, settings, signal);
	}

	/**
	 * @param earlier what earlier calls with the same content may have done
	 * @returns the body of an answer that fits `schema`
	 * @throws ApiFailure for everything else
	 */
	async call<T>(
		request: ApiRequest,
		schema: Schema<T>,
		earlier: Partial<History> = {},
	): Promise<Reply<T>> {
		const history = { sent: 0, mayHaveTakenEffect: earlier.mayHaveTakenEffect ?? false };
		try {
			const value = await this.send({ ...request, schema, history });
			return { value, isRepeat: history.mayHaveTakenEffect };
		} catch (error) {
			if (!(error instanceof ApiFailure)) return rethrow(error);
			throw error.withEarlierEffect(history.mayHaveTakenEffect);
		}
	}
}

/** Only an IAM user can sign in again. */
function signedBy(
	door: HttpDoor,
	context: CallContext,
	credential: IDataObject,
	connection: Connection,
): Send {
	const send: Send = async (call) => await door.send(call);
	if (connection.authentication !== 'iamUser') return send;
	const signIn = {
		// Whoever corrects a password does not wait for the outcome of the wrong one.
		key: JSON.stringify([credentialId(context), fingerprintOf(credential)]),
		storedToken: async () => {
			const stored = await context.getCredentials<IDataObject>(CREDENTIAL);
			learnSecrets(connection, stored);
			return tokenOfSession(stored);
		},
		signIn: async () => await door.signIn(SIGN_IN_TIMEOUT * 2),
		signal: cancelSignalOf(context),
	};
	return withSession(send, signIn, tokenOfSession(credential));
}

function credentialId(context: CallContext): string | null | undefined {
	return context.getNode().credentials?.[CREDENTIAL]?.id;
}

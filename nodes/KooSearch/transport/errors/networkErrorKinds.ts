/** Why a request never arrived, or was not answered. */
export interface NetworkErrorKind {
	/** Codes of Node.js and of its TLS layer. */
	codes: RegExp;
	/** What happened, as part of a sentence about the other side. */
	what: string;
	/** Whether the other side may be there a moment later. */
	isTransient: boolean;
	/** What else than the address to look at. */
	hint?: 'network' | 'certificate';
}

const KINDS: NetworkErrorKind[] = [
	{ codes: /^ECONNREFUSED$/, what: 'the connection was refused', isTransient: true },
	{
		codes: /^(ENOTFOUND|ERR_INVALID_URL)$/,
		what: 'its host name was not found',
		isTransient: false,
	},
	{
		codes: /^EAI_AGAIN$/,
		what: 'its host name could not be looked up',
		isTransient: true,
		hint: 'network',
	},
	{
		codes: /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/,
		what: 'there is no route to its address',
		isTransient: true,
		hint: 'network',
	},
	{
		codes: /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/,
		what: 'its certificate is not trusted',
		isTransient: false,
		hint: 'certificate',
	},
	{ codes: /ERR_SSL|EPROTO/, what: 'the TLS handshake failed', isTransient: false },
];

const TIMEOUT_CODES = /^(ETIMEDOUT|ECONNABORTED|ESOCKETTIMEDOUT)$/;
const CONNECTION_LOST_CODES =
	/^(ECONNRESET|EPIPE|ERR_BAD_RESPONSE|ERR_STREAM_PREMATURE_CLOSE|HPE_\w+)$/;

/** Why a request never arrived, or undefined when it may have. */
export function networkErrorKind(code: string): NetworkErrorKind | undefined {
	return KINDS.find(({ codes }) => codes.test(code));
}

export function isTimeoutCode(code: string): boolean {
	return TIMEOUT_CODES.test(code);
}

export function isConnectionLostCode(code: string): boolean {
	return CONNECTION_LOST_CODES.test(code);
}

/** The code of Node.js or axios; n8n wraps the request's error, so it may be one or two causes down. */
export function codeIn(chain: Error[]): string {
	for (const error of chain) {
		if ('code' in error && typeof error.code === 'string') return error.code;
	}
	return '';
}

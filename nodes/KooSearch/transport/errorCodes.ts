import type { Authentication } from './connection';

/** What a code means, and how to get unstuck. */
export interface Advice {
	meaning: string;
	remedy: string;
}

/** What a remedy may depend on. */
export interface CallKind {
	authentication: Authentication;
	/** A list is read: there are no IDs, and no options to set. */
	listing: boolean;
}

/** What the telling of a failure may depend on. */
export interface FailedCall extends CallKind {
	/** Values that no text may show. */
	secrets: string[];
}

type Remedy = (call: CallKind) => string;

interface Entry {
	meaning: string;
	remedy: string | Remedy;
}

const LATER = 'Try again later.';
const CHECK_INPUT: Remedy = ({ listing }) =>
	listing
		? "Check 'Knowledge Base', and the filters if there are any."
		: "Check 'Knowledge Base' and the IDs of this call: they have to belong to it.";
const SLOWER: Remedy = ({ listing }) =>
	listing
		? LATER
		: "Lower 'Concurrent Batches' or raise 'Batch Interval (Ms)' in the node's options.";
const SMALLER: Remedy = ({ listing }) =>
	listing ? LATER : "Lower 'Items per Batch' in the node's options, or try again later.";
const ASK_SUPPORT =
	'Try again later; if it stays, open a service ticket with Huawei Cloud and quote the code.';
const SIGN_IN: Record<Authentication, string> = {
	iamUser:
		"The node has just signed in anew, so the token itself is fresh. Check that 'Project ID' and 'IAM Endpoint' of the credential belong to the region of 'Base URL', and that the gateway lets IAM users in.",
	token:
		"A pasted token lasts 24 hours and belongs to one project. Paste a new one, or choose 'IAM User' as 'Authentication' of the credential: then the node signs in by itself and renews.",
	appCode:
		"Check 'AppCode' of the credential, and that the app is authorized for the KooSearch APIs with simple authentication turned on.",
};
const CHECK_SIGN_IN: Remedy = ({ authentication }) => SIGN_IN[authentication];
const ASK_ACCESS =
	'Ask the administrator of the API gateway to allow these KooSearch APIs for the user or app of the credential.';
const CHECK_ADDRESS =
	"Check 'Base URL', 'Project ID' and 'Application ID' of the credential, and that the KooSearch APIs are published in the RELEASE environment of the gateway.";
const ASK_GATEWAY =
	'Try again later; if it stays, ask the administrator of the API gateway to check how the KooSearch APIs are published.';
const CHECK_STORE =
	'The search cluster behind the knowledge base did not do its work. Check its nodes in the CSS console, then try again.';

/**
 * Codes of the service that the calls of this node may be answered with (page ErrorCode; where a number is not printed
 * there, the order of the page was followed).
 */
const SERVICE: Record<string, Entry> = {
	'KOS.00010001': { meaning: 'The body is not valid JSON', remedy: ASK_SUPPORT },
	'KOS.00010002': { meaning: 'A parameter is not valid', remedy: CHECK_INPUT },
	'KOS.00010003': { meaning: 'A parameter is empty', remedy: CHECK_INPUT },
	'KOS.00010004': { meaning: 'A parameter in the URL cannot be read', remedy: CHECK_ADDRESS },
	'KOS.00010005': { meaning: 'The path is not valid', remedy: CHECK_ADDRESS },
	'KOS.00010006': { meaning: 'A parameter has the wrong type', remedy: CHECK_INPUT },
	'KOS.00040003': { meaning: 'Parsing a document did not work', remedy: ASK_SUPPORT },
	'KOS.00050001': { meaning: 'A document was not found', remedy: CHECK_INPUT },
	'KOS.00050002': { meaning: 'A document cannot be read', remedy: ASK_SUPPORT },
	'KOS.00050003': { meaning: "A document's record could not be written", remedy: ASK_SUPPORT },
	'KOS.00050004': { meaning: 'Storing a document in OBS did not work', remedy: ASK_SUPPORT },
	'KOS.00050005': { meaning: 'KooSearch could not process JSON', remedy: ASK_SUPPORT },
	'KOS.00050006': {
		meaning: 'A document is being processed and cannot be deleted',
		remedy: 'Wait until it has been parsed, then try again.',
	},
	'KOS.00050008': {
		meaning: 'Too many calls in a short time',
		remedy: SLOWER,
	},
	'KOS.00060001': {
		meaning: 'The database found nothing',
		remedy: "Check 'Knowledge Base': this ID may not exist in the application of the credential.",
	},
	'KOS.00060002': { meaning: 'A database operation did not work', remedy: ASK_SUPPORT },
	'KOS.00080003': {
		meaning: 'The knowledge base is closed',
		remedy: 'Enable the knowledge base on the KooSearch experience platform, then try again.',
	},
	'KOS.00080005': { meaning: 'Updating the knowledge base did not work', remedy: ASK_SUPPORT },
};

/** Codes of the API gateway by their number: `APIG.0301` and, on the shared gateway, `APIGW.0301` mean the same. */
const GATEWAY: Record<string, Entry> = {
	'0101': { meaning: 'This API does not exist or is not published', remedy: CHECK_ADDRESS },
	'0103': { meaning: "The gateway's backend is not set up", remedy: ASK_GATEWAY },
	'0104': { meaning: "The gateway's backend is not set up", remedy: ASK_GATEWAY },
	'0105': { meaning: "The gateway's backend is not set up", remedy: ASK_GATEWAY },
	'0106': { meaning: 'The gateway could not build the call', remedy: ASK_GATEWAY },
	'0107': { meaning: "The gateway's backend is not set up", remedy: ASK_GATEWAY },
	'0108': { meaning: 'The gateway does not know this API', remedy: CHECK_ADDRESS },
	'0201': {
		meaning: 'The gateway did not take the request',
		remedy: SMALLER,
	},
	'0202': { meaning: 'KooSearch is not available behind the gateway', remedy: ASK_GATEWAY },
	'0203': {
		meaning: 'KooSearch took too long to answer the gateway',
		remedy: SMALLER,
	},
	'0301': { meaning: 'The token was not accepted', remedy: CHECK_SIGN_IN },
	'0302': { meaning: 'The IAM user may not call this API', remedy: ASK_ACCESS },
	'0303': { meaning: 'The app was not accepted', remedy: CHECK_SIGN_IN },
	'0304': { meaning: 'The app is not authorized for this API', remedy: ASK_ACCESS },
	'0305': { meaning: 'The app was not accepted', remedy: CHECK_SIGN_IN },
	'0306': { meaning: 'Access was refused', remedy: ASK_ACCESS },
	'0307': {
		meaning: 'The token has expired or belongs to another region or project',
		remedy: CHECK_SIGN_IN,
	},
	'0308': {
		meaning: 'Too many calls in a short time',
		remedy: SLOWER,
	},
	'0310': {
		meaning: 'The project cannot be used',
		remedy: "Check 'Project ID' of the credential, and that the account is not in arrears.",
	},
	'0314': { meaning: "This machine's address may not call", remedy: ASK_ACCESS },
	'0401': { meaning: "This machine's address may not call", remedy: ASK_ACCESS },
};

const BY_STATUS: Record<number, Entry> = {
	400: { meaning: 'The request was not accepted', remedy: CHECK_INPUT },
	401: { meaning: 'Signing in was not accepted', remedy: CHECK_SIGN_IN },
	403: { meaning: 'Access was refused', remedy: ASK_ACCESS },
	404: { meaning: 'Nothing is there', remedy: CHECK_ADDRESS },
	413: {
		meaning: 'The request is too large',
		remedy: SMALLER,
	},
	429: GATEWAY['0308'],
	502: GATEWAY['0202'],
	503: { meaning: 'KooSearch is not available', remedy: LATER },
	504: GATEWAY['0203'],
};

/**
 * What to tell about an answer that is not 2xx.
 *
 * KooSearch prints its codes as `KOS.` and `kos.`; gateway codes come with the prefix `APIG.` (dedicated) or
 * `APIGW.` (shared). A code that isn't known is explained by its HTTP status.
 */
export function adviceFor(code: string | undefined, httpStatus: number, call: CallKind): Advice {
	const { meaning, remedy } = lookUp(code, httpStatus);
	return { meaning, remedy: typeof remedy === 'string' ? remedy : remedy(call) };
}

function lookUp(code: string | undefined, httpStatus: number): Entry {
	const upper = code?.toUpperCase() ?? '';
	if (/^KOS\.000200\d\d$/.test(upper)) {
		return { meaning: 'The vector store did not do its work', remedy: CHECK_STORE };
	}
	const gateway = /^APIGW?\.(\d{4})$/.exec(upper)?.[1];
	return (
		SERVICE[upper] ??
		(gateway === undefined ? undefined : GATEWAY[gateway]) ??
		BY_STATUS[httpStatus] ?? { meaning: 'No reason was given', remedy: ASK_SUPPORT }
	);
}

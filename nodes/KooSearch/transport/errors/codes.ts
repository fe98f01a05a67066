import type { Authentication } from '../auth/credential';
import type { Effect } from '../request';

/** What a code means, and what to do about it. */
export interface Explanation {
	meaning: string;
	hint: string;
}

/** What a hint may depend on. */
export interface CallKind {
	authentication: Authentication;
	/** A call without an effect reads: there are no IDs, and no options to set. */
	effect: Effect;
	/** Whether it sends a file. */
	isUpload?: boolean;
}

/** What the message about a failure may depend on. */
export interface FailureContext extends CallKind {
	/** Values that no text may show. */
	secrets: string[];
	/** How long one try may take, in milliseconds. */
	timeout: number;
}

type HintFor = (call: CallKind) => string;

interface Entry {
	meaning: string;
	hint: string | HintFor;
}

const LATER = 'Try again later.';
const CHECK_INPUT: HintFor = ({ effect }) =>
	effect === 'none'
		? "Check 'Knowledge Base', and the filters if there are any."
		: "Check 'Knowledge Base' and the IDs of this call: they have to belong to it.";
const SLOWER: HintFor = ({ effect }) =>
	effect === 'none'
		? LATER
		: "Lower 'Concurrent Calls' or raise 'Batch Interval (Ms)' in the node's options.";
const MAY_RAISE = 'of the API gateway; its administrator can raise it.';
/** Parameters of a dedicated gateway, as its page "Configuring Gateway Parameters" names them. */
const LARGER_BODY = `A file has to fit into 'request_body_size' (12 MB by default) ${MAY_RAISE}`;
const LONGER_WAIT = `A large file may take longer than 'backend_timeout' (60 seconds by default) ${MAY_RAISE}`;
const FEWER_IDS: HintFor = ({ effect }) =>
	effect === 'none' ? LATER : "Lower 'Items per Batch' in the node's options, or try again later.";
const SMALLER: HintFor = (call) => (call.isUpload ? LARGER_BODY : FEWER_IDS(call));
const FASTER: HintFor = (call) => (call.isUpload ? LONGER_WAIT : FEWER_IDS(call));
const ASK_SUPPORT =
	'Try again later; if it happens again, open a service ticket with Huawei Cloud and quote the code.';
const BY_AUTHENTICATION: Record<Authentication, string> = {
	iamUser:
		"The node has just signed in again, so the token itself is fresh. Check that 'Project ID' and 'IAM Endpoint' of the credential belong to the region of 'Base URL', and that the gateway accepts IAM users.",
	token:
		"A pasted token lasts 24 hours and belongs to one project. Paste a new one, or choose 'IAM User' as 'Authentication' of the credential: then the node signs in by itself and renews the token.",
	appCode:
		"Check 'AppCode' of the credential, and that the app is authorized for the KooSearch APIs with simple authentication turned on.",
	none: "No secret was sent, and this address asks for one. Choose another 'Authentication' in the credential, or enter the internal address of the service as 'Base URL'.",
};
const CHECK_AUTHENTICATION: HintFor = ({ authentication }) => BY_AUTHENTICATION[authentication];
const ASK_ACCESS =
	'Ask the administrator of the API gateway to allow these KooSearch APIs for the user or app of the credential.';
const CHECK_ADDRESS =
	"Check 'Base URL', 'Project ID' and 'Application ID' of the credential, and that the KooSearch APIs are published in the RELEASE environment of the gateway.";
const ASK_GATEWAY =
	'Try again later; if it happens again, ask the administrator of the API gateway to check how the KooSearch APIs are published.';
const CHECK_STORE =
	'The search cluster behind the knowledge base failed. Check its nodes in the CSS console, then try again.';

/**
 * Codes of the service that the calls of this node may be answered with (page ErrorCode; where a number is not printed
 * there, the order of the page was followed).
 */
const SERVICE: Record<string, Entry> = {
	'KOS.00010001': { meaning: 'The body is not valid JSON', hint: ASK_SUPPORT },
	'KOS.00010002': { meaning: 'A parameter is not valid', hint: CHECK_INPUT },
	'KOS.00010003': { meaning: 'A parameter is empty', hint: CHECK_INPUT },
	'KOS.00010004': { meaning: 'A parameter in the URL cannot be read', hint: CHECK_ADDRESS },
	'KOS.00010005': { meaning: 'The path is not valid', hint: CHECK_ADDRESS },
	'KOS.00010006': { meaning: 'A parameter has the wrong type', hint: CHECK_INPUT },
	'KOS.00040001': { meaning: 'The language model failed', hint: ASK_SUPPORT },
	'KOS.00040002': { meaning: 'Rewriting the question failed', hint: ASK_SUPPORT },
	'KOS.00040003': { meaning: 'Parsing a document failed', hint: ASK_SUPPORT },
	'KOS.00050001': { meaning: 'A document was not found', hint: CHECK_INPUT },
	'KOS.00050002': { meaning: 'A document cannot be read', hint: ASK_SUPPORT },
	'KOS.00050003': { meaning: "A document's record could not be written", hint: ASK_SUPPORT },
	'KOS.00050004': { meaning: 'Storing a document in OBS failed', hint: ASK_SUPPORT },
	'KOS.00050005': { meaning: 'KooSearch could not process JSON', hint: ASK_SUPPORT },
	'KOS.00050006': {
		meaning: 'A document is being processed and cannot be deleted',
		hint: 'Wait until it has been parsed, then try again.',
	},
	'KOS.00050008': {
		meaning: 'Too many calls in a short time',
		hint: SLOWER,
	},
	'KOS.00060001': {
		meaning: 'The database found nothing',
		hint: "Check 'Knowledge Base': it takes an ID, not a name, and this one may not exist in the application of the credential. Choose it 'From List' to be sure.",
	},
	'KOS.00060002': { meaning: 'A database operation failed', hint: ASK_SUPPORT },
	'KOS.00080002': {
		meaning: 'An empty knowledge base cannot be enabled',
		hint: 'Upload a file to it first.',
	},
	'KOS.00080003': {
		meaning: 'The knowledge base is closed',
		hint: "Enable the knowledge base with the operation 'Enable' or on the KooSearch experience platform, then try again.",
	},
	'KOS.00080004': {
		meaning: 'The dialogue has expired',
		hint: "Leave 'Chat ID' out to begin a new one; 'History' can carry over what was said.",
	},
	'KOS.00080005': { meaning: 'Updating the knowledge base failed', hint: ASK_SUPPORT },
};

/** Codes of the API gateway by their number: `APIG.0301` and, on the shared gateway, `APIGW.0301` mean the same. */
const GATEWAY: Record<string, Entry> = {
	'0101': { meaning: 'This API does not exist or is not published', hint: CHECK_ADDRESS },
	'0103': { meaning: "The gateway's backend is not set up", hint: ASK_GATEWAY },
	'0104': { meaning: "The gateway's backend is not set up", hint: ASK_GATEWAY },
	'0105': { meaning: "The gateway's backend is not set up", hint: ASK_GATEWAY },
	'0106': { meaning: 'The gateway could not build the call', hint: ASK_GATEWAY },
	'0107': { meaning: "The gateway's backend is not set up", hint: ASK_GATEWAY },
	'0108': { meaning: 'The gateway does not know this API', hint: CHECK_ADDRESS },
	'0201': {
		meaning: 'The gateway did not accept the request',
		hint: SMALLER,
	},
	'0202': { meaning: 'KooSearch is not available behind the gateway', hint: ASK_GATEWAY },
	'0203': {
		meaning: 'KooSearch took too long to answer the gateway',
		hint: FASTER,
	},
	'0301': { meaning: 'The token was not accepted', hint: CHECK_AUTHENTICATION },
	'0302': { meaning: 'The IAM user may not call this API', hint: ASK_ACCESS },
	'0303': { meaning: 'The app was not accepted', hint: CHECK_AUTHENTICATION },
	'0304': { meaning: 'The app is not authorized for this API', hint: ASK_ACCESS },
	'0305': { meaning: 'The app was not accepted', hint: CHECK_AUTHENTICATION },
	'0306': { meaning: 'Access was refused', hint: ASK_ACCESS },
	'0307': {
		meaning: 'The token has expired or belongs to another region or project',
		hint: CHECK_AUTHENTICATION,
	},
	'0308': {
		meaning: 'Too many calls in a short time',
		hint: SLOWER,
	},
	'0310': {
		meaning: 'The project cannot be used',
		hint: "Check 'Project ID' of the credential, and that the account is not in arrears.",
	},
	'0314': { meaning: "This machine's address may not call", hint: ASK_ACCESS },
	'0401': { meaning: "This machine's address may not call", hint: ASK_ACCESS },
};

const BY_STATUS: Record<number, Entry> = {
	400: { meaning: 'The request was not accepted', hint: CHECK_INPUT },
	401: { meaning: 'Authentication failed', hint: CHECK_AUTHENTICATION },
	403: { meaning: 'Access was refused', hint: ASK_ACCESS },
	404: { meaning: 'Not found', hint: CHECK_ADDRESS },
	413: {
		meaning: 'The request is too large',
		hint: SMALLER,
	},
	429: GATEWAY['0308'],
	502: GATEWAY['0202'],
	503: { meaning: 'KooSearch is not available', hint: LATER },
	504: GATEWAY['0203'],
};

/**
 * Explains an answer that is a refusal.
 *
 * KooSearch prints its codes as `KOS.` and `kos.`; gateway codes come with the prefix `APIG.` (dedicated) or
 * `APIGW.` (shared). A code that isn't known is explained by its HTTP status.
 */
export function explain(code: string | undefined, httpStatus: number, call: CallKind): Explanation {
	const { meaning, hint } = lookUp(code, httpStatus);
	return { meaning, hint: typeof hint === 'string' ? hint : hint(call) };
}

function lookUp(code: string | undefined, httpStatus: number): Entry {
	const upper = code?.toUpperCase() ?? '';
	if (/^KOS\.000200\d\d$/.test(upper)) {
		return { meaning: 'The vector store failed', hint: CHECK_STORE };
	}
	const gateway = /^APIGW?\.(\d{4})$/.exec(upper)?.[1];
	return (
		SERVICE[upper] ??
		(gateway === undefined ? undefined : GATEWAY[gateway]) ??
		BY_STATUS[httpStatus] ?? { meaning: 'No reason was given', hint: ASK_SUPPORT }
	);
}

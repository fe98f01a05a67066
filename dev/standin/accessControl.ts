import { randomBytes } from 'node:crypto';

import { gatewayRefusal, iamRefusal } from './refusals';

const MINUTE = 60_000;
/** How long a token lasts (page "Obtaining a User Token Through Password Authentication"). */
const TOKEN_LIFETIME = 24 * 60 * MINUTE;
const LOCK_AFTER_FAILURES = 5;
const LOCK_LASTS = 15 * MINUTE;

/** An IAM user; times are milliseconds since 1970. */
export interface Account {
	domainName: string;
	userName: string;
	password: string;
	/** Wrong passwords in a row. */
	failures: number;
	lockedUntil: number;
}

/** The codes that a token can be refused with once it has expired; the documentation names both. */
export type ExpiryCode = 'APIG.0301' | 'APIG.0307';

export interface IssuedToken {
	projectId: string;
	/** Milliseconds since 1970. */
	expiresAt: number;
	/** What the gateway says from then on. */
	expiryCode: ExpiryCode;
}

/** Who may call: IAM users, the tokens issued to them, and AppCodes. */
export class AccessControl {
	readonly accounts: Account[] = [];
	readonly appCodes = new Set(['standin-app-code'.padEnd(64, '0')]);
	readonly tokens = new Map<string, IssuedToken>();
	/** As at the service's internal address, which has no gateway in front. Not documented: that it asks for nothing. */
	isInternal = false;

	constructor(private readonly projectId: string) {
		this.addAccount('standin-account', 'standin-user', 'standin-password');
	}

	addAccount(domainName: string, userName: string, password: string): Account {
		const account = { domainName, userName, password, failures: 0, lockedUntil: 0 };
		this.accounts.push(account);
		return account;
	}

	/** Earlier tokens stay valid, as at IAM. Without a `value` the token is random and as long as real ones. */
	issueToken(token: Partial<IssuedToken> & { value?: string } = {}): string {
		const { value = randomBytes(1200).toString('base64url') } = token;
		this.tokens.set(value, {
			projectId: token.projectId ?? this.projectId,
			expiresAt: token.expiresAt ?? Date.now() + TOKEN_LIFETIME,
			expiryCode: token.expiryCode ?? 'APIG.0307',
		});
		return value;
	}

	/** Ends all tokens issued so far. */
	expireTokens(expiryCode: ExpiryCode = 'APIG.0307'): void {
		for (const token of this.tokens.values()) Object.assign(token, { expiresAt: 0, expiryCode });
	}

	/** @throws Refusal 401 for a token that is missing, unknown, expired or of another project */
	checkToken(value: unknown): true {
		if (this.isInternal) return true;
		const token = typeof value === 'string' ? this.tokens.get(value) : undefined;
		if (!token) {
			const what = value === undefined ? 'X-Auth-Token is missing' : 'decrypt token fail';
			throw gatewayRefusal(401, 'APIG.0301', `Incorrect IAM authentication information: ${what}`);
		}
		if (token.expiresAt <= Date.now()) {
			throw gatewayRefusal(401, token.expiryCode, 'The token must be updated: token expired');
		}
		if (token.projectId !== this.projectId) {
			throw gatewayRefusal(
				401,
				'APIG.0307',
				'The token must be updated: another project or region',
			);
		}
		return true;
	}

	/** @throws Refusal 401 for an AppCode that isn't known */
	checkAppCode(value: unknown): true {
		if (typeof value === 'string' && this.appCodes.has(value)) return true;
		throw gatewayRefusal(
			401,
			'APIG.0303',
			'Incorrect app authentication information: app not found',
		);
	}

	/** @throws Refusal 401 for a wrong name or password, and for an account that is locked for 15 minutes */
	checkPassword(domainName: string, userName: string, password: string): Account {
		const account = this.accounts.find(
			(one) => one.domainName === domainName && one.userName === userName,
		);
		if (account && account.lockedUntil > Date.now()) {
			throw iamRefusal(401, 'The account is locked. Try again 15 minutes later.');
		}
		if (account?.password !== password) {
			if (account) countFailure(account);
			throw iamRefusal(401, 'The username or password is wrong.');
		}
		account.failures = 0;
		return account;
	}
}

function countFailure(account: Account): void {
	account.failures += 1;
	if (account.failures < LOCK_AFTER_FAILURES) return;
	account.lockedUntil = Date.now() + LOCK_LASTS;
	account.failures = 0;
}

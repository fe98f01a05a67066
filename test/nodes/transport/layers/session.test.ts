import type { IDataObject } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { ApiFailure } from '../../../../nodes/KooSearch/transport/errors/failure';
import { judgeThrown } from '../../../../nodes/KooSearch/transport/errors/networkErrors';
import { withRateLimit } from '../../../../nodes/KooSearch/transport/layers/rateLimit';
import { withSession } from '../../../../nodes/KooSearch/transport/layers/session';
import type { ApiCall, Send } from '../../../../nodes/KooSearch/transport/request';
import { apiCall, answer, contextOf, rejection, scripted } from '../fixtures';

beforeEach(() => {
	jest.useFakeTimers();
	jest.spyOn(Math, 'random').mockReturnValue(1);
});

afterEach(() => jest.useRealTimers());

let nextKey = 0;

/** An account at IAM, the token that n8n keeps, and a gateway that takes certain tokens only. */
class Account {
	readonly key = `account ${nextKey++}`;

	readonly accepted = new Set<string>();

	/** The tokens that calls came with. */
	readonly sentWith: string[] = [];

	signIns = 0;

	/** What a sign-in does beside giving a new token. */
	onSignIn: () => Promise<void> = async () => {};

	constructor(public stored = '') {}

	readonly gateway: Send = async <T>({ effect, history }: ApiCall<T>) => {
		history.sent++;
		this.sentWith.push(this.stored);
		if (!this.accepted.has(this.stored)) throw unauthorized({ effect });
		return 'done' as T;
	};

	/** The layer of one run. */
	run(fields: { token?: string; signal?: AbortSignal; send?: Send } = {}): Send {
		const { token = this.stored, signal, send = this.gateway } = fields;
		const signIn = {
			key: this.key,
			storedToken: async () => this.stored,
			signIn: async () => {
				this.signIns++;
				await this.onSignIn();
				this.renew();
			},
			signal,
		};
		return withSession(send, signIn, token);
	}

	renew(token = `token ${this.signIns}`): void {
		this.accepted.add(token);
		this.stored = token;
	}
}

function unauthorized(fields: Parameters<typeof contextOf>[0] = {}): ApiFailure {
	return failureFor({ response: { status: 401, data: {} } }, fields);
}

/** What the door makes of an error of n8n-core's. */
function failureFor(
	fields: IDataObject,
	context: Parameters<typeof contextOf>[0] = { effect: 'none' },
): ApiFailure {
	return judgeThrown(Object.assign(new Error('wrapped'), fields), contextOf(context))!;
}

const refusedSignIn = () => failureFor({ name: 'SignInRefused', message: 'Wrong password.' });
const signInOutage = () => failureFor({ name: 'SignInUnavailable', message: 'IAM is down.' });

/** Sends so many calls through one layer at the same time. */
async function sendAll(layer: Send, count: number): Promise<unknown[]> {
	const calls = Promise.all(
		Array.from({ length: count }, async () => await layer(apiCall()).catch((error) => error)),
	);
	await jest.runAllTimersAsync();
	return await calls;
}

/** A sign-in that takes until it is told to go on. */
function gate() {
	let open = () => {};
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { open: () => open(), opened };
}

describe('A sign-in', () => {
	it('is not needed while the token is good', async () => {
		const account = new Account();
		account.renew('good');
		expect(await sendAll(account.run(), 3)).toEqual(['done', 'done', 'done']);
		expect(account.signIns).toBe(0);
	});

	it('comes before the first call when there is no token', async () => {
		const account = new Account();
		expect(await sendAll(account.run(), 1)).toEqual(['done']);
		expect(account.sentWith).toEqual(['token 1']);
	});

	it('serves all calls of a run that find no token', async () => {
		const account = new Account();
		expect(await sendAll(account.run(), 5)).toEqual(Array(5).fill('done'));
		expect(account.signIns).toBe(1);
	});

	it('serves all calls of a run whose token has expired', async () => {
		const account = new Account('expired');
		const layer = account.run();
		expect(await sendAll(layer, 5)).toEqual(Array(5).fill('done'));
		expect(account.signIns).toBe(1);
		expect(account.sentWith.filter((token) => token === 'expired')).toHaveLength(5);
		await sendAll(layer, 3);
		expect(account.signIns).toBe(1);
	});

	it('serves a call that finds out late that the token it was sent with has expired', async () => {
		const account = new Account('expired');
		const late = gate();
		const send: Send = async (call) => {
			if (call.path !== '/late' || call.history.sent > 0) return await account.gateway(call);
			call.history.sent++;
			await late.opened;
			throw unauthorized();
		};
		const layer = account.run({ send });
		const slow = layer({ ...apiCall(), path: '/late' });
		await layer(apiCall());
		late.open();
		expect(await slow).toBe('done');
		expect(account.signIns).toBe(1);
	});

	it('serves several runs that need it at the same time', async () => {
		const account = new Account('expired');
		const runs = [account.run(), account.run(), account.run()];
		const outcomes = await Promise.all(runs.map(async (layer) => await sendAll(layer, 3)));
		expect(outcomes.flat()).toEqual(Array(9).fill('done'));
		expect(account.signIns).toBe(1);
	});

	it('is not shared by two accounts', async () => {
		const accounts = [new Account(), new Account()];
		await Promise.all(accounts.map(async (account) => await sendAll(account.run(), 2)));
		expect(accounts.map(({ signIns }) => signIns)).toEqual([1, 1]);
	});

	it('is not needed when another process has renewed the token', async () => {
		const account = new Account('expired');
		const layer = account.run();
		account.renew('renewed elsewhere');
		account.accepted.delete('expired');
		const send = scripted(401, 200);
		expect(await sendAll(account.run({ token: 'expired', send: send.send }), 1)).toEqual([200]);
		expect(await sendAll(layer, 1)).toEqual(['done']);
		expect(account.signIns).toBe(0);
	});

	it('is done again when the token expires a second time', async () => {
		const account = new Account();
		const layer = account.run();
		await sendAll(layer, 2);
		account.accepted.clear();
		expect(await sendAll(layer, 2)).toEqual(['done', 'done']);
		expect(account.signIns).toBe(2);
	});
});

describe('A refused sign-in', () => {
	it('is not tried again, and every call of the run gets its failure', async () => {
		const account = new Account();
		account.onSignIn = async () => await Promise.reject(refusedSignIn());
		const layer = account.run();
		for (const failure of [...(await sendAll(layer, 4)), ...(await sendAll(layer, 2))]) {
			expect(failure).toMatchObject({
				message: 'Wrong password.',
				facts: { kind: 'signIn', scope: 'run', mayHaveTakenEffect: false },
			});
		}
		expect([account.signIns, account.sentWith]).toEqual([1, []]);
	});

	it('is the outcome of every run that waited for it, and is tried again by a later one', async () => {
		const account = new Account();
		account.onSignIn = async () => await Promise.reject(refusedSignIn());
		const runs = [account.run(), account.run()];
		const outcomes = await Promise.all(runs.map(async (layer) => await sendAll(layer, 2)));
		for (const failure of outcomes.flat()) expect(failure).toBeInstanceOf(ApiFailure);
		expect(account.signIns).toBe(1);
		account.onSignIn = async () => {};
		expect(await sendAll(account.run(), 1)).toEqual(['done']);
		expect(account.signIns).toBe(2);
	});

	it('does not matter when n8n stored a new token anyway', async () => {
		const account = new Account('expired');
		account.onSignIn = async () => {
			account.renew('new');
			throw failureFor({ response: { status: 403, data: {} } });
		};
		expect(await sendAll(account.run(), 2)).toEqual(['done', 'done']);
		expect(account.signIns).toBe(1);
	});
});

describe('An outage of IAM', () => {
	it('is waited for, twice as long each time', async () => {
		const account = new Account();
		const triedAt: number[] = [];
		const start = performance.now();
		account.onSignIn = async () => {
			triedAt.push(performance.now() - start);
			if (triedAt.length < 4) throw signInOutage();
		};
		expect(await sendAll(account.run(), 3)).toEqual(['done', 'done', 'done']);
		expect(triedAt).toEqual([0, 500, 1500, 3500]);
	});

	it('ends the run after 5 attempts', async () => {
		const account = new Account();
		account.onSignIn = async () => await Promise.reject(signInOutage());
		const layer = account.run();
		const failures = [...(await sendAll(layer, 3)), ...(await sendAll(layer, 1))];
		for (const failure of failures) {
			expect(failure).toMatchObject({ message: 'IAM is down.', facts: { scope: 'run' } });
		}
		expect(account.signIns).toBe(5);
	});

	it('is found out by one sign-in at a time, however many runs share it', async () => {
		const account = new Account();
		let atOnce = 0;
		let most = 0;
		account.onSignIn = async () => {
			most = Math.max(most, ++atOnce);
			await sleep(100);
			atOnce--;
			throw signInOutage();
		};
		const start = performance.now();
		const ended = await Promise.all([1, 2, 3, 4].map(async () => await sendAll(account.run(), 20)));
		expect(ended.flat()).toHaveLength(80);
		for (const failure of ended.flat()) expect(failure).toMatchObject({ message: 'IAM is down.' });
		expect([account.signIns, most]).toEqual([5, 1]);
		expect(performance.now() - start).toBeLessThan(15_000);
	});

	it('ends the wait at once when IAM asks for more than there is', async () => {
		const account = new Account();
		account.onSignIn = async () => {
			throw new ApiFailure({ ...signInOutage().facts, retryAfter: 60_000 });
		};
		const start = performance.now();
		expect(await sendAll(account.run(), 1)).toMatchObject([{ message: 'IAM is down.' }]);
		expect([account.signIns, performance.now() - start]).toEqual([1, 0]);
	});

	it('is waited for as long as IAM says, whatever happens to the wall clock', async () => {
		const account = new Account();
		const triedAt: number[] = [];
		const start = performance.now();
		account.onSignIn = async () => {
			triedAt.push(performance.now() - start);
			jest.setSystemTime(Date.now() - 60_000);
			if (triedAt.length < 3) throw new ApiFailure({ ...signInOutage().facts, retryAfter: 3_000 });
		};
		expect(await sendAll(account.run(), 2)).toEqual(['done', 'done']);
		expect(triedAt).toEqual([0, 3_000, 6_000]);
	});

	it('ends the run when no further attempt could start within 15 seconds', async () => {
		const account = new Account();
		account.onSignIn = async () => {
			await sleep(10_000);
			throw signInOutage();
		};
		expect(await sendAll(account.run(), 1)).toMatchObject([{ message: 'IAM is down.' }]);
		expect(account.signIns).toBe(2);
	});

	it('is not waited for by a run that is canceled', async () => {
		const account = new Account();
		const controller = new AbortController();
		account.onSignIn = async () => await Promise.reject(signInOutage());
		const failure = rejection(account.run({ signal: controller.signal })(apiCall()));
		await jest.advanceTimersByTimeAsync(100);
		controller.abort();
		expect((await failure).facts.kind).toBe('canceled');
		await jest.runAllTimersAsync();
		expect(account.signIns).toBe(1);
	});
});

describe('A cancellation', () => {
	it('of the run that signs in hands over to the next one at once', async () => {
		const account = new Account();
		const controller = new AbortController();
		account.onSignIn = async () => {
			if (account.signIns === 1) await new Promise(() => {});
		};
		const first = rejection(account.run({ signal: controller.signal })(apiCall()));
		const second = account.run()(apiCall());
		await jest.advanceTimersByTimeAsync(100);
		expect(account.signIns).toBe(1);
		const before = performance.now();
		controller.abort();
		expect((await first).facts).toMatchObject({ kind: 'canceled', mayHaveTakenEffect: false });
		expect(await second).toBe('done');
		expect([account.signIns, performance.now()]).toEqual([2, before]);
	});

	it('of a run that waits leaves the sign-in to the others', async () => {
		const account = new Account();
		const controller = new AbortController();
		const { open, opened } = gate();
		account.onSignIn = async () => await opened;
		const first = account.run()(apiCall());
		const second = rejection(account.run({ signal: controller.signal })(apiCall()));
		await jest.advanceTimersByTimeAsync(100);
		controller.abort();
		expect((await second).facts.kind).toBe('canceled');
		open();
		expect(await first).toBe('done');
		expect(account.signIns).toBe(1);
	});

	it('keeps a run from signing in at all', async () => {
		const account = new Account();
		const failure = await rejection(account.run({ signal: AbortSignal.abort() })(apiCall()));
		expect(failure.facts.kind).toBe('canceled');
		expect(account.signIns).toBe(0);
	});
});

describe('A fresh token', () => {
	it('that is refused for a moment is tried once more, a second later', async () => {
		const account = new Account('expired');
		const { sentAt, send } = scripted(401, 401, 200);
		expect(await sendAll(account.run({ send }), 1)).toEqual([200]);
		expect(sentAt).toEqual([0, 0, 1000]);
		expect(account.signIns).toBe(1);
	});

	it('that is still refused then ends the run', async () => {
		const account = new Account('expired');
		const { sentAt, send } = scripted(401);
		const [failure] = await sendAll(account.run({ send }), 1);
		expect(failure).toMatchObject({ facts: { httpStatus: 401, scope: 'run' } });
		expect(sentAt).toHaveLength(3);
		expect(account.signIns).toBe(1);
	});

	it('that is the old one again is not tried a third time', async () => {
		const account = new Account('refused');
		const { sentAt, send } = scripted(401);
		const signIn = {
			key: account.key,
			storedToken: async () => 'refused',
			signIn: async () => {},
		};
		const [failure] = await sendAll(withSession(send, signIn, 'refused'), 1);
		expect(failure).toMatchObject({ facts: { httpStatus: 401 } });
		expect(sentAt).toEqual([0, 0]);
	});
});

describe('Other outcomes of a call pass through', () => {
	it.each([400, 403, 429, 500])('HTTP %i', async (status) => {
		const account = new Account('good');
		const { sentAt, send } = scripted(answer(status));
		const [failure] = await sendAll(account.run({ send }), 1);
		expect(failure).toMatchObject({ facts: { httpStatus: status } });
		expect([sentAt, account.signIns]).toEqual([[0], 0]);
	});

	it('an unexpected error, unchanged', async () => {
		const error = new TypeError('x is not a function');
		const account = new Account('good');
		const [thrown] = await sendAll(account.run({ send: scripted(error).send }), 1);
		expect(thrown).toBe(error);
	});

	it('an unexpected error at the sign-in, unchanged', async () => {
		const error = new TypeError('x is not a function');
		const account = new Account();
		account.onSignIn = async () => await Promise.reject(error);
		expect(await sendAll(account.run(), 2)).toEqual([error, error]);
		expect(account.signIns).toBe(1);
	});
});

it('A gateway that is down while the token is renewed is tried again for as long as any outage', async () => {
	const account = new Account('expired');
	const start = performance.now();
	account.onSignIn = async () => {
		// As long as the gateway is down, n8n-core does not find out that the token has expired.
		if (performance.now() - start < 20_000) {
			throw failureFor({ response: { status: 503, data: {} } });
		}
	};
	const times = { batchInterval: 0, retryFor: 120_000, retryFirstFor: 120_000 };
	expect(await sendAll(withRateLimit(account.run(), times), 2)).toEqual(['done', 'done']);
});

it('A sign-in without an answer is not taken for a call that may have taken effect', async () => {
	const account = new Account();
	account.onSignIn = async () => await Promise.reject(failureFor({ code: 'ECONNRESET' }));
	const call = apiCall('once');
	const times = { batchInterval: 0, retryFor: 60_000, retryFirstFor: 60_000 };
	const failure = rejection(withRateLimit(account.run(), times)(call));
	await jest.runAllTimersAsync();
	expect((await failure).facts.kind).toBe('network');
	expect(call.history).toEqual({ sent: 0, mayHaveTakenEffect: false });
});

it("Runs with different expired tokens do not take over each other's", async () => {
	const account = new Account('expired 2');
	const runs = [account.run({ token: 'expired 1' }), account.run()];
	const outcomes = Promise.all(runs.map(async (layer) => await layer(apiCall()).catch((e) => e)));
	await jest.runAllTimersAsync();
	expect(await outcomes).toEqual(['done', 'done']);
	expect(account.signIns).toBe(1);
});

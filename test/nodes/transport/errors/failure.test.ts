import type { FailureFacts } from '../../../../nodes/KooSearch/transport/errors/failure';
import {
	ApiFailure,
	canceled,
	mustNotRepeat,
} from '../../../../nodes/KooSearch/transport/errors/failure';

function failure(facts: Partial<FailureFacts> = {}): ApiFailure {
	return new ApiFailure({
		kind: 'http',
		scope: 'call',
		what: 'It failed.',
		hint: 'Do this.',
		effect: 'idempotent',
		mayHaveTakenEffect: false,
		isTransient: false,
		...facts,
	});
}

describe('The message', () => {
	it('says what happened and what to do', () => {
		expect(failure().message).toBe('It failed. Do this.');
		expect(failure({ hint: '' }).message).toBe('It failed.');
	});

	it('says by the effect of the call whether it may be run again', () => {
		const messageFor = (effect: FailureFacts['effect']) =>
			failure({ effect, mayHaveTakenEffect: true }).message;
		expect(messageFor('none')).toBe('It failed. Do this.');
		expect(messageFor('idempotent')).toContain('not known; running it again is safe.');
		expect(messageFor('once')).toContain('not known: look before you run it again.');
	});
});

it('An earlier attempt that may have taken effect is part of the failure', () => {
	const refused = failure();
	expect(refused.withEarlierEffect(false)).toBe(refused);
	const { facts, message } = refused.withEarlierEffect(true);
	expect(facts).toEqual({ ...refused.facts, mayHaveTakenEffect: true });
	expect(message).toContain('Whether the call took effect is not known');
});

it('A failure that ends the run says why', () => {
	const { facts, message } = failure().endingRun('That was it.');
	expect(facts.scope).toBe('run');
	expect(message).toBe('It failed. That was it. Do this.');
});

it('Only a call that would be done twice must not be repeated', () => {
	const done = { mayHaveTakenEffect: true };
	expect(mustNotRepeat(failure({ ...done, effect: 'once' }))).toBe(true);
	expect(mustNotRepeat(failure({ ...done, effect: 'idempotent' }))).toBe(false);
	expect(mustNotRepeat(failure({ ...done, effect: 'none' }))).toBe(false);
	expect(mustNotRepeat(failure({ effect: 'once' }))).toBe(false);
});

it('A cancellation ends the run, and says when a call may have taken effect', () => {
	expect(canceled('once').message).toBe('The execution was canceled.');
	expect(canceled('once').facts).toMatchObject({ kind: 'canceled', scope: 'run' });
	expect(canceled('once', true).message).toContain('look before you run it again');
});

it('The cause is kept', () => {
	const cause = { name: 'Error', message: 'inner' };
	expect(failure({ cause }).cause).toBe(cause);
});

import { explain } from '../../../../nodes/KooSearch/transport/errors/codes';
import type { CallKind } from '../../../../nodes/KooSearch/transport/errors/codes';

const changing: CallKind = { authentication: 'token', effect: 'idempotent' };
const reading: CallKind = { authentication: 'token', effect: 'none' };

it.each(['KOS.00060001', 'kos.00060001'])('The code %s is known, however it is spelled', (code) => {
	expect(explain(code, 400, changing).meaning).toBe('The database found nothing');
});

it.each(['KOS.00020001', 'KOS.00020042'])('The code %s means the vector store', (code) => {
	const { meaning, hint } = explain(code, 400, changing);
	expect(meaning).toContain('vector store');
	expect(hint).toContain('CSS console');
});

it.each(['APIG.0302', 'APIGW.0302', 'apig.0302'])('The code %s means the gateway', (code) => {
	expect(explain(code, 400, changing).meaning).toBe('The IAM user may not call this API');
});

it.each([
	undefined,
	'',
	'OTHER.1',
	'KOS.000200',
	'KOS.0002000x',
	'KOS.0002001',
	'KOS.000200011',
	'MY-KOS.00020001',
	'APIG.9999',
	'APIG.03020',
	'APIG.302',
	'MY-APIG.0302',
	'0302',
])('The code %p is explained by the status', (code) => {
	expect(explain(code, 413, changing).meaning).toBe('The request is too large');
	expect(explain(code, 418, changing).meaning).toBe('No reason was given');
});

it('The hint depends on how the node signs in', () => {
	const hintFor = (authentication: CallKind['authentication']) =>
		explain('APIG.0301', 401, { ...changing, authentication }).hint;
	expect(hintFor('iamUser')).toContain("'IAM Endpoint'");
	expect(hintFor('token')).toContain("'IAM User'");
	expect(hintFor('appCode')).toContain("'AppCode'");
});

it.each([400, 413, 429, 504])(
	'The hint speaks of IDs and options only where there are some (HTTP %i)',
	(status) => {
		expect(explain(undefined, status, changing).hint).toMatch(/IDs|options/);
		expect(explain(undefined, status, reading).hint).not.toMatch(/IDs|options/);
	},
);

import { adviceFor } from '../../../nodes/KooSearch/transport/errorCodes';
import type { CallKind } from '../../../nodes/KooSearch/transport/errorCodes';

const sending: CallKind = { authentication: 'token', listing: false };

it.each(['KOS.00060001', 'kos.00060001'])('knows %s, however it is spelled', (code) => {
	expect(adviceFor(code, 400, sending).meaning).toBe('The database found nothing');
});

it.each(['KOS.00020001', 'KOS.00020042'])('knows the vector store by %s', (code) => {
	const { meaning, remedy } = adviceFor(code, 400, sending);
	expect(meaning).toContain('vector store');
	expect(remedy).toContain('CSS console');
});

it.each(['APIG.0302', 'APIGW.0302', 'apig.0302'])('knows the gateway by %s', (code) => {
	expect(adviceFor(code, 400, sending).meaning).toBe('The IAM user may not call this API');
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
])('explains %p by the status', (code) => {
	expect(adviceFor(code, 413, sending).meaning).toBe('The request is too large');
	expect(adviceFor(code, 418, sending).meaning).toBe('No reason was given');
});

it('knows how to get unstuck for each way to sign in', () => {
	const remedyFor = (authentication: CallKind['authentication']) =>
		adviceFor('APIG.0301', 401, { ...sending, authentication }).remedy;
	expect(remedyFor('iamUser')).toContain("'IAM Endpoint'");
	expect(remedyFor('token')).toContain("'IAM User'");
	expect(remedyFor('appCode')).toContain("'AppCode'");
});

it.each([400, 413, 429, 504])(
	'tells of IDs and options only where there are some (%i)',
	(status) => {
		expect(adviceFor(undefined, status, sending).remedy).toMatch(/IDs|options/);
		const listing = adviceFor(undefined, status, { ...sending, listing: true }).remedy;
		expect(listing).not.toMatch(/IDs|options/);
	},
);

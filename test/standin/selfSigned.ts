import { generateKeyPairSync, sign } from 'node:crypto';

/** ASN.1 tags and encoded object identifiers. */
const [INTEGER, BITS, OCTETS, UTF8, UTC_TIME, SEQUENCE, SET] = [2, 3, 4, 12, 23, 0x30, 0x31];
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const IP_ADDRESS = 0x87;
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');
const DAY = 86_400_000;

/** Makes a certificate for 127.0.0.1 that nobody trusts, and its key; both PEM, valid for a day. */
export function selfSigned(): { key: string; cert: string } {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
	const commonName = der(SEQUENCE, COMMON_NAME, der(UTF8, Buffer.from('standin')));
	const name = der(SEQUENCE, der(SET, commonName));
	const loopback = der(SEQUENCE, der(IP_ADDRESS, Buffer.from([127, 0, 0, 1])));
	const contents = der(
		SEQUENCE,
		der(VERSION, der(INTEGER, Buffer.from([2]))),
		der(INTEGER, Buffer.from([1])),
		algorithm,
		name,
		der(SEQUENCE, utcTime(Date.now() - DAY), utcTime(Date.now() + DAY)),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
		der(EXTENSIONS, der(SEQUENCE, der(SEQUENCE, SUBJECT_ALT_NAME, der(OCTETS, loopback)))),
	);
	const signature = Buffer.concat([Buffer.from([0]), sign('sha256', contents, privateKey)]);
	const certificate = der(SEQUENCE, contents, algorithm, der(BITS, signature));
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
	};
}

/** One element: tag, length, content. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
	const content = Buffer.concat(parts);
	const { length } = content;
	const short = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : undefined;
	return Buffer.concat([
		Buffer.from([tag, ...(short ?? [0x82, length >> 8, length & 0xff])]),
		content,
	]);
}

/** Such as 260131235959Z. */
function utcTime(time: number): Buffer {
	const digits = new Date(time).toISOString().replace(/\D/g, '').slice(2, 14);
	return der(UTC_TIME, Buffer.from(`${digits}Z`));
}

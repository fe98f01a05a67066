import { generate } from 'selfsigned';

/** Makes a certificate for 127.0.0.1 that nobody trusts, and its key; both PEM. */
export async function selfSigned(): Promise<{ key: string; cert: string }> {
	const { private: key, cert } = await generate([{ name: 'commonName', value: 'standin' }], {
		keyType: 'ec',
		extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
	});
	return { key, cert };
}

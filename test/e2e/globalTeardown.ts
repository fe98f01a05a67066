/* eslint-disable @n8n/community-nodes/no-restricted-globals */
export default async function globalTeardown(): Promise<void> {
	await globalThis.stopN8n?.();
}

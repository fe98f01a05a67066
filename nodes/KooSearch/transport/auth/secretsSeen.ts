/** The secrets of each run, by its context. What a run says at its end must not show those of its beginning either. */
const seen = new WeakMap<object, string[]>();

/** @param secrets a list that may grow; see `learnSecrets` */
export function rememberSecrets(context: object, secrets: string[]): void {
	seen.set(context, secrets);
}

/** Every secret that the run has had so far; none before it has opened a client. */
export function secretsSeen(context: object): string[] {
	return seen.get(context) ?? [];
}

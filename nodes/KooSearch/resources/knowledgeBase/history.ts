import { z } from 'zod';

import { formatValue, InvalidValueError } from '../../parameters/values';

const messages = z.array(
	z.object({ role: z.enum(['user', 'assistant']), content: z.string().min(1) }),
);

const RULE =
	'It is a JSON array of questions and answers in turn, such as [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}].';

/**
 * The texts of what was said before: question, answer, question, answer. With the question that follows their number is odd, as the
 * chat demands (page GenerateAnswer).
 *
 * @throws InvalidValueError
 */
export function readHistory(value: unknown): string[] {
	const parsed = messages.safeParse(typeof value === 'string' ? parseJson(value) : value);
	if (!parsed.success)
		throw new InvalidValueError(`${formatValue(value)} is not a history. ${RULE}`);
	const { data } = parsed;
	if (data.length % 2 === 1) {
		throw new InvalidValueError(
			`It has ${data.length} messages, an odd number, so a question has no answer. ${RULE}`,
		);
	}
	// Huawei's own example calls the answers 'user' too.
	const takesTurns = data.every(({ role }, n) => n % 2 === 1 || role === 'user');
	if (takesTurns) return data.map(({ content }) => content);
	throw new InvalidValueError(`Its questions and answers don't alternate. ${RULE}`);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

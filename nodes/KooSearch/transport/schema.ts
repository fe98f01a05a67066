import { z } from 'zod';

/** What the body of an answer has to be. */
export type Schema<T> = z.ZodType<T, z.ZodTypeDef, unknown>;

/** A number of things. */
export const count = z
	.number({ required_error: 'is missing', invalid_type_error: 'is not a number' })
	.int('is not a whole number')
	.min(0, 'is negative');

/** An ID that has to be there. */
export const idText = z.string({ message: 'is not an ID' }).min(1, 'is empty');

/** A list that has to be there. */
export function listOf<T extends z.ZodTypeAny>(element: T): z.ZodArray<T> {
	return z.array(element, {
		required_error: 'is missing',
		invalid_type_error: 'is not a list',
	});
}

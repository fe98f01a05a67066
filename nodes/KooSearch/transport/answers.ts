import { z } from 'zod';

/** A number of things. */
export const count = z
	.number({ required_error: 'is missing', invalid_type_error: 'is not a number' })
	.int('is not a whole number')
	.min(0, 'is negative');

/** A list that has to be there. */
export function listOf<T extends z.ZodTypeAny>(element: T): z.ZodArray<T> {
	return z.array(element, {
		required_error: 'is missing',
		invalid_type_error: 'is not a list',
	});
}

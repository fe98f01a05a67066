import type { NoOptions, OptionTable } from '../../parameters/options';
import { optionsField, readOptions } from '../../parameters/options';
import { batchOptions } from '../../descriptions/batchOptions';
import type { Operation } from '../operation';
import type { BatchOperation, RunOptions } from './definition';
import { subjectsOf } from './readItem';
import { runOverItems } from './runOverItems';

/** Completes an operation on many IDs: its options, and the way from input items to output items. */
export function batchOperation<Answer extends object, Own extends OptionTable = NoOptions>(
	definition: BatchOperation<Answer, Own>,
): Operation {
	const { resource, option, fields, idsField, doneKey } = definition;
	const table = { ...batchOptions, ...definition.options };
	return {
		resource,
		option,
		fields: [...fields, idsField, optionsField(table)],
		doneKey,
		subjectsOf: (context, itemIndex) => subjectsOf(context, definition, itemIndex),
		run: async (context) => {
			const options = readOptions(context, table) as RunOptions<Own>;
			return await runOverItems({ context, operation: definition, options });
		},
	};
}

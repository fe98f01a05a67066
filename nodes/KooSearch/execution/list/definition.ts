import type { OptionTable, OptionValues } from '../../parameters/options';
import type { ReadField } from '../../parameters/readField';
import type { Noun } from '../../parameters/values';
import type { OperationDefinition } from '../operation';
import type { KooSearchRecord, ListEndpoint } from './endpoints';
import type { ActiveFilter, Filter, FilteredList } from './filters';

/** What one operation that lists states. `Own` are the options that only this operation has. */
export interface GetManyOperation<Own extends OptionTable> extends OperationDefinition {
	/** What a record stands for. */
	noun: Noun;
	filters: Filter[];
	/** Which list an item asks for. */
	readEndpoint(read: ReadField): ListEndpoint;
	/** Adds fields that need all records; for lists without pages. */
	complete?(records: KooSearchRecord[]): KooSearchRecord[];
	/** Adds fields to a record that people look for. */
	describe?(record: KooSearchRecord): KooSearchRecord;
	options?: Own;
	/** Adds fields that need further calls. @throws ApiFailure */
	extend?(
		records: KooSearchRecord[],
		options: OptionValues<Own>,
		list: FilteredList,
	): Promise<KooSearchRecord[]>;
}

/** What one input item requests. */
export interface ListRequest<Own extends OptionTable> {
	itemIndex: number;
	endpoint: ListEndpoint;
	filters: ActiveFilter[];
	options: OptionValues<Own>;
	/** Infinity for Return All. */
	limit: number;
}

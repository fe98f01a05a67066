import type { OptionTable, OptionValues } from '../../parameters/options';
import type { ReadField } from '../../parameters/readField';
import type { Noun } from '../../parameters/values';
import type { OperationDefinition } from '../operation';
import type { KooSearchRecord, ListEndpoint } from './endpoints';
import type { ActiveFilter, Filter, FilteredList } from './filters';

/** An operation that lists: what differs from one to the next. `Own` are the options that only this operation has. */
export interface GetManyOperation<Own extends OptionTable> extends OperationDefinition {
	/** What a record stands for. */
	noun: Noun;
	filters: Filter[];
	/** Which list an item asks for. */
	readEndpoint(read: ReadField): ListEndpoint;
	/** Adds what is known only once all records are there; for lists without pages. */
	complete?(records: KooSearchRecord[]): KooSearchRecord[];
	/** Adds what people look for in a record, beside the API's own fields. */
	describe?(record: KooSearchRecord): KooSearchRecord;
	options?: Own;
	/** Adds what takes further calls. @throws ApiFailure */
	extend?(
		records: KooSearchRecord[],
		options: OptionValues<Own>,
		list: FilteredList,
	): Promise<KooSearchRecord[]>;
}

/** What one input item asks for. */
export interface ListRequest<Own extends OptionTable> {
	itemIndex: number;
	endpoint: ListEndpoint;
	filters: ActiveFilter[];
	options: OptionValues<Own>;
	/** Infinity for Return All. */
	limit: number;
}

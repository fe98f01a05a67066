import type { INodeProperties } from 'n8n-workflow';

import { KooSearch } from '../../../nodes/KooSearch/KooSearch.node';
import { KooSearchTrigger } from '../../../nodes/KooSearchTrigger/KooSearchTrigger.node';
import { RetrieverKooSearch } from '../../../nodes/RetrieverKooSearch/RetrieverKooSearch.node';

/** Fields whose list is one of directories, also those in collections, by what they are shown for. */
function directoryFields(properties: INodeProperties[], shownFor: string): INodeProperties[] {
	return properties.flatMap((property) => {
		if (property.type === 'collection') {
			return directoryFields(property.options as INodeProperties[], shownFor);
		}
		const listsDirectories = property.modes?.some(
			({ typeOptions }) => typeOptions?.searchListMethod === 'searchDirectories',
		);
		return listsDirectories ? [property] : [];
	});
}

function fieldsOf({ description: { properties } }: { description: KooSearch['description'] }) {
	return properties.flatMap((property) => {
		const { resource = [''], operation = [''] } = property.displayOptions?.show ?? {};
		const place = `${String(resource[0])} ${String(operation[0])}`.trim();
		return directoryFields([property], place).map((field) => ({ place, field }));
	});
}

it('The directory of another knowledge base does not stay, wherever one is chosen', () => {
	const nodes = [new KooSearch(), new KooSearchTrigger(), new RetrieverKooSearch()];
	const found = nodes.flatMap(fieldsOf);
	expect(found.map(({ place, field: { name } }) => `${place} ${name}`.trim()).sort()).toEqual([
		'directory',
		'directory',
		'directory delete directory',
		'directory update directory',
		'directory update parent',
		'file getMany directory',
		'file move directory',
		'file upload directory',
		'knowledgeBase ask directory',
		'knowledgeBase search directory',
	]);
	for (const { field } of found) {
		expect(field.typeOptions?.loadOptionsDependsOn).toEqual(['knowledgeBase.value']);
	}
});

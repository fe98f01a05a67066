import {
	choiceOption,
	numberOption,
	optionsField,
	parseOptions,
	switchOption,
} from '../../../nodes/KooSearch/parameters/options';
import { InvalidFieldError } from '../../../nodes/KooSearch/parameters/readField';

const table = {
	size: numberOption({ displayName: 'Size' }, { absent: 3, min: 1, max: 10, shown: 5 }),
	isQuick: switchOption({ displayName: 'Quick' }, { absent: true, shown: false }),
	color: choiceOption<'red' | 'blue'>({ displayName: 'Color' }, [
		{ name: 'Red', value: 'red' },
		{ name: 'Blue', value: 'blue' },
	]),
};

it('An option that was not added has the value for that', () => {
	const absent = { size: 3, isQuick: true, color: 'red' };
	for (const collection of [{}, undefined, null]) {
		expect(parseOptions(table, collection)).toEqual(absent);
	}
});

it('An option that was added has its own value', () => {
	const given = { size: '7', isQuick: false, color: 'blue', other: 1 };
	expect(parseOptions(table, given)).toEqual({ size: 7, isQuick: false, color: 'blue' });
});

it.each([
	['size', 11, "Option 'Size': 11 is not a whole number from 1 to 10."],
	['size', '', 'Option \'Size\': "" is not a whole number from 1 to 10.'],
	['isQuick', 'false', 'Option \'Quick\': "false" is neither true nor false.'],
	['color', 'green', 'Option \'Color\': "green" is not one of red, blue.'],
	['color', undefined, "Option 'Color': undefined is not one of red, blue."],
])('The option %s cannot be %p', (name, value, message) => {
	const parse = () => parseOptions(table, { [name]: value });
	expect(parse).toThrow(InvalidFieldError);
	expect(parse).toThrow(message);
});

it('An unexpected error passes through unchanged', () => {
	const error = new TypeError('x is not a function');
	const parse = () => {
		throw error;
	};
	const faulty = { size: { ...table.size, parse } };
	expect(() => parseOptions(faulty, { size: 1 })).toThrow(error);
});

it('The editor shows the options by their names in the order of the alphabet', () => {
	const { name, type, options } = optionsField(table);
	expect([name, type]).toEqual(['options', 'collection']);
	expect(options).toMatchObject([
		{ name: 'color', displayName: 'Color', type: 'options', default: 'red' },
		{ name: 'isQuick', displayName: 'Quick', type: 'boolean', default: false },
		{
			name: 'size',
			displayName: 'Size',
			type: 'number',
			default: 5,
			typeOptions: { minValue: 1, maxValue: 10 },
		},
	]);
});

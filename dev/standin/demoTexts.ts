const PARTNERS = [
	'Northwind',
	'Contoso',
	'Fabrikam',
	'Tailspin',
	'Litware',
	'Proseware',
	'Wingtip',
];
const DEVICES = ['heat pump', 'router', 'label printer', 'air conditioner', 'inverter'];
const PLACES = ['Hamburg', 'Singapore', 'Shenzhen', 'Madrid'];

type Kind = 'contract' | 'manual';

/** Passages with an empty line between them; what they say depends on the number of the document. */
const TEXTS: Record<Kind, (n: number) => string[]> = {
	contract: (n) => [
		`Parties. This contract is between the customer and ${pick(PARTNERS, n)}, and begins in ${2020 + (n % 6)}.`,
		`Notice period. Either party may end the contract with ${pick([30, 60, 90], n)} days' notice to the end of a quarter.`,
		`Payment. Invoices are due within ${pick([14, 30, 45], n)} days. ${pick(PARTNERS, n)} charges interest of ${1 + (n % 4)} percent afterwards.`,
		`Place of jurisdiction is ${pick(PLACES, n)}.`,
	],
	manual: (n) => [
		`Warranty. The warranty of the ${pick(DEVICES, n)} lasts ${pick([12, 24, 36], n)} months. {img-seal-${n}}`,
		`Reset. Hold the button of the ${pick(DEVICES, n)} for ${3 + (n % 8)} seconds until the light blinks.`,
		`Cleaning. Disconnect the ${pick(DEVICES, n)} from the mains, and wipe it with a dry cloth.`,
	],
};

/** What a document of the demo says. */
export function demoText(kind: Kind, n: number): string {
	return TEXTS[kind](n).join('\n\n');
}

function pick<T>(values: T[], n: number): T {
	return values[n % values.length];
}

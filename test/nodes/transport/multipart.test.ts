import { MultipartForm } from '../../../nodes/KooSearch/transport/multipart';

interface Part {
	stream(): AsyncIterable<Uint8Array>;
}

function fileForm() {
	const destroyed: number[] = [];
	let opened = 0;
	const open = async () => {
		const number = opened++;
		return {
			async *[Symbol.asyncIterator]() {
				yield Buffer.from(`try ${number}`);
			},
			destroy: () => destroyed.push(number),
		};
	};
	const form = new MultipartForm([
		['tags', 'a'],
		['tags', 'b'],
		['file', { name: 'a.pdf', type: 'application/pdf', size: 5, open }],
	]);
	return { form, destroyed, opened: () => opened };
}

const readAll = async ({ stream }: Part) => {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream()) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
};

it('looks like a FormData, and keeps the names that occur several times', () => {
	const { form } = fileForm();
	expect(Object.prototype.toString.call(form)).toBe('[object FormData]');
	expect([...form].map(([name]) => name)).toEqual(['tags', 'tags', 'file']);
});

it('opens a file when it is sent, anew each time, and closes all of them', async () => {
	const { form, destroyed, opened } = fileForm();
	const [, , [, part]] = [...form] as Array<[string, Part]>;
	expect(opened()).toBe(0);
	expect([await readAll(part), await readAll(part)]).toEqual(['try 0', 'try 1']);
	form.close();
	expect(destroyed).toEqual([0, 1]);
});

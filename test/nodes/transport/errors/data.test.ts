import { hideInData, mayHold } from '../../../../nodes/KooSearch/transport/errors/data';

const SAMPLE = 'MIIDkgYJKoZI+hvcNAQc/CoIIDgz==';
const URL_ENCODED = encodeURIComponent(SAMPLE);
const ESCAPED = SAMPLE.replaceAll('/', '\\/');

it.each([SAMPLE, URL_ENCODED, ESCAPED])('A token is hidden in data as %s', (spelled) => {
	const data = { list: [{ name: `of ${spelled}!`, [spelled]: 1 }], text: spelled, total: 7 };
	expect(mayHold(JSON.stringify(data), [SAMPLE])).toBe(true);
	expect(hideInData(data, [SAMPLE])).toEqual({
		list: [{ name: 'of ***!', '***': 1 }],
		text: '***',
		total: 7,
	});
});

it('Data without a token stays the same, parts of one included', () => {
	const data = { name: SAMPLE.slice(0, -1), none: null, flag: true };
	expect(hideInData(structuredClone(data), [SAMPLE])).toEqual(data);
	expect(hideInData(SAMPLE, [SAMPLE])).toBe('***');
	expect(mayHold(JSON.stringify({ name: 'a record' }), [SAMPLE, 'other'])).toBe(false);
});

it('A page of 65,535 records costs no seconds, even with a token in it', () => {
	const tasks = Array.from({ length: 65_535 }, (_, n) => ({
		id: `task-${n}`,
		name: `Task ${n} of the knowledge base`,
		status: 'SUCCESS',
		create_time: 1_700_000_000_000 + n,
		task_desc: n === 65_000 ? SAMPLE : 'A description of some length',
	}));
	const start = performance.now();
	hideInData({ tasks }, [SAMPLE]);
	expect(tasks[65_000].task_desc).toBe('***');
	expect(performance.now() - start).toBeLessThan(2_000);
});

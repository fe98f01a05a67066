import { fileNameIn } from '../../../nodes/KooSearch/transport/download';

it.each([
	['attachment; filename="report.csv"', 'report.csv'],
	['attachment; filename=report.csv; size=3', 'report.csv'],
	['attachment; filename="a \\"b\\".csv"', 'a "b".csv'],
	['attachment; filename="x.csv"; filename*=UTF-8\'\'%E5%90%88%E5%90%8C.csv', '合同.csv'],
	['attachment; filename="x.csv"; filename*=UTF-8\'\'%E5%9', 'x.csv'],
	['attachment; filename="../../etc/passwd"', 'passwd'],
	['attachment; filename="C:\\\\temp\\\\a.csv"', 'a.csv'],
	['attachment', undefined],
	['attachment; filename=""', undefined],
	[undefined, undefined],
])('%p names %p', (disposition, name) => {
	expect(fileNameIn(disposition)).toBe(name);
});

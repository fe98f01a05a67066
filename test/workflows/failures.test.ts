import { standin } from '../dev/standin/eachTest';
import { startStandin } from '../../dev/standin/server';
import { deleteParameters, errorText, moveParameters, numbered, runNode } from './runNode';

const { ids, items } = numbered(50);
const tens = { batchSize: 10, maxRetries: 0 };

beforeEach(() => {
	standin.state.addKnowledgeBase({ id: 'kb', tasks: ids, files: ids, directories: ['d1'] });
});

function tasksLeft(): string[] {
	return [...standin.state.knowledgeBases.get('kb')!.tasks.keys()];
}

const refuseOneCall = {
	what: {
		kind: 'status',
		status: 400,
		code: 'KOS.00080003',
		message: 'The knowledge base is closed',
	},
	when: { ids: (sent: string[]) => sent.includes('t21') },
} as const;

describe('On Error = Stop', () => {
	it('stops at a refused call and says what was done', async () => {
		standin.faults.add(refuseOneCall);
		const result = await runNode({
			standin,
			items,
			parameters: { ...deleteParameters, options: { ...tens, concurrency: 1 } },
		});
		expect(result.status).toBe('error');
		expect(standin.requests).toHaveLength(3);
		expect(tasksLeft()).toEqual(ids.slice(20));

		const { message } = result.error!;
		expect(message).toContain('The knowledge base is closed (KOS.00080003, HTTP 400)');
		expect(message).toContain('Enable the knowledge base');
		expect(message).not.toContain('[item');
		const told = errorText(result);
		expect(told).toContain(`IDs in the call that failed: ${ids.slice(20, 30).join(', ')}.`);
		expect(told).toContain('Of 5 calls, 2 succeeded (20 tasks: 20 deleted)');
		expect(told).toContain('1 failed (10 tasks)');
		expect(told).toContain('2 not attempted (20 tasks)');
		expect(told).toContain(`Done: ${ids.slice(0, 20).join(', ')}.`);
		expect(result.error).toMatchObject({ httpCode: '400' });
	});

	it('waits for the calls under way and reports their results too', async () => {
		standin.faults.add(refuseOneCall);
		standin.faults.add({
			what: { kind: 'slow', ms: 150 },
			when: { ids: (sent) => sent.includes('t01') },
		});
		const result = await runNode({
			standin,
			items,
			parameters: { ...deleteParameters, options: { ...tens, concurrency: 3 } },
		});
		const answered = standin.requests.length - 1;
		expect(errorText(result)).toContain(
			`Of 5 calls, ${answered} succeeded (${answered}0 tasks: ${answered}0 deleted)`,
		);
		expect(errorText(result)).toContain('Done: t01, t02');
		expect(tasksLeft()).toHaveLength(50 - answered * 10);
		expect(tasksLeft()).toContain('t50');
	});

	it('caps the list of what was done', async () => {
		standin.faults.add({ ...refuseOneCall, when: { ids: (sent) => sent.includes('t50') } });
		const result = await runNode({
			standin,
			items,
			parameters: { ...deleteParameters, options: { ...tens, concurrency: 1 } },
		});
		expect(errorText(result)).toContain('t20 and 20 more.');
		expect(errorText(result)).toMatch(/Done: t01, .* t20 and 20 more\.$/);
	});

	it('lists as done only what was done', async () => {
		standin.state.addKnowledgeBase({
			id: 'mixed',
			directories: ['d1'],
			files: ['a', { id: 'there', directory_id: 'd1' }, 'z'],
		});
		standin.faults.add({ ...refuseOneCall, when: { ids: (sent) => sent.includes('z') } });
		const result = await runNode({
			standin,
			items: [{ id: 'a,there,z' }],
			parameters: {
				...moveParameters,
				knowledgeBase: { __rl: true, mode: 'id', value: 'mixed' },
				options: { batchSize: 2, concurrency: 1 },
			},
		});
		expect(errorText(result)).toContain('1 succeeded (2 files: 1 moved, 1 sameDirectory)');
		expect(errorText(result)).toContain('Done: a.');
	});

	it('says that nothing was done when the only call is refused', async () => {
		standin.faults.add({ ...refuseOneCall, when: {} });
		const { error } = await runNode({ standin, items, parameters: deleteParameters });
		expect(error).toHaveProperty(
			'description',
			`Of 1 call, 0 succeeded (0 tasks), 1 failed (50 tasks), 0 not attempted (0 tasks). IDs in the call that failed: ${ids.slice(0, 20).join(', ')} and 30 more.`,
		);
	});

	it('does not split a refused call', async () => {
		standin.faults.add({ what: { kind: 'refuseIds', ids: ['t05'] }, times: Infinity });
		const result = await runNode({
			standin,
			items,
			parameters: { ...deleteParameters, options: { ...tens, concurrency: 1 } },
		});
		expect(result.status).toBe('error');
		expect(standin.requests).toHaveLength(1);
		expect(tasksLeft()).toEqual(ids);
		expect(errorText(result)).toContain("With 'On Error' set to Continue, the node isolates");
		expect(errorText(result)).not.toContain('[item');
	});

	it('names an item only if the call was for this item alone', async () => {
		standin.faults.add({ what: { kind: 'refuseIds', ids: ['t05'] }, times: Infinity });
		const result = await runNode({
			standin,
			items: [{ id: 't01' }, { id: 't05' }],
			parameters: { ...deleteParameters, options: { batchSize: 1, concurrency: 1 } },
		});
		expect(result.error?.message).toContain('[item 1]');
	});
});

describe.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'On Error = %s',
	(onError) => {
		it('gives one error item for each item of a failed call, in its place', async () => {
			standin.faults.add(refuseOneCall);
			const result = await runNode({
				standin,
				items,
				onError,
				parameters: { ...deleteParameters, options: tens },
			});
			expect(result.status).toBe('success');
			expect(standin.requests).toHaveLength(5);
			expect(tasksLeft()).toEqual(ids.slice(20, 30));

			const all = [...result.output, ...result.errors];
			const failed = all.filter(({ json }) => 'error' in json);
			expect(failed.map(({ pairedItem }) => pairedItem)).toEqual(
				ids.slice(20, 30).map((_, n) => ({ item: 20 + n })),
			);
			expect(failed[3].json.error).toContain('KOS.00080003');
			expect(failed[3].json.error).not.toContain('[item');
			expect(result.hints('KooSearch').map(({ message }) => message)).toEqual([
				expect.stringMatching(/^10 of 50 tasks failed\. .*KOS\.00080003/),
			]);
			if (onError === 'continueErrorOutput') {
				expect(result.errors).toHaveLength(10);
				expect(failed[3].json.error).toContain('Concerns: t24.');
				expect(result.output.map(({ json }) => json.id)).toEqual([
					...ids.slice(0, 20),
					...ids.slice(30),
				]);
			} else {
				const order = result.output.map(({ pairedItem }) => (pairedItem as { item: number }).item);
				expect(order).toEqual(ids.map((_, n) => n));
				expect(failed[3].json).toEqual({
					id: 't24',
					deleted: null,
					status: 'failed',
					knowledgeBaseId: 'kb',
					error: expect.any(String),
				});
			}
		});

		it('gives an item its results, and the IDs that have none', async () => {
			standin.faults.add(refuseOneCall);
			const result = await runNode({
				standin,
				items: [{ id: ids.slice(15, 25) }, { id: ids.slice(0, 15) }],
				onError,
				parameters: { ...deleteParameters, options: { ...tens, batchSize: 5, concurrency: 1 } },
			});
			const first = [...result.output, ...result.errors].filter(
				({ pairedItem }) => (pairedItem as { item: number }).item === 0,
			);
			expect(first.slice(0, 5).map(({ json }) => json.id)).toEqual(ids.slice(15, 20));
			if (onError === 'continueErrorOutput') {
				expect(first).toHaveLength(6);
				expect(first[5].json.error).toContain(`Concerns: ${ids.slice(20, 25).join(', ')}.`);
			} else {
				expect(first.map(({ json }) => json.id)).toEqual(ids.slice(15, 25));
			}
		});

		it('finds the one bad ID among many, and carries out the others', async () => {
			standin.faults.add({ what: { kind: 'refuseIds', ids: ['t37'] }, times: Infinity });
			const result = await runNode({
				standin,
				items,
				onError,
				parameters: { ...deleteParameters, options: { batchSize: 50 } },
			});
			expect(tasksLeft()).toEqual(['t37']);
			expect(standin.requests.length - 1).toBeLessThanOrEqual(2 * Math.log2(50) + 2);
			const all = [...result.output, ...result.errors];
			expect(all.filter(({ json }) => json.deleted === true)).toHaveLength(49);
			const failed = all.filter(({ json }) => 'error' in json);
			expect(failed.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 36 }]);
		});

		it.each(['KOS.00080003', 'KOS.00020005', 'KOS.00060002', 'KOS.00010001'])(
			'does not split a call refused with %s',
			async (code) => {
				standin.faults.add({
					what: { kind: 'status', status: 400, code },
					times: Infinity,
				});
				await runNode({
					standin,
					items,
					onError,
					parameters: { ...deleteParameters, options: { batchSize: 50 } },
				});
				expect(standin.requests).toHaveLength(1);
			},
		);

		it.each(['KOS.00010002', 'kos.00010003', 'KOS.00010006', 'KOS.00050001', 'KOS.00050006'])(
			'splits a call refused with %s',
			async (code) => {
				standin.faults.add({
					what: { kind: 'refuseIds', ids: ['t01'], code },
					times: Infinity,
				});
				await runNode({ standin, items, onError, parameters: deleteParameters });
				expect(tasksLeft()).toEqual(['t01']);
			},
		);

		it('gives up the search after 100 further calls, and says so', async () => {
			const { ids: many, items: manyItems } = numbered(400, 'x');
			standin.state.addKnowledgeBase({ id: 'big', tasks: many });
			const badOnes = many.filter((_, n) => n % 2 === 0);
			standin.faults.add({ what: { kind: 'refuseIds', ids: badOnes }, times: Infinity });
			const result = await runNode({
				standin,
				items: manyItems,
				onError,
				parameters: {
					...deleteParameters,
					knowledgeBase: { __rl: true, mode: 'id', value: 'big' },
					options: { batchSize: 400 },
				},
			});
			expect(standin.requests).toHaveLength(101);
			const all = [...result.output, ...result.errors];
			expect(all).toHaveLength(400);
			const left = new Set(standin.state.knowledgeBases.get('big')!.tasks.keys());
			for (const { json, pairedItem } of all) {
				const id = many[(pairedItem as { item: number }).item];
				expect(json.deleted === true).toBe(!left.has(id));
			}
			expect(all.filter(({ json }) => String(json.error).includes('Not retried'))).not.toEqual([]);
		});

		it('fails a call that is answered with 404, unsplit, and goes on', async () => {
			standin.faults.add({ what: { kind: 'status', status: 404, code: 'APIG.0101' } });
			const result = await runNode({
				standin,
				items,
				onError,
				parameters: { ...deleteParameters, options: { batchSize: 25, concurrency: 1 } },
			});
			expect(standin.requests).toHaveLength(2);
			expect(tasksLeft()).toEqual(ids.slice(0, 25));
			expect(result.visible).toContain('APIG.0101');
		});

		it('does not trust a refusal that took effect anyway', async () => {
			standin.faults.add({ what: { kind: 'refuseIds', ids: ['t01'] }, at: 'after' });
			const result = await runNode({
				standin,
				items: items.slice(0, 4),
				onError,
				parameters: { ...deleteParameters, options: { settlePartial: false } },
			});
			expect(standin.requests).toHaveLength(3);
			expect(tasksLeft()).toEqual(ids.slice(4));
			expect(result.json.map(({ status }) => status)).toEqual(Array(4).fill('unconfirmed'));
		});

		it.each([404, 405, 422])(
			'does not split a call answered with %i and no code',
			async (status) => {
				standin.faults.add({ what: { kind: 'body', body: '', status }, times: Infinity });
				await runNode({ standin, items, onError, parameters: deleteParameters });
				expect(standin.requests).toHaveLength(1);
			},
		);

		it('sends nothing more after 403, and gives that reason for every remaining item', async () => {
			standin.faults.add({
				what: { kind: 'status', status: 403, code: 'APIG.0302' },
				skip: 1,
				times: Infinity,
			});
			const result = await runNode({
				standin,
				items,
				onError,
				parameters: { ...deleteParameters, options: { ...tens, concurrency: 1 } },
			});
			expect(standin.requests).toHaveLength(2);
			const failed = [...result.output, ...result.errors].filter(({ json }) => 'error' in json);
			expect(failed).toHaveLength(40);
			for (const { json } of failed) expect(json.error).toContain('APIG.0302');
			expect(failed[39].json.error).toContain('Not attempted');
			if (onError === 'continueRegularOutput') {
				expect(failed.map(({ json }) => [json.deleted, json.status])).toEqual([
					...Array(10).fill([null, 'failed']),
					...Array(30).fill([false, 'notAttempted']),
				]);
			}
			expect(result.hints('KooSearch')[0].message).toMatch(
				/^10 of 50 tasks failed, and 30 were not attempted\. /,
			);
		});

		it('gives the calls that went through in One Item per Batch, halves included', async () => {
			standin.faults.add({ what: { kind: 'refuseIds', ids: ['t03'] }, times: Infinity });
			const result = await runNode({
				standin,
				items: items.slice(0, 4),
				onError,
				parameters: { ...deleteParameters, options: { output: 'perBatch' } },
			});
			const calls = result.output.filter(({ json }) => !('error' in json));
			expect(calls.map(({ json }) => json.ids)).toEqual([['t01', 't02'], ['t04']]);
			expect(calls.map(({ pairedItem }) => pairedItem)).toEqual([
				[{ item: 0 }, { item: 1 }],
				[{ item: 3 }],
			]);
			const failed = [...result.output, ...result.errors].filter(({ json }) => 'error' in json);
			expect(failed.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 2 }]);
		});
	},
);

describe('an answer that cannot be trusted', () => {
	it.each([
		['a web page with status 200', { kind: 'html' }],
		['half of a JSON text', { kind: 'truncated' }],
	] as const)('%s is never a success, and says that nobody knows', async (_, what) => {
		standin.faults.add({ what, times: Infinity });
		const result = await runNode({
			standin,
			items: items.slice(0, 2),
			parameters: moveParameters,
			onError: 'continueRegularOutput',
		});
		expect(result.output).toHaveLength(2);
		for (const { error } of result.json) {
			expect(error).toContain('could not be understood');
			expect(error).toContain('Whether the call took effect is not known');
		}
	});

	it.each([300, 301, 302, 307, 308])('redirect %i is not followed, and named', async (status) => {
		const elsewhere = await startStandin();
		const location = `${elsewhere.url}/v1/elsewhere?token=abc`;
		standin.faults.add({ what: { kind: 'redirect', location, status } });
		const result = await runNode({ standin, items, parameters: deleteParameters });
		expect(elsewhere.requests).toEqual([]);
		expect(standin.requests).toHaveLength(1);
		expect(errorText(result)).toContain(
			`redirects to ${elsewhere.url}/v1/elsewhere (HTTP ${status})`,
		);
		expect(errorText(result)).not.toContain('token=abc');
		await elsewhere.close();
	});

	it('redirects end the run, so that no secret is sent there again', async () => {
		standin.faults.add({
			what: { kind: 'redirect', location: 'https://elsewhere.example.com' },
			times: Infinity,
		});
		const result = await runNode({
			standin,
			items,
			onError: 'continueRegularOutput',
			parameters: { ...deleteParameters, options: { ...tens, concurrency: 1 } },
		});
		expect(standin.requests).toHaveLength(1);
		expect(result.json).toHaveLength(50);
		for (const { error } of result.json) expect(error).toContain('elsewhere.example.com');
	});

	it.each([
		[
			'the gateway',
			500,
			{ error_msg: 'The API does not exist', error_code: 'APIG.0106', request_id: 'r' },
			'The API does not exist (APIG.0106, HTTP 500)',
		],
		[
			'the shared gateway',
			403,
			{ error_code: 'APIGW.0302', error_msg: 'no' },
			'no (APIGW.0302, HTTP 403)',
		],
		[
			'an older sample',
			400,
			{ error_code: 'kos.00060002', error_message: 'db' },
			'db (kos.00060002, HTTP 400)',
		],
		[
			'a code alone',
			400,
			{ error_code: 'KOS.00080003' },
			'The knowledge base is closed (KOS.00080003, HTTP 400)',
		],
		['no body', 405, '', 'No reason was given (HTTP 405)'],
		['a web page', 413, '<html>Too large</html>', 'The request is too large (HTTP 413)'],
		[
			'a text that n8n would replace',
			400,
			{ error_code: 'KOS.00010004', error_msg: 'No filePermission' },
			'No filePermission (KOS.00010004',
		],
	])('what %s says reaches the user', async (_, status, body, message) => {
		standin.faults.add({ what: { kind: 'body', body, status } });
		const run = { standin, items, parameters: { ...deleteParameters, options: { maxRetries: 0 } } };
		const result = await runNode(run);
		expect(result.error?.message).toContain(message);
	});
});

import { randomUUID } from 'node:crypto';

import type { Reply } from '../client';
import { cannotTell, differs, holds, verdict } from '../finding';
import type { Fact } from '../fact';
import { isRecord, refusalOf } from '../service';
import type { Service } from '../service';

const NO_SUCH_ID = '00000000000000000000000000000000';
const NOT_PUBLISHED = /^APIGW?\.0101$/;
const WRONG = 'not-a-secret';

/** A call that has to be refused, and how. */
interface RefusalFact {
	id: string;
	fact: string;
	affects: string;
	otherwise: string;
	call(service: Service): Promise<Reply>;
	statuses: number[];
	/** Whether a path that is not published answers the same. */
	needsPublished?: boolean;
	/** Of the codes that the node explains. */
	code?: RegExp;
}

function toFact({ call, statuses, code, needsPublished, ...rest }: RefusalFact): Fact {
	return {
		...rest,
		check: async (service) => {
			const reply = await call(service);
			const said = String(isRecord(reply.body) ? reply.body.error_code : '');
			if (needsPublished && NOT_PUBLISHED.test(said)) return cannotTell(refusalOf(reply));
			if (!statuses.includes(reply.status)) return differs(refusalOf(reply));
			return verdict(code?.test(said) ?? true, refusalOf(reply));
		},
	};
}

const refusals: RefusalFact[] = [
	{
		id: 'refusals.knowledge-base',
		fact: 'An unknown knowledge base is refused: HTTP 400 with a KOS code',
		affects: 'all operations',
		otherwise:
			'An empty list is taken for an empty knowledge base; else the message is less exact.',
		call: async ({ client }) => await client.get(`/${NO_SUCH_ID}/tasks`),
		statuses: [400],
		code: /^kos\./i,
	},
	{
		id: 'refusals.parameter',
		fact: 'A parameter that is not allowed is refused: HTTP 400 with a KOS code',
		affects: 'all operations; with On Error = Continue the search for the ID to blame',
		otherwise: 'Fails the call as a whole; the IDs are not tried in smaller calls.',
		call: async (service) =>
			await service.client.get(await service.path('/tasks'), { page_size: 0 }),
		statuses: [400],
		code: /^kos\./i,
	},
	{
		id: 'refusals.task',
		fact: 'The files of a task that is not there: HTTP 404 or 400, with an error_code',
		affects: 'Task: Get Files, Download Output',
		otherwise: 'The message is less exact.',
		call: async (service) =>
			await service.client.get(await service.path(`/task-detail/${NO_SUCH_ID}`)),
		needsPublished: true,
		statuses: [400, 404],
		code: /./,
	},
	{
		id: 'refusals.path',
		fact: 'What is not published is refused by the gateway: HTTP 404 with APIG.0101',
		affects: "all operations; the hint about 'Base URL'",
		otherwise: 'The hint goes by the HTTP status alone.',
		call: async ({ client }) => await client.get(`/${randomUUID()}/not-published`),
		statuses: [404],
		code: NOT_PUBLISHED,
	},
	{
		id: 'refusals.project',
		fact: 'Another project is refused: HTTP 401, 403 or 404, or 400 with a KOS code',
		affects: "all operations; the hint about 'Project ID'",
		otherwise: "A wrong 'Project ID' is not noticed when the credential is tested.",
		call: async ({ client }) =>
			await client.asStranger({ projectId: NO_SUCH_ID }).get('/knowledge-repo'),
		statuses: [400, 401, 403, 404],
	},
];

export const refusalFacts: Fact[] = [
	...refusals.map(toFact),
	{
		id: 'refusals.secret',
		fact: 'A wrong secret is refused by the gateway: HTTP 401 with an APIG code',
		affects: 'all operations; only a 401 makes the node sign in again',
		otherwise: 'An expired token ends the run instead of being renewed.',
		check: async ({ client }) => {
			const [header] = client.headerNames;
			if (!header) return cannotTell('no secret is sent here');
			const reply = await client
				.asStranger({ signature: { [header]: WRONG } })
				.get('/knowledge-repo');
			const code = isRecord(reply.body) ? String(reply.body.error_code) : '';
			return verdict(reply.status === 401 && /^APIGW?\./.test(code), refusalOf(reply));
		},
	},
];

/** Asked last: it looks at all answers that came until then. */
export const encodingFact: Fact = {
	id: 'answers.encoding',
	fact: 'Answers are JSON, encoded once',
	affects: 'all operations',
	otherwise: 'Reads an answer that is JSON within a text once more; anything else is malformed.',
	check: async ({ client: { replies } }) => {
		const good = replies.filter(({ status }) => status === 200);
		if (good.length === 0) return cannotTell('no call succeeded');
		const twice = good.filter(({ isDoublyEncoded }) => isDoublyEncoded).length;
		const other = good.filter(({ body }) => body !== undefined && !isRecord(body)).length;
		const seen = `${good.length} answers, encoded twice: ${twice}, no JSON object: ${other}`;
		return twice + other === 0 ? holds(seen) : differs(seen);
	},
};

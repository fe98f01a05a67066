/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IDataObject } from 'n8n-workflow';
import { parseArgs } from 'node:util';

export interface Settings {
	/** As the credential `kooSearchApi` has it. */
	credential: IDataObject;
	/** The knowledge base that is looked at; without one the first of the list. */
	knowledgeBase?: string;
	/** With `--write`: where files and directories are created and removed. */
	scratch?: string;
	/** Where the JSON report is written to. */
	reportFile: string;
	/** Whether texts that may be names of files stand in the report. */
	withNames: boolean;
}

export const USAGE = `Usage: npm run contract -- [--write] [--report FILE] [--names] [--standin]

Asks a KooSearch service whether it is as this package takes it to be. Reads only; with --write it also
creates files and directories in a scratch knowledge base and removes them again.

  KOOSEARCH_BASE_URL, KOOSEARCH_PROJECT_ID, KOOSEARCH_APPLICATION_ID   as in the credential
  one of: KOOSEARCH_TOKEN
          KOOSEARCH_APP_CODE
          KOOSEARCH_IAM_ENDPOINT, KOOSEARCH_ACCOUNT_NAME, KOOSEARCH_USER_NAME, KOOSEARCH_PASSWORD
          KOOSEARCH_AUTHENTICATION=none   for an internal address that asks for nothing
  KOOSEARCH_KNOWLEDGE_BASE           the knowledge base to look at; else the first one
  KOOSEARCH_SCRATCH_KNOWLEDGE_BASE   for --write: one with nothing in it that you need

  --report FILE   where the JSON report goes; koosearch-contract.json unless said otherwise
  --names         leave names of files, directories and knowledge bases in the report
  --standin       ask the stand-in that comes with the source, to see what this looks like; needs no variables`;

/** @throws Error that says what is missing, for the one who started the programme */
export function readSettings(args: string[], env: NodeJS.ProcessEnv): Settings {
	const values = readArguments(args);
	const scratch = env.KOOSEARCH_SCRATCH_KNOWLEDGE_BASE || undefined;
	if (values.write && !scratch) {
		throw new Error(
			'--write needs KOOSEARCH_SCRATCH_KNOWLEDGE_BASE: one with nothing in it that you need',
		);
	}
	return {
		credential: readCredential(env),
		knowledgeBase: env.KOOSEARCH_KNOWLEDGE_BASE || undefined,
		scratch: values.write ? scratch : undefined,
		reportFile: values.report,
		withNames: values.names,
	};
}

/** @throws Error for an argument that is not known: a mistyped one must not be taken for another */
export function readArguments(args: string[]) {
	const { values } = parseArgs({
		args,
		options: {
			write: { type: 'boolean', default: false },
			names: { type: 'boolean', default: false },
			standin: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
			report: { type: 'string', default: 'koosearch-contract.json' },
		},
	});
	return values;
}

function readCredential(env: NodeJS.ProcessEnv): IDataObject {
	const required = ['KOOSEARCH_BASE_URL', 'KOOSEARCH_PROJECT_ID', 'KOOSEARCH_APPLICATION_ID'];
	const missing = required.filter((name) => !env[name]);
	if (missing.length > 0) throw new Error(`${missing.join(', ')}: not set`);
	return {
		baseUrl: env.KOOSEARCH_BASE_URL,
		projectId: env.KOOSEARCH_PROJECT_ID,
		applicationId: env.KOOSEARCH_APPLICATION_ID,
		...readSignIn(env),
	};
}

function readSignIn(env: NodeJS.ProcessEnv): IDataObject {
	if (env.KOOSEARCH_AUTHENTICATION === 'none') return { authentication: 'none' };
	if (env.KOOSEARCH_TOKEN) return { authentication: 'token', token: env.KOOSEARCH_TOKEN };
	if (env.KOOSEARCH_APP_CODE) {
		return { authentication: 'appCode', appCode: env.KOOSEARCH_APP_CODE };
	}
	if (!env.KOOSEARCH_USER_NAME) {
		throw new Error('no way to sign in: set KOOSEARCH_TOKEN, KOOSEARCH_APP_CODE or an IAM user');
	}
	return {
		authentication: 'iamUser',
		iamEndpoint: env.KOOSEARCH_IAM_ENDPOINT ?? 'https://iam.cn-southwest-2.myhuaweicloud.com',
		domainName: env.KOOSEARCH_ACCOUNT_NAME,
		username: env.KOOSEARCH_USER_NAME,
		password: env.KOOSEARCH_PASSWORD,
	};
}

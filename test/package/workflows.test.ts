/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import manifest from '../../package.json';
import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';

const ROOT = join(__dirname, '../..');
const GITHUB = join(ROOT, '.github');

interface Step {
	uses?: string;
	run?: string;
	with?: Record<string, unknown>;
}

interface Job {
	uses?: string;
	permissions?: Record<string, string>;
	'timeout-minutes'?: number;
	steps?: Step[];
}

interface Workflow {
	permissions?: Record<string, string>;
	jobs: Record<string, Job>;
}

const names = readdirSync(join(GITHUB, 'workflows'));
const texts = new Map(names.map((name) => [name, read(`workflows/${name}`)]));
const workflows = new Map(names.map((name) => [name, parse(texts.get(name)!) as Workflow]));

function read(name: string): string {
	return readFileSync(join(GITHUB, name), 'utf8');
}

function jobsOf(name: string): Array<[string, Job]> {
	return Object.entries(workflows.get(name)!.jobs);
}

function stepsOf(name: string): Step[] {
	return jobsOf(name).flatMap(([, { steps = [] }]) => steps);
}

/** The npm scripts that some text runs, with their arguments: "demo -- --dry-run". */
function scriptsIn(text: string): string[] {
	return [...text.matchAll(/\bnpm (?:run )?((?!ci|run)[a-z][\w:]*(?: -- [^\n]*)?)/g)]
		.map(([, script]) => script.trim())
		.filter((script) => script.split(' ')[0] in manifest.scripts);
}

describe.each(names)('%s', (name) => {
	it('may only read, unless a job says what else it needs', () => {
		expect(workflows.get(name)!.permissions).toEqual({ contents: 'read' });
		for (const [, { permissions = {} }] of jobsOf(name)) {
			for (const [scope, right] of Object.entries(permissions)) {
				if (right !== 'read') expect(['id-token', 'security-events']).toContain(scope);
			}
		}
	});

	it("uses GitHub's own actions only, each by a commit and with its version beside it", () => {
		const lines = texts.get(name)!.split('\n');
		const used = lines.filter((line) => /^\s*(- )?uses:/.test(line)).map((line) => line.trim());
		const count = jobsOf(name).filter(([, job]) => job.uses).length;
		expect(used).toHaveLength(count + stepsOf(name).filter(({ uses }) => uses).length);
		for (const line of used) {
			const local = /^uses: \.\/(\.github\/workflows\/[\w-]+\.yml)$/.exec(line);
			if (local) expect(existsSync(join(ROOT, local[1]))).toBe(true);
			else {
				expect(line).toMatch(/^- uses: (actions|github)\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
			}
		}
	});

	it('leaves no token in the work tree, runs no install script and ends in time', () => {
		for (const { uses = '', run = '', with: inputs } of stepsOf(name)) {
			if (uses.startsWith('actions/checkout@')) {
				expect(inputs).toMatchObject({ 'persist-credentials': false });
			}
			for (const line of run.split('\n')) {
				expect(line).not.toMatch(/\bnpm (i|install|install-\w+)\b/);
				if (/\bnpm ci\b/.test(line)) expect(line).toContain(' --ignore-scripts');
			}
		}
		for (const [, job] of jobsOf(name)) {
			if (!job.uses) expect(job['timeout-minutes']).toBeGreaterThan(0);
		}
	});

	it('runs scripts that there are', () => {
		const runs = stepsOf(name).map(({ run = '' }) => run);
		for (const [, script] of runs.join('\n').matchAll(/\bnpm run ([\w:]+)/g)) {
			expect(manifest.scripts).toHaveProperty([script]);
		}
	});
});

it('an action has the same commit wherever it is used', () => {
	const commits = new Map<string, Set<string>>();
	for (const text of texts.values()) {
		for (const [, action, commit] of text.matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(.*)/g)) {
			commits.set(action, (commits.get(action) ?? new Set()).add(commit));
		}
	}
	expect(commits.size).toBeGreaterThan(0);
	for (const [action, used] of commits) expect([action, ...used]).toHaveLength(2);
});

it('GitHub runs all that .ci/run runs', () => {
	const here = scriptsIn(readFileSync(join(ROOT, '.ci/run'), 'utf8'));
	const there = scriptsIn(
		stepsOf('ci.yml')
			.map(({ run = '' }) => run)
			.join('\n'),
	);
	expect(here.length).toBeGreaterThan(5);
	expect(there).toEqual(expect.arrayContaining(here));
});

it('publishing builds nothing and checks nothing out beside the right to publish', () => {
	const entitled = jobsOf('publish.yml').filter(([, job]) => job.permissions?.['id-token']);
	expect(entitled).toHaveLength(1);
	const [[, { steps = [] }]] = entitled;
	for (const { uses = '', run = '' } of steps) {
		expect(uses).not.toContain('actions/checkout');
		expect(run).not.toMatch(/npm (ci|run|test|pack|exec)|npx|node /);
	}
	expect(steps.at(-1)!.run).toMatch(/npm publish \.\/\*\.tgz --provenance/);
});

it('Dependabot is told of packages that there are', () => {
	const { updates } = parse(read('dependabot.yml')) as {
		updates: Array<{
			'package-ecosystem': string;
			groups: Record<string, { patterns: string[] }>;
			ignore?: Array<{ 'dependency-name': string }>;
		}>;
	};
	expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'github-actions']);
	const [{ groups, ignore = [] }] = updates;
	const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
	const patterns = Object.values(groups).flatMap((group) => group.patterns);
	for (const name of [...patterns, ...ignore.map((one) => one['dependency-name'])]) {
		expect(lock).toContain(`"node_modules/${name.replace(/\*$/, '')}`);
	}
});

it('the form for bugs warns of secrets and knows every way to sign in', () => {
	const { body } = parse(read('ISSUE_TEMPLATE/bug.yml')) as {
		body: Array<{ id?: string; attributes: { value?: string; options?: string[] } }>;
	};
	expect(body[0].attributes.value).toMatch(/no token, AppCode or password/);
	const ways = new KooSearchApi().properties.find(({ name }) => name === 'authentication')!;
	const known = (ways.options ?? []).map((option) => ('name' in option ? option.name : ''));
	const asked = body.find(({ id }) => id === 'authentication')!.attributes.options;
	expect(asked!.slice(0, -1)).toEqual(known);
});

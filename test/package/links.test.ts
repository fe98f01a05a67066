/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import codex from '../../nodes/KooSearch/KooSearch.node.json';
import { KooSearchApi } from '../../credentials/KooSearchApi.credentials';

const ROOT = join(__dirname, '../..');

const pages = [
	...readdirSync(ROOT),
	...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
	...readdirSync(join(ROOT, '.github')).map((name) => `.github/${name}`),
].filter((name) => name.endsWith('.md'));

/** The page without its code, in which brackets are no links and # is no heading. */
function prose(page: string): string {
	const text = readFileSync(join(ROOT, page), 'utf8').replace(/^```[^]*?^```/gm, '');
	return text.replace(/^ {4}.*$/gm, '');
}

/** The names that GitHub gives the headings of a page; the second of a kind gets `-1`. */
function anchorsOf(page: string): string[] {
	const seen = new Map<string, number>();
	return [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
		const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
		const slug = text
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, '')
			.replace(/\s/g, '-');
		const before = seen.get(slug) ?? 0;
		seen.set(slug, before + 1);
		return before === 0 ? slug : `${slug}-${before}`;
	});
}

/** What links and pictures of a page lead to, other pages on the web left out. */
function targetsOf(page: string): string[] {
	const text = prose(page).replace(/`[^`\n]*`/g, '');
	const inline = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target]) => target);
	const html = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, target]) => target);
	return [...inline, ...html].filter((target) => !/^[a-z]+:/.test(target));
}

function isThere(page: string, target: string): boolean {
	const [path, anchor] = target.split('#');
	const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
	if (!existsSync(file) || relative(ROOT, file).startsWith('..')) return false;
	if (anchor === undefined) return true;
	return statSync(file).isFile() && anchorsOf(relative(ROOT, file)).includes(anchor);
}

it('there are links to look at', () => {
	expect(pages).toContain('README.md');
	expect(targetsOf('README.md').length).toBeGreaterThan(5);
	expect(anchorsOf('README.md').length).toBeGreaterThan(5);
});

it.each(pages)('%s leads to files and headings that there are', (page) => {
	expect(targetsOf(page).filter((target) => !isThere(page, target))).toEqual([]);
});

it('every page of docs/ is named by the README', () => {
	const named = targetsOf('README.md').map((target) => target.replace(/#.*/, ''));
	const all = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
	expect(all.filter((name) => !named.includes(`docs/${name}`))).toEqual([]);
});

it('the pages that the editor leads to have their headings in the README', () => {
	const { credentialDocumentation, primaryDocumentation } = codex.resources;
	const urls = [...credentialDocumentation, ...primaryDocumentation].map(({ url }) => url);
	for (const url of [...urls, new KooSearchApi().documentationUrl]) {
		const [, anchor] = url.split('#');
		expect(['readme', ...anchorsOf('README.md')]).toContain(anchor);
	}
});

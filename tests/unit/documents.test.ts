import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { CONFIG_VARIABLES } from '../../src/config.js';
import { PATHS } from '../../src/http/openapi/document.js';
import { statusOf } from '../../src/http/rest/problem.js';
import type { ErrorCode } from '../../src/reports/errors.js';

const readme = read('README.md');
const documents = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);

describe('the documents', () => {
  test('name the same variables in the configuration, .env.example and the README', () => {
    const example = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    const table = readme.slice(readme.indexOf('## Configuration'), readme.indexOf('## Why Bee-Queue'));
    const listed = [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(new Set(example)).toEqual(new Set(CONFIG_VARIABLES));
    expect(new Set(listed)).toEqual(new Set(CONFIG_VARIABLES));
  });

  test('name commands that there are', () => {
    for (const file of documents) {
      for (const [, name] of read(file).matchAll(/npm run ([a-z:]+)/g))
        expect([file, scripts]).toEqual([file, expect.arrayContaining([name])]);
    }
  });

  test('link to files that there are', () => {
    for (const document of documents) {
      for (const [, target] of read(document).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)) {
        const path = join(dirname(document), target as string);
        expect([document, target, exists(path)]).toEqual([document, target, true]);
      }
    }
  });

  test('list in the README the routes that /openapi.json describes', () => {
    const table = readme.slice(readme.indexOf('## Routes'), readme.indexOf('## Configuration'));
    const rows = [...table.matchAll(/^\| (`.*?) +\|/gm)].map(([, routes]) => routes as string);
    const listed = rows.flatMap((row) => {
      const [first = '', ...others] = [...row.matchAll(/`(?:(?:GET|POST) )?(\/[^`]*)`/g)].map(
        ([, path]) => path,
      );
      return [first, ...others.map((path) => (first.includes('{id}') ? `${dirname(first)}${path}` : path))];
    });
    const known = Object.keys(PATHS).map((path) => path.replace('{job_id}', '{id}'));
    expect(new Set(listed)).toEqual(new Set([...known.filter((path) => path !== '/'), '/graphql']));
  });

  test('tell askers what to do about each code, and its status', () => {
    const codes = [...read('src/reports/errors.ts').matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(
      ([, code]) => code,
    );
    const page = read('docs/asking-for-reports.md');
    const section = page.slice(page.indexOf('## When it does not work'));
    const known = codes.slice(0, codes.indexOf('SERVICE_UNAVAILABLE') + 1) as ErrorCode[];
    expect(known.length).toBeGreaterThan(15);
    for (const code of known) {
      const row = section.split('\n').find((line) => line.startsWith('| `') && line.includes(`\`${code}\``));
      expect([code, row?.split('|')[2]?.trim()]).toEqual([code, String(statusOf(code))]);
    }
  });

  test('name tests that there are as the proof of what is compared with peers', () => {
    const page = read('docs/peers.md');
    const [theirs = '', ours = ''] = page.split('## What this service does');
    const rows = (text: string): readonly string[] =>
      text
        .split('\n')
        .filter((line) => /^\| (?!-)/.test(line))
        .slice(1);
    const proofs = rows(ours).map((row) => /`(tests\/[^`]+)`: (.*?) +\|$/.exec(row));
    expect(proofs).toHaveLength(rows(theirs).length);
    for (const proof of proofs) {
      const [, file = '', title = ''] = proof ?? [];
      const isThere = exists(file) && read(file).includes(`('${title}'`);
      expect([file, title, isThere]).toEqual([file, title, true]);
    }
  });

  test('name sources for what peers do that are given', () => {
    const page = read('docs/peers.md');
    const given = [...page.matchAll(/^\[(\w+)\]: https:/gm)].map(([, name]) => name);
    const used = [...page.matchAll(/\[1\]\[(\w+)\]/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(given));
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function exists(path: string): boolean {
  try {
    readdirSync(join(root, path));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}

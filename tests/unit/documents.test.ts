import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { root } from '../../scripts/project.mjs';
import { topology } from '../../src/adapters/rabbitmq/topology.js';
import { CONFIG_VARIABLES } from '../../src/config.js';
import { describeRoutes } from '../../src/http/app.js';
import { createOpenApiDocument, openApiPaths } from '../../src/http/openapi/document.js';
import { statusOf } from '../../src/http/web/problem.js';
import type { ErrorCode } from '../../src/reports/errors.js';
import { expectDescribed } from '../http/support/described.js';
import { blocksOf } from '../support/document-blocks.js';
import { CATALOG } from '../support/reports.js';

const readme = read('README.md');
const documents = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const { scripts: commands } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const scripts = Object.keys(commands);

describe('the documents', () => {
  test('name the same variables in the configuration, .env.example and the README', () => {
    const example = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    const table = readme.slice(readme.indexOf('## Configuration'), readme.indexOf('## Why Bee-Queue'));
    const listed = [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(new Set(example)).toEqual(new Set(CONFIG_VARIABLES));
    expect(new Set(listed)).toEqual(new Set(CONFIG_VARIABLES));
  });

  test('have blocks that bash and zsh take as they are pasted', () => {
    for (const file of documents) {
      const blocks = blocksOf(file, 'sh');
      for (const block of blocks) {
        // Blocks have no comments: an interactive zsh runs a comment as a command, and an apostrophe in it opens a
        // quote.
        expect([file, block]).toEqual([file, expect.not.stringMatching(/^\s*#|\s#\s/m)]);
        const set = new Set([...blocks.join('').matchAll(/\b([A-Z_]+)=/g)].map(([, name]) => name));
        for (const [, name] of block.matchAll(/\$([A-Z_]+)/g))
          expect([file, [...set]]).toEqual([file, expect.arrayContaining([name])]);
      }
    }
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

  test('link to sections that there are', () => {
    for (const document of documents) {
      for (const [, path = '', section] of read(document).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)) {
        const target = path === '' ? document : join(dirname(document), path);
        expect([document, target, sectionsOf(read(target))]).toEqual([
          document,
          target,
          expect.arrayContaining([section]),
        ]);
      }
    }
  });

  test('begin with a list of their sections where they are longer than two screens', () => {
    const long = documents.filter((document) => read(document).split('\n').length > 100);
    expect(long).toContain('README.md');
    for (const document of long.filter((name) => name !== 'CHANGELOG.md')) {
      const [head = '', ...sections] = read(document).split(/^(?=## )/m);
      const listed = [...head.matchAll(/\]\(#([^)]+)\)/g)].map(([, section]) => section);
      expect([document, listed]).toEqual([
        document,
        expect.arrayContaining(sections.flatMap((section) => sectionsOf(section).slice(0, 1))),
      ]);
    }
  });

  test('show answers that /openapi.json describes', async () => {
    const samples = blocksOf('docs/asking-for-reports.md', 'http');
    expect(samples.length).toBeGreaterThan(3);
    for (const sample of samples) {
      const [request = '', head = '', ...body] = sample.split('\n\n');
      const [status = '', ...headers] = head.split('\n');
      const response = new Response(body.join('\n\n'), {
        status: Number(status.split(' ')[1]),
        headers: headers.map((line) => line.split(': ', 2) as [string, string]),
      });
      const [, method = '', address = ''] = /^(\S+) (\S+)/.exec(request) ?? [];
      await expectDescribed(address, method, response);
    }
  });

  test('come with the license and the version that package.json names', () => {
    const { license, version } = JSON.parse(read('package.json')) as Record<string, string>;
    expect(read('LICENSE').startsWith(`${license} License`)).toBe(true);
    expect(createOpenApiDocument(describeRoutes(CATALOG)).info.version).toBe(version);
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
    const known = Object.keys(openApiPaths(describeRoutes(CATALOG))).map((path) =>
      path.replace('{job_id}', '{id}'),
    );
    expect(new Set(listed)).toEqual(new Set([...known, '/graphql']));
  });

  test('say what a caller should do about each code, and its status', () => {
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

  test('name existing tests as the proof of each comparison with peers', () => {
    const [theirs = '', ours = ''] = read('docs/peers.md').split('## What this service does');
    expect(expectProofs(ours)).toBe(rowsOf(theirs).length);
  });

  test('name tests that there are as the proof of what it conforms to', () => {
    expect(expectProofs(read('docs/conformance.md'))).toBeGreaterThan(10);
  });

  test('count the audits of GraphQL over HTTP', () => {
    const audits = serverAudits({ url: '' });
    const counts = ['MUST', 'SHOULD', 'MAY'].map(
      (level) => `${audits.filter(({ name }) => name.startsWith(level)).length} ${level}`,
    );
    for (const count of counts) expect(read('docs/conformance.md')).toContain(count);
  });

  test('name no command of npm that fails where no packages are installed', () => {
    const installing = /^node scripts\/install-packages\.mjs && |^exec node scripts\/[a-z-]+\.mjs\b/;
    expect(Object.entries(commands).filter(([, command]) => !installing.test(command))).toEqual([]);
    const own = Object.values(commands).flatMap((command) => /^exec node (\S+)/.exec(command)?.[1] ?? []);
    for (const script of own) expect(importsOf(script)).toContain('scripts/install.mjs');
  });

  test.each(['architecture', 'brokers', 'security'])('name files that there are in docs/%s.md', (name) => {
    const page = read(`docs/${name}.md`);
    const paths = [...page.matchAll(/`((?:src|tests|scripts)\/[^`]+)`/g)].map(([, path]) => path as string);
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => `docs/${path}`);
    expect([paths.length, links.length].every((count) => count > 0)).toBe(true);
    for (const path of [...paths, ...links]) expect([path, exists(path)]).toEqual([path, true]);
  });

  test('name the queues and exchanges that the service declares in RabbitMQ', () => {
    const { jobs, failedAttempts, deadLetters, givenUp, events } = topology();
    const page = read('docs/brokers.md');
    const listed = [...page.matchAll(/^\| `(posts-report[^`]*)`/gm)].map(([, name]) => name);
    expect(listed).toEqual([
      ...[jobs, failedAttempts, deadLetters].map(({ queue }) => queue),
      ...[givenUp, events].map(({ exchange }) => exchange),
    ]);
  });

  test('name only sources that exist for what peers do', () => {
    const page = read('docs/peers.md');
    const given = [...page.matchAll(/^\[(\w+)\]: https:/gm)].map(([, name]) => name);
    const used = [...page.matchAll(/\[1\]\[(\w+)\]/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(given));
  });
});

/** Returns the anchors that GitHub makes for the headings of a text. */
function sectionsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Returns the rows of a table without its head. */
function rowsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => /^\| (?!-)/.test(line))
    .slice(1);
}

/** Checks that each row ends with a test file and the title of a test in this file. Returns the number of rows. */
function expectProofs(text: string): number {
  const rows = rowsOf(text);
  for (const row of rows) {
    const [, file = '', title = ''] = /`(tests\/[^`]+)`: (.*?) +\|$/.exec(row) ?? [];
    expect([row, exists(file) && read(file).includes(`('${title}'`)]).toEqual([row, true]);
  }
  return rows.length;
}

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

/** Returns all modules of the project that a script imports, directly or indirectly. */
function importsOf(script: string, found = new Set<string>()): ReadonlySet<string> {
  for (const [, path = ''] of read(script).matchAll(/(?:from|import\()\s?'(\.[^']+\.mjs)'/g)) {
    const imported = join(dirname(script), path);
    if (found.has(imported)) continue;
    found.add(imported);
    importsOf(imported, found);
  }
  return found;
}

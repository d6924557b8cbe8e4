/**
 * Runs the bench with so few posts that its figures mean nothing. Tests only that each claim can be measured and that
 * the command prints its results.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Result } from '../../bench/result.js';
import { root } from '../../scripts/project.mjs';

const TIMEOUT_MS = 600_000;
const dir = mkdtempSync(join(tmpdir(), 'posts-report-bench-test-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('npm run bench', () => {
  test(
    'measures a claim of each sort',
    async () => {
      const names = [
        ...['c-client', 'naive', 'group-by', 'memory', 'words', 'overhead', 'seeding'],
        ...['responsive', 'round-trip', 'accept', 'smallest-request', 'fan-out'],
      ];
      const file = join(dir, 'result.json');
      const { code, output } = await bench(
        ...[
          '--posts',
          '2000',
          '--pairs',
          '2',
          '--gated',
          '--tries',
          '1',
          '--broker',
          'bee-queue',
          '--only',
          names.join(),
        ],
        ...['--save', file],
      );
      const { claims, posts } = JSON.parse(readFileSync(file, 'utf8')) as Result;
      expect(posts).toBe(2000);
      expect(claims.map(({ name }) => name).sort()).toEqual([...names].sort());
      const rows = claims.flatMap((claim) => claim.rows);
      expect(rows.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      for (const { name, figures, gate, outcome } of rows) {
        expect(output).toContain(name);
        expect([name, Object.values(figures).every(Number.isFinite)]).toEqual([name, true]);
        expect([name, gate === '–']).toEqual([name, outcome === 'shown']);
      }
      expect(code).toBe(rows.some(({ outcome }) => outcome === 'missed') ? 1 : 0);
    },
    TIMEOUT_MS,
  );

  test('puts what was saved into a page', async () => {
    const claim = (name: string) => ({
      name,
      says: 'much',
      seconds: 1,
      rows: [
        {
          name: `${name}: row`,
          measured: 'so much',
          gate: '–',
          control: null,
          outcome: 'shown' as const,
          figures: {},
        },
      ],
    });
    const claims = [claim('growth'), claim('both-ways')];
    const result: Result = { machine: 'a machine', posts: 5000, pairs: 2, claims };
    const [saved, page] = [join(dir, 'saved.json'), join(dir, 'page.md')];
    writeFileSync(saved, JSON.stringify(result));
    const place = (names: string, text: string) => `<!-- bench: ${names} -->\n${text}\n<!-- end of bench -->`;
    const kept = `Between.\n\n${place('words', 'kept')}`;
    writeFileSync(page, ['Before.', place('both-ways, naive', 'old'), kept].join('\n\n'));

    const { code } = await bench('--from', saved, '--document', page);

    expect(code).toBe(0);
    const filled = readFileSync(page, 'utf8');
    expect(filled).toMatch(/^Before\.\n\n<!-- bench: both-ways.*\n\n\| what/);
    expect(filled).toContain('| both-ways: row | so much | – | – | shown |');
    expect(filled).not.toMatch(/old|growth/);
    expect(filled).toContain(kept);
  });

  test('says which claims there are when it does not know one', async () => {
    const { code, output } = await bench('--only', 'naive,faster');
    expect(code).toBe(2);
    expect(output).toMatch(/--only must be among .*naive.*, but is faster/);
  });
});

async function bench(...args: string[]): Promise<{ code: number; output: string }> {
  const { PATH = '', HOME = '', XDG_CACHE_HOME = '', NODE_EXTRA_CA_CERTS = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/run.ts', ...args], {
    cwd: root,
    env: { PATH, HOME, XDG_CACHE_HOME, NODE_EXTRA_CA_CERTS },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

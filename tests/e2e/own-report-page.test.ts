import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { runToEnd } from '../../scripts/run-to-end.mjs';
import { createCheckout, startEnvironment, type Checkout, type Command } from '../support/checkout.js';
import { blocksOf } from '../support/document-blocks.js';
import { INTERFACES, graphql, send, type Caller } from './own-report/interfaces.js';
import { grouped, REVENUE } from './own-report/grouped.js';
import { startOwnedServer, type OwnedServer } from './own-report/shop.js';

const BIN = fileURLToPath(new URL('../support/bin', import.meta.url));
const PAGE = 'docs/your-own-report.md';
const [makeTable = '', copyDefinition = '', startService = '', askByRest = ''] = blocksOf(PAGE, 'sh');
const [grant = '', makeView = ''] = blocksOf(PAGE, 'sql');

let home: string;
let database: OwnedServer;
let checkout: Checkout;
let before: string;
let start: Command;
let caller: Caller;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'posts-report-home-'));
  [database, checkout] = await Promise.all([startOwnedServer(), createCheckout()]);
  await runShell(makeTable);
  await database.run(grant);
  await runShell(copyDefinition);
  before = fingerprintOf(checkout.dir);
  start = checkout.run('sh', ['-c', startService.replace(':3306', `:${database.port}`)], {
    ...(await startEnvironment()),
    HOME: home,
  });
  await start.waitForOutput(/Try this first/);
  caller = { url: checkout.service().apiUrl, token: '' };
}, 400_000);

afterAll(async () => {
  process.kill(checkout.service().process.pid, 'SIGTERM');
  await start.ended;
  checkout?.remove();
  await database?.close();
  rmSync(home, { recursive: true, force: true });
});

test('npm start lists the reports, which to try first, and where they are read, without the password', () => {
  expect(start.output()).toMatch(/Reports +revenue-per-customer, posts, posts-per-day/);
  expect(start.output()).toMatch(/Try this first:\s+curl \S+\/report\/revenue-per-customer\s/);
  expect(start.output()).toMatch(/Read from +mysql:\/\/reports:…@127\.0\.0\.1:\d+\/shop/);
  expect(start.output()).not.toContain('secret');
});

test('npm start changes no file of the checkout', () => {
  expect(fingerprintOf(checkout.dir)).toBe(before);
});

test('npm start writes nothing to the source, whose account may not write, and makes no posts', async () => {
  expect(start.output()).not.toContain('making some');
  const tables = await database.run(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'shop'",
  );
  expect(tables).toEqual([{ name: 'orders' }]);
  const { sourceUrl = '' } = checkout.service();
  const reader = await createConnection(sourceUrl);
  await expect(reader.query('INSERT INTO orders (amount) VALUES (1)')).rejects.toThrow(/denied/);
  reader.destroy();
});

test('npm start lets other commands of the checkout join with the same source and reports', () => {
  expect(checkout.service()).toMatchObject({
    sourceUrl: `mysql://reports:secret@127.0.0.1:${database.port}/shop`,
    reportsDir: join(home, 'reports'),
  });
});

test('every command of the page is answered', async () => {
  const log = join(home, 'curl.jsonl');
  await runShell(askByRest.replaceAll('http://127.0.0.1:4000', caller.url), { CURL_LOG: log });
  const calls = readFileSync(log, 'utf8').trim().split('\n');
  expect(calls.map((line) => (JSON.parse(line) as { status: number }).status)).toEqual([
    200, 200, 200, 200, 200,
  ]);
});

test.each(blocksOf(PAGE, 'graphql').map((query) => [query]))('GraphQL answers %s', async (query) => {
  const answer = JSON.stringify(await graphql(caller, query));
  expect(answer).toMatch(/"totalCustomers":2/);
});

describe.each(Object.entries(INTERFACES))('%s', (_name, readRows) => {
  test('has the rows that GROUP BY BINARY has', async () => {
    expect(await readRows(caller, REVENUE, {})).toEqual(await grouped(database, REVENUE));
  });
});

test('the view of the page can be made, and read by the account of the service', async () => {
  await database.run(makeView);
  const reader = await createConnection(checkout.service().sourceUrl ?? '');
  const [rows] = await reader.query('SELECT customer FROM paid_orders');
  reader.destroy();
  expect(rows).toHaveLength(4);
});

test('a report over a table that the account may not read is SOURCE_MISMATCH', async () => {
  const response = await send(caller, 'GET', '/api/1.0/report/posts');
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({
    code: 'SOURCE_MISMATCH',
    detail: 'The table posts of the source may not be read by the account of the service.',
  });
});

test('npm start with a wrong folder of definitions ends with exit code 78 and one sentence', async () => {
  const other = await createCheckout();
  const refused = other.run('npm', ['start'], {
    ...(await startEnvironment()),
    REPORTS_DIR: join(home, 'none'),
    DATABASE_URL: 'mysql://app:none@127.0.0.1:1/none',
    REDIS_URL: 'redis://127.0.0.1:1',
  });
  expect(await refused.ended).toBe(78);
  expect(refused.output()).toMatch(/^ *REPORTS_DIR=.*none cannot be read: /m);
  expect(refused.output()).not.toMatch(/^ {4}at /m);
  other.remove();
}, 200_000);

async function runShell(commands: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  await runToEnd('sh', ['-eu'], {
    input: commands,
    env: {
      PATH: BIN + delimiter + process.env['PATH'],
      HOME: home,
      MARIADB_SOCKET: database.socketPath,
      MARIADB_USER: database.owner,
      ...env,
    },
  });
}

/** Hashes the paths and contents of all files, except in the folders that `npm start` writes. */
function fingerprintOf(dir: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isMade = /^(?:\.local|dist|node_modules)(?:\/|$)/.test(path.slice(dir.length + 1));
    if (entry.isFile() && !isMade) hash.update(`${path}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

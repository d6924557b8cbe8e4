/**
 * Runs the service on servers with settings that operators use. The service's own sessions set the variables on which
 * the service relies.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createConnection, type Connection } from 'mysql2/promise';
import { createDatabase, type Database } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { createRowSource } from '../../src/adapters/mysql/mysql-row-source.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { queryOf } from '../../src/reports/report-definition.js';
import type { TextColumn } from '../../src/reports/text-column.js';
import { isMariaDb } from '../support/is-maria-db.js';
import { EVERYTHING } from '../support/reports.js';
import { startDatabaseServer, type DatabaseServer } from './database-server.js';
import { claimOf, queued, report, request, running } from './job-store/material.js';
import { migrateDatabase } from '../support/migrated-database.js';

/** Statements that change a server's setting, and change it back. */
const SETTINGS: readonly (readonly [set: string, reset: string])[] = [
  ['SET GLOBAL autocommit = 0', 'SET GLOBAL autocommit = 1'],
  ["SET GLOBAL init_connect = 'SET autocommit = 0'", "SET GLOBAL init_connect = ''"],
  ["SET GLOBAL completion_type = 'CHAIN'", "SET GLOBAL completion_type = 'NO_CHAIN'"],
  ["SET GLOBAL completion_type = 'RELEASE'", "SET GLOBAL completion_type = 'NO_CHAIN'"],
  ['SET GLOBAL sql_select_limit = 100', 'SET GLOBAL sql_select_limit = 18446744073709551615'],
  ["SET GLOBAL init_connect = 'SET NAMES latin1'", "SET GLOBAL init_connect = ''"],
  ["SET GLOBAL init_connect = 'SET timestamp = 1000000000'", "SET GLOBAL init_connect = ''"],
  ['SET GLOBAL max_join_size = 100', 'SET GLOBAL max_join_size = 18446744073709551615'],
  ["SET GLOBAL init_connect = 'SET unique_checks = 0'", "SET GLOBAL init_connect = ''"],
  ["SET GLOBAL init_connect = 'SET sql_safe_updates = 1'", "SET GLOBAL init_connect = ''"],
  ["SET GLOBAL time_zone = '+09:00'", "SET GLOBAL time_zone = 'SYSTEM'"],
  ["SET GLOBAL sql_mode = 'ANSI_QUOTES'", 'SET GLOBAL sql_mode = DEFAULT'],
  ["SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'", 'SET GLOBAL sql_mode = DEFAULT'],
  ["SET GLOBAL sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,PIPES_AS_CONCAT'", 'SET GLOBAL sql_mode = DEFAULT'],
  ...(isMariaDb ? ([["SET GLOBAL sql_mode = 'ORACLE'", 'SET GLOBAL sql_mode = DEFAULT']] as const) : []),
  ["SET GLOBAL sql_mode = ''", 'SET GLOBAL sql_mode = DEFAULT'],
  [
    'SET GLOBAL TRANSACTION ISOLATION LEVEL SERIALIZABLE',
    'SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  ],
  ['SET GLOBAL TRANSACTION READ ONLY', 'SET GLOBAL TRANSACTION READ WRITE'],
  ['SET GLOBAL lock_wait_timeout = 1', 'SET GLOBAL lock_wait_timeout = 86400'],
];

const USERS = 499;
/** Unicode spaces separate the words. */
const WORDS = 'ein\u00a0zwei\u3000drei\u2003"vier"\\';

let server: DatabaseServer;
let onlooker: Connection;

async function open(options: readonly string[] = []): Promise<void> {
  server = await startDatabaseServer(options);
  await migrateDatabase(server.url);
  onlooker = await createConnection({ uri: server.url, charset: 'utf8mb4' });
  await onlooker.query(SQL_DEFAULTS);
  const rows = Array.from({ length: USERS }, (_, index) => [index + 1, WORDS]);
  await onlooker.query('INSERT INTO posts (user_id, context) VALUES ?', [rows]);
}

/** The test's own connection does not use the server's settings. */
const SQL_DEFAULTS = "SET NAMES utf8mb4, autocommit = 1, sql_mode = ''";

async function close(): Promise<void> {
  await onlooker?.end();
  await server?.close();
}

async function expectNothingIsLost(): Promise<void> {
  const database = createDatabase(server.url, { multipleStatements: true });
  try {
    await expectJobsAreCommitted(database);
  } finally {
    await database.close();
  }
  expect(await readTexts({ rowBytes: true })).toEqual(Array(USERS).fill(WORDS));
  expect(await readTexts({ rowBytes: false })).toEqual(Array(USERS).fill(WORDS));
}

async function expectJobsAreCommitted(database: Database): Promise<void> {
  const store = createJobStore(database);
  const blank = request();
  const asked = { ...blank, idempotencyKey: `"${blank.id}"\\` };
  await store.accept(asked);
  expect(await statusOf(asked.id)).toBe('QUEUED');
  expect((await store.accept({ ...asked, id: request().id })).job.id).toBe(asked.id);
  await store.cancel(asked.id);

  const job = await running(store);
  await store.succeed(claimOf(job), report(await store.now()), { resultTtlSeconds: 60 });
  expect(await statusOf(job.id)).toBe('SUCCEEDED');
  await store.sweep({ retentionSeconds: 3600, limit: 10 });
  const { id, createdAt } = await queued(store);
  expect(await statusOf(id)).toBe('QUEUED');
  expect(Math.abs(createdAt.getTime() - Date.now())).toBeLessThan(60_000);
  expect(await store.retryFailedJobs({ limit: 1, dryRun: true, attempts: 1 })).toMatchObject({
    matchedCount: 0,
  });
}

async function statusOf(id: string): Promise<unknown> {
  const [rows] = await onlooker.query('SELECT status FROM report_jobs WHERE id = ?', [id]);
  return (rows as { status: string }[])[0]?.status;
}

async function readTexts(options: { rowBytes: boolean }): Promise<string[]> {
  const source = createRowSource({ sourceUrl: server.url, databaseUrl: server.url, ...options });
  const texts: string[] = [];
  try {
    await source.read(queryOf(posts, EVERYTHING), {
      signal: new AbortController().signal,
      onStart() {},
      onBatch({ count, columns }) {
        const [, { bytes, starts, ends }] = columns as readonly [unknown, TextColumn];
        for (let row = 0; row < count; row += 1) {
          texts.push(Buffer.from(bytes.subarray(starts[row], ends[row])).toString('utf8'));
        }
      },
    });
  } finally {
    await source.close();
  }
  return texts;
}

describe('with any settings of the server, jobs are committed and reports are whole', () => {
  beforeAll(() => open());
  afterAll(close);

  test.each(SETTINGS)('%s', async (set, reset) => {
    await server.change(set);
    try {
      await expectNothingIsLost();
    } finally {
      await server.change(reset);
    }
  });
});

describe.each([
  [
    [
      // Newer versions of MySQL do not have the variable.
      '--loose-skip-character-set-client-handshake',
      '--character-set-server=latin1',
      '--collation-server=latin1_swedish_ci',
    ],
  ],
  [['--autocommit=0', '--transaction-isolation=READ-UNCOMMITTED']],
  [['--max-join-size=100']],
  [['--log-bin', '--binlog-format=MIXED', '--server-id=1']],
])('with %s', (options) => {
  beforeAll(() => open(options));
  afterAll(close);

  test('jobs are committed and reports are whole', expectNothingIsLost);
});

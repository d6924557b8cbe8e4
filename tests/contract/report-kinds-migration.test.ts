import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import knexModule, { type Knex } from 'knex';
import { ulid } from 'ulid';
import { connectionSettings } from '../../src/adapters/mysql/connection-settings.js';
import { createDatabase, type Database } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { createResultStore } from '../../src/adapters/mysql/mysql-result-store.js';
import { getFinishedJob } from '../../src/jobs/read-result.js';
import { ANONYMOUS } from '../../src/reports/requester.js';
import { rowAt } from '../../src/reports/cells.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { MIGRATIONS } from '../support/migrated-database.js';
import { readRows } from '../support/result-rows.js';
import { CATALOG } from '../support/reports.js';

const KINDS = '20261201200000_report_kinds.ts';
const FILTER = '{"userIds":[1,2,3],"createdFrom":null,"createdTo":null}';
/** The filter's hash, as the service wrote it when it had only one report. */
const FILTER_HASH = createHash('sha256').update(`posts\n${FILTER}`).digest('hex');
const KEY = 'before-the-migration';
const ROWS: readonly (readonly [userId: number, words: number, posts: number])[] = [
  [-5, 12, 1],
  [7, 0, 3],
  [2_147_483_647, 70_000, 4],
];
/** One total does not fit 32 bits. The service saved a result with such a total in another form. */
const WIDE_ROWS: typeof ROWS = [
  [1, 5_000_000_000, 2],
  [2, 3, 1],
];

let own: TestDatabase;
let knex: Knex;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  knex = knexModule.knex({
    client: 'mysql2',
    connection: connectionSettings(own.url),
    pool: { min: 0, max: 1 },
    migrations: { directory: MIGRATIONS, extension: 'ts', loadExtensions: ['.ts'] },
  });
  database = createDatabase(own.url);
});
afterAll(async () => {
  await knex.destroy();
  await database.close();
  await own.drop();
});

describe('what was saved before there were several reports', () => {
  const narrow = ulid();
  const wide = ulid();

  beforeAll(async () => {
    await migrateUntil(KINDS);
    await saveAsBefore(narrow, ROWS, narrowPart(ROWS));
    await saveAsBefore(wide, WIDE_ROWS, widePart(WIDE_ROWS));
    await knex('idempotency_keys').insert({
      requested_by: 'anonymous',
      key: KEY,
      filter_hash: FILTER_HASH,
      job_id: narrow,
      created_at: knex.raw('UTC_TIMESTAMP(3)'),
    });
    await knex.migrate.latest();
  });

  test.each([
    ['of 32 bits', narrow, ROWS],
    ['of 53 bits', wide, WIDE_ROWS],
  ])('results %s are read, with their totals', async (_name, id, rows) => {
    const job = await getFinishedJob({ store: createJobStore(database), reports: CATALOG }, ANONYMOUS, id);
    expect(job.summary).toMatchObject({
      rowCount: rows.length,
      totals: {
        totalWords: rows.reduce((sum, [, words]) => sum + words, 0),
        totalPosts: rows.reduce((sum, [, , count]) => sum + count, 0),
      },
    });

    const range = { offset: 0, limit: 10 };
    const table = await readRows(createResultStore(database), job, posts.orders[0], range);
    expect(rows.map((_, row) => rowAt(table, row))).toEqual(
      rows.map(([userId, totalWords, totalPosts]) => ({ userId, totalWords, totalPosts })),
    );
  });

  test('a key from before is answered by its job', async () => {
    const filter = JSON.parse(FILTER) as { userIds: number[]; createdFrom: null; createdTo: null };
    const accepted = await createJobStore(database).accept({
      id: ulid(),
      kind: 'posts',
      definition: posts.fingerprint,
      filter,
      requestedBy: 'anonymous',
      requestId: 'request-1',
      maxAttempts: 3,
      maxOpenJobs: 10_000,
      idempotencyKey: KEY,
      maxAgeSeconds: null,
    });
    expect(accepted).toMatchObject({ outcome: 'replayed', job: { id: narrow } });
  });

  test('a report from before that is young enough answers a request', async () => {
    const accepted = await createJobStore(database).accept({
      id: ulid(),
      kind: 'posts',
      definition: posts.fingerprint,
      filter: JSON.parse(FILTER) as { userIds: number[]; createdFrom: null; createdTo: null },
      requestedBy: 'anonymous',
      requestId: 'request-1',
      maxAttempts: 3,
      maxOpenJobs: 10_000,
      idempotencyKey: null,
      maxAgeSeconds: 3600,
    });
    expect(accepted.outcome).toBe('reused');
    expect([narrow, wide]).toContain(accepted.job.id);
  });
});

async function migrateUntil(name: string): Promise<void> {
  for (;;) {
    const [, pending] = (await knex.migrate.list()) as [unknown, { file: string }[]];
    if (pending[0] === undefined || pending[0].file === name) return;
    await knex.migrate.up();
  }
}

async function saveAsBefore(id: string, rows: typeof ROWS, data: Buffer): Promise<void> {
  const now = knex.raw('UTC_TIMESTAMP(3)');
  const expiry = knex.raw('UTC_TIMESTAMP(3) + INTERVAL 1 DAY');
  await knex('report_jobs').insert({
    id,
    kind: 'posts',
    status: 'SUCCEEDED',
    version: 3,
    epoch: 1,
    filter: FILTER,
    filter_hash: FILTER_HASH,
    requested_by: 'anonymous',
    processed_posts: 8,
    total_posts: rows.reduce((sum, [, , count]) => sum + count, 0),
    percent: 100,
    attempt_count: 1,
    max_attempts: 3,
    created_at: now,
    started_at: now,
    completed_at: now,
    total_users: rows.length,
    total_words: rows.reduce((sum, [, words]) => sum + words, 0),
    as_of: now,
    duration_ms: 5,
    expires_at: expiry,
  });
  await knex('report_results').insert({
    job_id: id,
    epoch: 1,
    ordering: 'USER_ID_ASC',
    part: 0,
    first_row: 0,
    row_count: rows.length,
    data,
    expires_at: expiry,
  });
}

/** Users, words and posts. Each value is saved as its difference from the value before, in 32 bits. */
function narrowPart(rows: typeof ROWS): Buffer {
  return deflateRawSync(Buffer.concat([0, 1, 2].map((column) => differences(rows, column))));
}

/** Words and posts as doubles, and then users as differences in 32 bits. */
function widePart(rows: typeof ROWS): Buffer {
  const doubles = [1, 2].map((column) =>
    Buffer.from(Float64Array.from(rows, (row) => row[column] ?? 0).buffer),
  );
  return deflateRawSync(Buffer.concat([...doubles, differences(rows, 0)]));
}

function differences(rows: typeof ROWS, column: number): Buffer {
  const values = rows.map((row) => row[column] ?? 0);
  return Buffer.from(Uint32Array.from(values, (value, row) => value - (values[row - 1] ?? 0)).buffer);
}

import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Knex } from 'knex';
import { LATEST_MIGRATION } from '../../src/adapters/mysql/database.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { isMariaDb } from '../support/is-maria-db.js';
import { knexForMigrations, migrateDatabase, MIGRATIONS } from '../support/migrated-database.js';
import { createDatabaseProxy } from './database-proxy.js';
import { startDatabaseServer } from './database-server.js';

let own: TestDatabase;
let knex: Knex;

beforeAll(async () => {
  own = await createTestDatabase();
  knex = knexForMigrations(own.url);
});
afterAll(async () => {
  await knex.destroy();
  await own.drop();
});

test('the version that readiness looks for is the newest migration', () => {
  expect(LATEST_MIGRATION).toBe(
    readdirSync(MIGRATIONS)
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .at(-1),
  );
});

test('migrations go up, down and up again', async () => {
  const tables = [
    'idempotency_keys',
    'posts',
    'report_job_attempts',
    'report_jobs',
    'report_results',
    'report_workers',
  ];
  const findTables = async () => {
    const rows = (await knex('information_schema.tables')
      .select('table_name as name')
      .whereRaw('table_schema = DATABASE()')) as { name: string }[];
    return rows
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('knex_'))
      .sort();
  };

  await knex.migrate.latest();
  expect(await findTables()).toEqual(tables);
  await knex.migrate.rollback(undefined, true);
  expect(await findTables()).toEqual([]);
  await knex.migrate.latest();
  expect(await findTables()).toEqual(tables);
});

test('posts have exactly the columns that the report and its readers know', async () => {
  const columns = await knex('posts').columnInfo();

  expect(Object.keys(columns).sort()).toEqual(['context', 'created_at', 'id', 'user_id']);
  expect(Object.values(columns).every(({ nullable }) => !nullable)).toBe(true);
});

test('migrations that are cut behind any statement run to the end the next time', async () => {
  await knex.migrate.latest();
  const whole = await schemaOf(knex);
  const statements = await changesOf(knex);
  expect(statements.length).toBeGreaterThan(20);

  for (const sql of statements) {
    const cut = await createTestDatabase();
    const proxy = await createDatabaseProxy(cut.url);
    const [first, second] = [knexForMigrations(proxy.url), knexForMigrations(cut.url)];
    try {
      const { wasLost } = proxy.loseAnswerTo(sql);
      await expect(first.migrate.latest()).rejects.toThrow();
      expect(wasLost()).toBe(true);

      await second.migrate.forceFreeMigrationsLock();
      await second.migrate.latest();

      expect(await schemaOf(second)).toEqual(whole);
    } finally {
      await Promise.all([first.destroy(), second.destroy()]);
      await proxy.close();
      await cut.drop();
    }
  }
}, 300_000);

/** Reads the CREATE statement of each table. */
async function schemaOf(own: Knex): Promise<Record<string, string>> {
  const [tables] = (await own.raw('SHOW TABLES')) as [Record<string, string>[]];
  const names = tables.flatMap((row) => Object.values(row)).filter((name) => !name.startsWith('knex_'));
  const schema: Record<string, string> = {};
  for (const name of names) {
    const [[row]] = (await own.raw('SHOW CREATE TABLE ??', [name])) as [[Record<string, string>]];
    schema[name] = row['Create Table'] ?? '';
  }
  return schema;
}

/** Finds the CREATE and ALTER statements of all migrations. */
async function changesOf(own: Knex): Promise<string[]> {
  await own.migrate.rollback(undefined, true);
  const statements: string[] = [];
  const note = ({ sql }: { sql: string }) => {
    if (/^(create|alter) table/i.test(sql)) statements.push(sql);
  };
  own.on('query', note);
  await own.migrate.latest();
  own.off('query', note);
  return statements;
}

describe('a table posts that was there before', () => {
  const withPosts = async (columns: string, use: (own: Knex) => Promise<void>) => {
    const existing = await createTestDatabase();
    const other = knexForMigrations(existing.url);
    try {
      await other.raw(`CREATE TABLE posts (${columns})`);
      await use(other);
    } finally {
      await other.destroy();
      await existing.drop();
    }
  };

  test('is used as it is when its columns fit', async () => {
    await withPosts(
      'number BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, context MEDIUMTEXT, created_at DATETIME, extra INT',
      async (other) => {
        await other.raw("INSERT INTO posts VALUES (1, 1, 'two words', NOW(), 1)");
        const before = (await schemaOf(other))['posts'];
        await other.migrate.latest();
        expect((await schemaOf(other))['posts']).toBe(before);
      },
    );
  });

  test.each([
    ['user_id has the type varchar', 'user_id VARCHAR(36), context TEXT, created_at DATETIME'],
    ['context is missing', 'user_id INT, body TEXT, created_at DATETIME'],
  ])('is refused when its column %s, and nothing is made', async (problem, columns) => {
    await withPosts(columns, async (other) => {
      await expect(other.migrate.latest()).rejects.toThrow(`its column ${problem}.`);
      expect(Object.keys(await schemaOf(other))).toEqual(['posts']);
    });
  });
});

const ORACLE = isMariaDb ? ['--sql-mode=ORACLE'] : [];

test.each([
  [['--innodb-default-row-format=compact', '--sql-mode=NO_BACKSLASH_ESCAPES']],
  [[...ORACLE, '--character-set-server=latin1', '--collation-server=latin1_swedish_ci']],
])('tables are made on a server with %s', async (options) => {
  const server = await startDatabaseServer(options);
  try {
    await migrateDatabase(server.url);
  } finally {
    await server.close();
  }
});

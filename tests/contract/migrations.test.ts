import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import knexModule, { type Knex } from 'knex';
import { connectionSettings } from '../../src/adapters/mysql/connection-settings.js';
import { LATEST_MIGRATION } from '../../src/adapters/mysql/knex.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { MIGRATIONS } from '../support/migrated-database.js';

let own: TestDatabase;
let knex: Knex;

beforeAll(async () => {
  own = await createTestDatabase();
  knex = knexModule.knex({
    client: 'mysql2',
    connection: connectionSettings(own.url),
    pool: { min: 0, max: 1 },
    migrations: { directory: MIGRATIONS, extension: 'ts', loadExtensions: ['.ts'] },
  });
});
afterAll(async () => {
  await knex.destroy();
  await own.drop();
});

test('the version that readiness looks for is the newest migration', () => {
  expect(LATEST_MIGRATION).toBe(readdirSync(MIGRATIONS).sort().at(-1));
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

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import knexModule from 'knex';
import { connectionSettings } from '../../src/adapters/mysql/connection-settings.js';
import { createDatabase, type Database } from '../../src/adapters/mysql/knex.js';
import { createTestDatabase, nameTestDatabase, type TestDatabase } from './database.js';
import { emptyTables } from './job-tables.js';

export const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

/** A database of its own with all tables. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await migrate(database.url);
  return database;
}

/** The same for a whole test file, which calls this at its top. No job is there when a test begins. */
export function useMigratedDatabase(): Database {
  const own = nameTestDatabase();
  const database = createDatabase(own.url);
  beforeAll(async () => {
    await own.create();
    await migrate(own.url);
  });
  beforeEach(() => emptyTables(database));
  afterAll(async () => {
    await database.close();
    await own.drop();
  });
  return database;
}

async function migrate(url: string): Promise<void> {
  const knex = knexModule.knex({
    client: 'mysql2',
    connection: connectionSettings(url),
    pool: { min: 0, max: 1 },
    migrations: { directory: MIGRATIONS, extension: 'ts', loadExtensions: ['.ts'] },
  });
  try {
    await knex.migrate.latest();
  } finally {
    await knex.destroy();
  }
}

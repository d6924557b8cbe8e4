import { fileURLToPath } from 'node:url';
import { callbackify } from 'node:util';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import knexModule, { type Knex } from 'knex';
import { connectionSettings } from '../../src/adapters/mysql/connection-settings.js';
import { createDatabase, type Database } from '../../src/adapters/mysql/database.js';
import { prepareScriptSession } from '../../src/adapters/mysql/prepare-session.js';
import { createTestDatabase, nameTestDatabase, type TestDatabase } from './database.js';
import { emptyTables } from './job-tables.js';

export const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Creates a database with all tables. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await migrateDatabase(database.url);
  return database;
}

/**
 * Creates a database with all tables for a whole test file, which calls this function at its top level. Each test
 * begins without jobs.
 */
export function useMigratedDatabase(): Database {
  const own = nameTestDatabase();
  const database = createDatabase(own.url);
  beforeAll(async () => {
    await own.create();
    await migrateDatabase(own.url);
  });
  beforeEach(() => emptyTables(database));
  afterAll(async () => {
    await database.close();
    await own.drop();
  });
  return database;
}

/** Creates all tables in an empty database. */
export async function migrateDatabase(url: string): Promise<void> {
  const knex = knexForMigrations(url);
  try {
    await knex.migrate.latest();
  } finally {
    await knex.destroy();
  }
}

/** Uses the settings of the knexfile. */
export function knexForMigrations(url: string): Knex {
  return knexModule.knex({
    client: 'mysql2',
    connection: connectionSettings(url),
    log: { warn() {}, error() {} }, // a failure rejects as well
    pool: { min: 0, max: 1, afterCreate: callbackify(prepareScriptSession) },
    migrations: { directory: MIGRATIONS, extension: 'ts', loadExtensions: ['.ts'] },
  });
}

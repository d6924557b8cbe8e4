import { fileURLToPath } from 'node:url';
import knexModule from 'knex';
import { connectionSettings } from '../../src/adapters/mysql/connection-settings.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** A database of its own with all tables. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const knex = knexModule.knex({
    client: 'mysql2',
    connection: connectionSettings(database.url),
    pool: { min: 0, max: 1 },
    migrations: { directory: MIGRATIONS, extension: 'ts', loadExtensions: ['.ts'] },
  });
  try {
    await knex.migrate.latest();
  } finally {
    await knex.destroy();
  }
  return database;
}

export const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

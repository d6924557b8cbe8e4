import type { Knex } from 'knex';
import { findServiceUrls } from './scripts/service-urls.mjs';
import { connectionSettings } from './src/adapters/mysql/connection-settings.js';

/** For `npx knex migrate:latest`, `npx knex seed:run` and the like. The service itself does not read it. */
const config: Knex.Config = {
  client: 'mysql2',
  connection: () => connectionSettings(databaseUrl()),
  pool: { min: 0, max: 2 },
  migrations: { directory: './migrations', extension: 'ts', loadExtensions: ['.ts'] },
  seeds: { directory: './seeds', extension: 'ts', loadExtensions: ['.ts'] },
};

export default config;

function databaseUrl(): string {
  try {
    return findServiceUrls().databaseUrl;
  } catch (error) {
    // Knex prints the stack, which would only bury what the message says.
    if (error instanceof Error) error.stack = error.message;
    throw error;
  }
}

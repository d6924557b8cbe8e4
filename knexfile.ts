import { fileURLToPath } from 'node:url';
import { callbackify } from 'node:util';
import type { Knex } from 'knex';
import { guardRollback, makeBatchesOfOne } from './scripts/guard-rollback.js';
import { findOwnerUrls } from './scripts/service-urls.mjs';
import { connectionSettings } from './src/adapters/mysql/connection-settings.js';
import { prepareScriptSession } from './src/adapters/mysql/prepare-session.js';

const migrations = {
  directory: folder('migrations'),
  extension: 'ts',
  loadExtensions: ['.ts'],
  beforeAll: guardRollback,
  afterAll: makeBatchesOfOne,
};

/** Settings for Knex's commands, such as `npx knex migrate:latest`. The service itself does not read this file. */
const config: Knex.Config = {
  client: 'mysql2',
  connection: () => connectionSettings(databaseUrl()),
  pool: { min: 0, max: 2, afterCreate: callbackify(prepareScriptSession) },
  migrations,
  seeds: { directory: folder('seeds'), extension: 'ts', loadExtensions: ['.ts'] },
};

export default config;

/** An absolute path, so that the commands work from every folder of the project. */
function folder(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function databaseUrl(): string {
  try {
    return findOwnerUrls().databaseUrl;
  } catch (error) {
    // Knex prints the stack, which would hide the message.
    if (error instanceof Error) error.stack = error.message;
    throw error;
  }
}

/** Prepares the database: runs the migrations, and seeds posts if there are none. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectDatabase, isRefused } from '../connect-database.mjs';
import { KNEX } from '../run-knex.mjs';
import { runToEnd } from '../run-to-end.mjs';
import { writeWhole } from '../servers/private-server.mjs';
import { localFolder, withoutPassword } from '../service-urls.mjs';
import { ConfigurationError } from './supervise.mjs';

/** Exists while posts are being inserted. If it exists at a start, seeding was interrupted. */
const UNFINISHED_SEED = join(localFolder, 'seeding');

/**
 * Reports a wrong URL in one sentence, because the migration tool would report it with a stack trace.
 * @param {{ databaseUrl: string }} database
 */
export async function ensureReachable({ databaseUrl }) {
  try {
    const connection = await connectDatabase(databaseUrl);
    await connection.end();
  } catch (error) {
    const where = withoutPassword(databaseUrl);
    const message = `No connection to DATABASE_URL=${where}: ${reasonOf(error)}`;
    if (await isRefused(error)) throw new ConfigurationError(message, { cause: error });
    throw new Error(message, { cause: error });
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  // A host name can have several IP addresses, and each connection may have failed with another error.
  if (error instanceof AggregateError) return error.errors.map(String).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {{ env: NodeJS.ProcessEnv, isPrivate: boolean, signal: AbortSignal }} database `isPrivate`: no other service
 *   uses the database.
 */
export async function migrate({ env, isPrivate, signal }) {
  try {
    await runToEnd(process.execPath, [...KNEX, 'migrate:latest'], { env, signal });
  } catch (error) {
    const isLocked = error instanceof Error && error.message.includes('Migration table is already locked');
    if (!isLocked || !isPrivate) throw error;
    // A killed migration left the lock, because no other migration can be running in a private database.
    await runToEnd(process.execPath, [...KNEX, 'migrate:unlock'], { env, signal });
    await runToEnd(process.execPath, [...KNEX, 'migrate:latest'], { env, signal });
  }
}

/**
 * @param {{ databaseUrl: string, isPrivate: boolean }} database
 * @returns {Promise<boolean>}
 */
export async function needsPosts({ databaseUrl, isPrivate }) {
  if (isPrivate && existsSync(UNFINISHED_SEED)) return true;
  const connection = await connectDatabase(databaseUrl);
  try {
    const [rows] = await connection.query('SELECT 1 FROM posts LIMIT 1');
    return Array.isArray(rows) && rows.length === 0;
  } finally {
    await connection.end();
  }
}

/**
 * Seeds posts. The seeding prints its own progress.
 * @param {{ env: NodeJS.ProcessEnv, isPrivate: boolean, signal: AbortSignal }} database
 */
export async function seed({ env, isPrivate, signal }) {
  if (isPrivate) writeWhole(UNFINISHED_SEED, '');
  await runToEnd(process.execPath, [...KNEX, 'seed:run'], { env, signal, output: 'show' });
  rmSync(UNFINISHED_SEED, { force: true });
}

/** Brings the database to the state that the service needs, and gives it something to report on. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectDatabase, isRefused } from '../connect-database.mjs';
import { KNEX } from '../run-knex.mjs';
import { runToEnd } from '../run-to-end.mjs';
import { writeWhole } from '../servers/private-server.mjs';
import { localFolder, withoutPassword } from '../service-urls.mjs';
import { ConfigurationError } from './supervise.mjs';

/** There while posts are being made; found at a start, it says that they were not made to the end. */
const UNFINISHED_SEED = join(localFolder, 'seeding');

/**
 * So that a wrong URL is one sentence instead of a trace of the migration tool.
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
  // Of several addresses of one name each may have failed for its own reason.
  if (error instanceof AggregateError) return error.errors.map(String).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {{ env: NodeJS.ProcessEnv, isPrivate: boolean, signal: AbortSignal }} database `isPrivate`: no other service uses it.
 */
export async function migrate({ env, isPrivate, signal }) {
  try {
    await runToEnd(process.execPath, [...KNEX, 'migrate:latest'], { env, signal });
  } catch (error) {
    const isLocked = error instanceof Error && error.message.includes('Migration table is already locked');
    if (!isLocked || !isPrivate) throw error;
    // Left over from a migration that was killed: no other can be under way in a database of our own.
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
 * Draws a progress bar of its own.
 * @param {{ env: NodeJS.ProcessEnv, isPrivate: boolean, signal: AbortSignal }} database
 */
export async function seed({ env, isPrivate, signal }) {
  if (isPrivate) writeWhole(UNFINISHED_SEED, '');
  await runToEnd(process.execPath, [...KNEX, 'seed:run'], { env, signal, output: 'show' });
  rmSync(UNFINISHED_SEED, { force: true });
}

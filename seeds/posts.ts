import type { Knex } from 'knex';
import type { Connection } from 'mysql2';
import { announceLoss, roughRows } from '../scripts/data-loss.mjs';
import { generatePosts } from './posts/generate-posts.js';
import { addIndexes, dropIndexes } from './posts/secondary-indexes.js';
import { showProgress } from './posts/seed-progress.js';
import { readSeedSettings, SeedError, type SeedSettings } from './posts/seed-settings.js';
import { insertPosts, loadPosts, query } from './posts/write-posts.js';

const SCRATCH = 'posts_seeding';
const REPLACED = 'posts_replaced';

/**
 * Replaces the posts. The new posts are written into another table, which replaces `posts` at the end. A seeding that
 * fails or is stopped leaves the old posts as they were, and no reader sees only a part of the new posts.
 */
export async function seed(knex: Knex): Promise<void> {
  const settings = readSeedSettings(process.env);
  const connection = (await knex.client.acquireConnection()) as Connection;
  try {
    await acquireLock(connection);
    await requirePosts(connection);
    await refuseDependents(connection);
    const rowsOf = (sql: string): Promise<unknown> => query(connection, { sql });
    const replaced = await roughRows(rowsOf, 'posts', 'posts');
    announceLoss(`Replaces ${replaced}.`, { env: process.env, changesPosts: true });
    await replacePosts(connection, settings);
  } finally {
    await knex.client.releaseConnection(connection);
  }
}

async function replacePosts(connection: Connection, settings: SeedSettings): Promise<void> {
  const { posts, users } = settings;
  try {
    await makeScratchTable(connection);
    const indexes = await dropIndexes(connection, SCRATCH);
    console.log(`Seeding ${posts.toLocaleString('en')} posts by ${users.toLocaleString('en')} users.`);
    const startedAt = performance.now();
    const progress = showProgress(posts);
    const write = (await allowsLoadData(connection)) ? loadPosts : insertPosts;
    try {
      await write(generatePosts(settings), {
        connection,
        table: SCRATCH,
        onWritten: (count) => progress.advance(count),
      });
    } finally {
      progress.stop();
    }
    await addIndexes(connection, SCRATCH, indexes);
    await swapTables(connection);
    console.log(`Seeded in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  } finally {
    await dropScratchTable(connection);
  }
}

/**
 * Takes a lock, so that only one seeding runs on a database. The server releases the lock when the connection closes.
 * The lock's name is made from the database's name, because the names of locks are global on a server.
 */
async function acquireLock(connection: Connection): Promise<void> {
  const rows = await query(connection, {
    sql: `SELECT GET_LOCK(CONCAT('seed ', LEFT(SHA2(DATABASE(), 256), 32)), 0) AS mine`,
  });
  if ((rows as { mine: number }[])[0]?.mine !== 1)
    throw new SeedError('Another seeding runs on this database.');
}

async function requirePosts(connection: Connection): Promise<void> {
  const tables = await query(connection, { sql: `SHOW TABLES LIKE 'posts'` });
  if ((tables as unknown[]).length === 0) {
    throw new SeedError('There is no table posts yet. Run `npm run db:migrate` first.');
  }
}

/**
 * Throws if a foreign key or a trigger depends on the table `posts`, because the replacement of the table would lose it
 * or fail half-way because of it.
 */
async function refuseDependents(connection: Connection): Promise<void> {
  const dependents = (await query(connection, {
    sql: `SELECT CONCAT('foreign key ', constraint_name, ' of table ', table_name) AS name
            FROM information_schema.referential_constraints
           WHERE (constraint_schema = DATABASE() AND table_name = 'posts')
              OR (unique_constraint_schema = DATABASE() AND referenced_table_name = 'posts')
           UNION ALL
          SELECT CONCAT('trigger ', trigger_name) FROM information_schema.triggers
           WHERE event_object_schema = DATABASE() AND event_object_table = 'posts'`,
  })) as readonly { name: string }[];
  if (dependents.length === 0) return;
  const names = dependents.map(({ name }) => name).join(', ');
  throw new SeedError(
    `Seeding puts another table in the place of posts, but there is: ${names}. Nothing was changed; drop it first.`,
  );
}

async function makeScratchTable(connection: Connection): Promise<void> {
  await query(connection, { sql: `DROP TABLE IF EXISTS ${SCRATCH}, ${REPLACED}` });
  await query(connection, { sql: `CREATE TABLE ${SCRATCH} LIKE posts` });
}

/** Tries to drop the scratch table. If the connection is lost, the next seeding drops the table. */
async function dropScratchTable(connection: Connection): Promise<void> {
  try {
    await query(connection, { sql: `DROP TABLE IF EXISTS ${SCRATCH}` });
  } catch {
    // This error is ignored, so that the caller gets the earlier error that stopped the seeding.
  }
}

async function allowsLoadData(connection: Connection): Promise<boolean> {
  const rows = await query(connection, { sql: 'SELECT @@local_infile AS allowed' });
  return (rows as { allowed: number }[])[0]?.allowed === 1;
}

/**
 * Renames both tables in one statement, so that a reader finds either the old posts or the new posts. The statement
 * waits for reports that are reading.
 */
async function swapTables(connection: Connection): Promise<void> {
  await query(connection, { sql: `RENAME TABLE posts TO ${REPLACED}, ${SCRATCH} TO posts` });
  await query(connection, { sql: `DROP TABLE ${REPLACED}` });
  await query(connection, { sql: 'ANALYZE TABLE posts' });
}

import knexModule from 'knex';
import { generatePosts, type SeedPost } from '../../seeds/posts/generate-posts.js';
import { readSeedSettings } from '../../seeds/posts/seed-settings.js';
import { connectionSettings } from '../../src/adapters/mysql/connection-settings.js';
import { databaseUrl, type StartContestant } from '../contestant-module.js';

const ROWS_IN_MEMORY = 10_000;
const ROWS_PER_INSERT = 1000;

/** Seeds the same posts with Knex's `batchInsert`, 1000 posts a statement. */
export const insertInBatches: StartContestant = async () => {
  const db = knexModule.knex({ client: 'mysql2', connection: connectionSettings(databaseUrl()) });
  return async () => {
    const settings = readSeedSettings(process.env);
    await db('posts').truncate();
    for (const rows of batches(generatePosts(settings))) await db.batchInsert('posts', rows, ROWS_PER_INSERT);
    await db.raw('ANALYZE TABLE posts'); // as the seed of this project does
    return `${settings.posts} posts`;
  };
};

function* batches(posts: Iterable<SeedPost>) {
  let rows: object[] = [];
  for (const { userId, context, createdAt } of posts) {
    rows.push({ user_id: userId, context, created_at: new Date(createdAt) });
    if (rows.length < ROWS_IN_MEMORY) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import knexModule, { type Knex } from 'knex';
import type { Connection } from 'mysql2';
import { seed } from '../../seeds/posts.js';
import { generatePosts } from '../../seeds/posts/generate-posts.js';
import { readSeedSettings } from '../../seeds/posts/seed-settings.js';
import { insertPosts } from '../../seeds/posts/write-posts.js';
import { connectionSettings } from '../../src/adapters/mysql/connection-settings.js';
import type { TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';

let own: TestDatabase;
let knex: Knex;
const environment = { ...process.env };

beforeAll(async () => {
  own = await createMigratedDatabase();
  knex = knexModule.knex({
    client: 'mysql2',
    connection: connectionSettings(own.url),
    pool: { min: 0, max: 2 },
  });
});
beforeEach(() => {
  process.env = { ...environment };
  jest.spyOn(console, 'log').mockImplementation(() => {});
});
afterAll(async () => {
  process.env = environment;
  await knex.destroy();
  await own.drop();
});

interface Post {
  readonly user_id: number;
  readonly context: string;
  readonly created_at: Date;
}

async function seeded(variables: Record<string, string>): Promise<readonly Post[]> {
  Object.assign(process.env, variables);
  await seed(knex);
  return knex<Post>('posts').select('user_id', 'context', 'created_at').orderBy('id');
}

test('5,000 posts of 10 to 100 words replace what was there', async () => {
  await knex('posts').insert({ user_id: -1, context: 'old', created_at: new Date() });

  const posts = await seeded({});

  expect(posts).toHaveLength(5000);
  const words = posts.map(({ context }) => context.split(' ').length);
  expect(Math.min(...words)).toBe(10);
  expect(Math.max(...words)).toBe(100);
  const userIds = posts.map(({ user_id }) => user_id);
  expect(Math.min(...userIds)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...userIds)).toBeLessThanOrEqual(500);
  expect(new Set(posts.map(({ context }) => context)).size).toBe(5000);
  expect(posts.every(({ created_at }) => created_at <= new Date())).toBe(true);
});

test('the new posts have the indexes of those before', async () => {
  await knex.raw('ALTER TABLE posts ADD KEY `a ``quoted`` one` (created_at, context(10)) COMMENT ?', [
    'a, `b`',
  ]);
  const definition = async () => {
    const [[shown]] = await knex.raw('SHOW CREATE TABLE posts');
    return shown['Create Table'].replace(/ AUTO_INCREMENT=\d+/, '') as string;
  };
  const before = await definition();

  await seeded({ SEED_POSTS: '3' });

  expect(await definition()).toBe(before);
  await knex.raw('ALTER TABLE posts DROP KEY `a ``quoted`` one`');
});

test('the same SEED_RANDOM gives the same posts, another one gives others', async () => {
  const variables = { SEED_POSTS: '300', SEED_USERS: '7', SEED_RANDOM: '42' };
  const first = await seeded(variables);

  expect(await seeded(variables)).toEqual(first);
  expect(new Set(first.map(({ user_id }) => user_id)).size).toBe(7);
  expect(await seeded({ ...variables, SEED_RANDOM: '43' })).not.toEqual(first);
  expect(await seeded({ SEED_POSTS: '300' })).toHaveLength(300);
});

test('every user has a post where there are posts enough', async () => {
  const posts = await seeded({ SEED_POSTS: '1000', SEED_USERS: '1000', SEED_RANDOM: '42' });

  const userIds = posts.map(({ user_id }) => user_id);
  expect(new Set(userIds).size).toBe(1000);
  expect(Math.max(...userIds)).toBe(1000);
  expect(userIds).not.toEqual(userIds.toSorted((a, b) => a - b));
});

test('servers that do not allow LOAD DATA get the same posts', async () => {
  const loaded = await seeded({ SEED_POSTS: '2500', SEED_RANDOM: '42' });
  await knex('posts').truncate();
  let written = 0;
  const connection = (await knex.client.acquireConnection()) as Connection;
  try {
    await insertPosts(generatePosts(readSeedSettings(process.env)), {
      connection,
      table: 'posts',
      onWritten: (posts) => (written += posts),
    });
  } finally {
    await knex.client.releaseConnection(connection);
  }

  expect(written).toBe(2500);
  expect(await knex<Post>('posts').select('user_id', 'context', 'created_at').orderBy('id')).toEqual(loaded);
});

test.each([
  ['SEED_POSTS', '0'],
  ['SEED_POSTS', '10000001'],
  ['SEED_POSTS', '1e3'],
  ['SEED_POSTS', '-5'],
  ['SEED_USERS', 'many'],
  ['SEED_RANDOM', '1.5'],
])('%s=%s is refused with a message that names both, and the posts stay', async (name, value) => {
  const before = await seeded({ SEED_POSTS: '3' });
  Object.assign(process.env, { [name]: value });

  await expect(seed(knex)).rejects.toThrow(new RegExp(`^${name} must be .*"${value}"`));

  expect(await knex<Post>('posts').select('user_id', 'context', 'created_at').orderBy('id')).toEqual(before);
});

test('production is refused, unless it is forced', async () => {
  Object.assign(process.env, { NODE_ENV: 'production', SEED_POSTS: '3' });

  await expect(seed(knex)).rejects.toThrow('FORCE=1');
  expect(await seeded({ FORCE: '1' })).toHaveLength(3);
});

test('a database whose rows come from a source is refused, unless it is forced', async () => {
  Object.assign(process.env, { SOURCE_DATABASE_URL: own.url, SEED_POSTS: '3' });

  await expect(seed(knex)).rejects.toThrow(/SOURCE_DATABASE_URL.*FORCE=1/);
  expect(await seeded({ FORCE: '1' })).toHaveLength(3);
});

test('it says first how many posts it replaces', async () => {
  await seeded({ SEED_POSTS: '3' });
  const log = jest.spyOn(console, 'log');
  log.mockClear();

  await seeded({ SEED_POSTS: '2' });

  expect(log.mock.calls[0]).toEqual(['Replaces about 3 posts.']);
});

test.each([
  [
    'a foreign key of another table',
    'CREATE TABLE likes (post_id BIGINT UNSIGNED NOT NULL, CONSTRAINT tied FOREIGN KEY (post_id) REFERENCES posts (id))',
    'DROP TABLE likes',
  ],
  [
    'a trigger',
    'CREATE TRIGGER tied BEFORE INSERT ON posts FOR EACH ROW SET NEW.user_id = NEW.user_id',
    'DROP TRIGGER tied',
  ],
])('%s that holds on to posts is named, and the posts stay', async (_, tie, untie) => {
  const before = await seeded({ SEED_POSTS: '3' });
  await knex.raw(tie);

  await expect(seed(knex)).rejects.toThrow(/tied.*Nothing was changed/);

  await knex.raw(untie);
  expect(await knex<Post>('posts').select('user_id', 'context', 'created_at').orderBy('id')).toEqual(before);
  expect(await knex.schema.hasTable('posts_replaced')).toBe(false);
});

test('a seeding that fails leaves the posts as they were', async () => {
  const before = await seeded({ SEED_POSTS: '3' });
  await knex.raw('ALTER TABLE posts ADD CONSTRAINT few CHECK (user_id < 2)');

  await expect(seeded({ SEED_POSTS: '1000' })).rejects.toThrow();

  await knex.raw('ALTER TABLE posts DROP CONSTRAINT few');
  expect(await knex<Post>('posts').select('user_id', 'context', 'created_at').orderBy('id')).toEqual(before);
  expect(await knex.schema.hasTable('posts_seeding')).toBe(false);
});

test('a table that a foreign key ties to another one is refused before anything is replaced', async () => {
  const before = await seeded({ SEED_POSTS: '3' });
  await knex.raw(
    'CREATE TABLE likes (post BIGINT UNSIGNED, FOREIGN KEY likes_post (post) REFERENCES posts (id))',
  );
  try {
    await expect(seed(knex)).rejects.toThrow('foreign key');
    expect(await knex<Post>('posts').select('user_id', 'context', 'created_at').orderBy('id')).toEqual(
      before,
    );
  } finally {
    await knex.schema.dropTable('likes');
  }
});

test('a second seeding is refused, and leaves the first one the table that it writes', async () => {
  await seeded({ SEED_POSTS: '3' }); // the connection keeps its lock, as while a seeding writes
  await knex.raw('CREATE TABLE posts_seeding LIKE posts');
  const second = knexModule.knex({ client: 'mysql2', connection: connectionSettings(own.url) });

  await expect(seed(second)).rejects.toThrow('Another seeding runs');

  await second.destroy();
  expect(await knex.schema.hasTable('posts_seeding')).toBe(true);
  await knex.schema.dropTable('posts_seeding');
});

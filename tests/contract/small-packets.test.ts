/** `max_allowed_packet=1M` is the smallest value among hosted servers. The service's messages are smaller. */
import { tableOf } from '../support/reports.js';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Knex } from 'knex';
import { seed } from '../../seeds/posts.js';
import { createDatabase, type Database } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { startDatabaseServer, type DatabaseServer } from './database-server.js';
import { claimOf, report, request, running, times } from './job-store/material.js';
import { knexForMigrations } from '../support/migrated-database.js';

let server: DatabaseServer;
let database: Database;
let knex: Knex;

beforeAll(async () => {
  server = await startDatabaseServer(['--max-allowed-packet=1M', '--local-infile=0']);
  knex = knexForMigrations(server.url);
  await knex.migrate.latest();
  database = createDatabase(server.url, { multipleStatements: true });
});
afterAll(async () => {
  await database?.close();
  await knex?.destroy();
  await server?.close();
});

test('posts are seeded', async () => {
  jest.spyOn(console, 'log').mockImplementation(() => {});
  process.env['SEED_POSTS'] = '12000';
  await seed(knex);
  delete process.env['SEED_POSTS'];
  expect(await knex('posts').count({ posts: '*' }).first()).toEqual({ posts: 12_000 });
});

test('a report over 300,000 users is saved', async () => {
  const store = createJobStore(database);
  const job = await running(store);
  const random = () => Math.floor(Math.random() * 2 ** 32);
  const result = report(await store.now(), tableOf(times(300_000).map((user) => [user, random(), random()])));
  const ended = await store.succeed(claimOf(job), result, { resultTtlSeconds: 60 });
  expect(ended?.status).toBe('SUCCEEDED');
});

test('requests with the longest filters are accepted, many at once', async () => {
  const store = createJobStore(database);
  const filter = () => ({ userIds: times(1000).map(() => -2_000_000_000 - Math.floor(Math.random() * 1e8)) });
  await store.now(); // opens the connection
  const accepted = await Promise.all(times(120).map(() => store.accept(request({ filter: filter() }))));
  expect(new Set(accepted.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
});

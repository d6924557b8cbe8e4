import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { trimFinishedJobs } from '../../src/adapters/bee-queue/finished-jobs.js';
import { startTestRedis, type TestRedis } from './redis-server.js';

let redis: TestRedis;
let client: Redis;
const toKey = (name: string): string => `bq:posts-report:${name}`;
const HOUR_MS = 60 * 60 * 1000;

beforeAll(async () => {
  redis = await startTestRedis();
  client = new Redis(redis.url);
});
beforeEach(() => client.flushall());
afterAll(async () => {
  client.disconnect();
  await redis.close();
});

async function finish(state: 'succeeded' | 'failed', ids: readonly string[]): Promise<void> {
  await client.hset(toKey('jobs'), Object.fromEntries(ids.map((id) => [id, '{}'])));
  await client.sadd(toKey(state), ...ids);
}

function ids(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(5, '0')}-1`);
}

test('the latest 1,000 successes stay', async () => {
  const now = Date.now();
  await finish('succeeded', ids('OLD', 900));
  await trimFinishedJobs({ client }, toKey, now - 1000);
  await finish('succeeded', ids('NEW', 900));
  await trimFinishedJobs({ client }, toKey, now);

  const left = await client.smembers(toKey('succeeded'));

  expect(left).toHaveLength(1000);
  expect(left.filter((id) => id.startsWith('NEW'))).toHaveLength(900);
  expect((await client.hkeys(toKey('jobs'))).sort()).toEqual(left.sort());
  expect(await client.zcard(toKey('succeededAt'))).toBe(1000);
});

test('far too many are removed in one round, in batches', async () => {
  await finish('succeeded', ids('J', 5000));

  await trimFinishedJobs({ client }, toKey);

  expect(await client.scard(toKey('succeeded'))).toBe(1000);
  expect(await client.hlen(toKey('jobs'))).toBe(1000);
});

test('failures stay for 24 hours, however many', async () => {
  const now = Date.now();
  await finish('failed', ids('OLD', 10));
  await trimFinishedJobs({ client }, toKey, now - 24 * HOUR_MS - 1);
  await finish('failed', ids('NEW', 1500));
  await trimFinishedJobs({ client }, toKey, now - 23 * HOUR_MS);
  await trimFinishedJobs({ client }, toKey, now);

  expect(await client.scard(toKey('failed'))).toBe(1500);
  expect(await client.hlen(toKey('jobs'))).toBe(1500);
});

test('a message that was sent again is left alone', async () => {
  const now = Date.now();
  await finish('failed', ['A-1']);
  await trimFinishedJobs({ client }, toKey, now - 25 * HOUR_MS);
  await client.srem(toKey('failed'), 'A-1');
  await client.lpush(toKey('waiting'), 'A-1');

  await trimFinishedJobs({ client }, toKey, now);

  expect(await client.hexists(toKey('jobs'), 'A-1')).toBe(1);
  expect(await client.zcard(toKey('failedAt'))).toBe(0);
});

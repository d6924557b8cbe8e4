/**
 * The faults of ioredis 5.11.1 and graphql-redis-subscriptions 2.7.0 that src/adapters/redis works around. A test that
 * fails after an upgrade means that its workaround may be superfluous.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startTestRedis, type TestRedis } from './redis-server.js';
import { until } from '../support/waiting.js';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());

/** Runs a program in another process, because the fault ends the process. */
async function run(program: string): Promise<{ code: unknown; complaints: string }> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (data) => (complaints += String(data)));
  const [code] = (await once(child, 'exit')) as unknown[];
  return { code, complaints };
}

test('graphql-redis-subscriptions: a SUBSCRIBE that fails ends the process, however it is caught (issue #593)', async () => {
  const { code, complaints } = await run(`
    const { Redis } = require('ioredis');
    const { RedisPubSub } = require('graphql-redis-subscriptions');
    const options = { port: 1, maxRetriesPerRequest: 0 };
    const [publisher, subscriber] = [new Redis(options), new Redis(options)];
    for (const client of [publisher, subscriber]) client.on('error', () => {});
    new RedisPubSub({ publisher, subscriber }).subscribe('channel', () => {}).catch(() => {});
    setTimeout(() => process.exit(0), 5000);`);

  expect(code).toBe(1);
  expect(complaints).toMatch(/MaxRetriesPerRequestError/);
});

test('ioredis: a SUBSCRIBE of its own after a reconnect that fails ends the process', async () => {
  await redis.run('ACL', 'SETUSER', 'app', 'on', '>pass', '~*', '&*', '+@all');
  const url = new URL(redis.url);
  [url.username, url.password] = ['app', 'pass'];
  // When a user loses the right to a channel, Redis closes the user's connections that listen to it.
  const { code, complaints } = await run(`
    const { Redis } = require('ioredis');
    const subscriber = new Redis('${url.href}');
    subscriber.on('error', () => {});
    subscriber.subscribe('channel').then(() =>
      new Redis('${redis.url}').call('ACL', 'SETUSER', 'app', 'resetchannels'));
    setTimeout(() => process.exit(0), 5000);`);

  expect(code).toBe(1);
  expect(complaints).toMatch(/NOPERM/);
});

test('ioredis: a command whose connection breaks may never be answered', async () => {
  const client = new Redis(redis.url, { autoResendUnfulfilledCommands: false, maxRetriesPerRequest: null });
  client.on('error', () => {});
  await once(client, 'ready');
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  client.brpop('nothing', 0).then(settle, settle);

  await redis.run('CLIENT', 'KILL', 'ID', String(await idOf('brpop')));
  await until(() => client.status !== 'ready');
  await until(() => client.status === 'ready');
  await client.ping();
  await delay(200);

  expect(settled).toBe(false);
  client.disconnect();
});

test('ioredis: disconnect(true) waits for the server to close the connection', async () => {
  const client = new Redis(redis.url, { retryStrategy: () => 50 });
  client.on('error', () => {});
  await once(client, 'ready');
  redis.freeze();
  client.disconnect(true);
  await delay(1000);

  expect(client.status).toBe('ready');

  redis.thaw();
  client.disconnect();
});

async function idOf(command: string): Promise<string | undefined> {
  let id: string | undefined;
  await until(async () => {
    const clients = String(await redis.run('CLIENT', 'LIST'));
    id = new RegExp(`^id=(\\d+) .* cmd=${command} `, 'm').exec(clients)?.[1];
    return id !== undefined;
  });
  return id;
}

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { BeeBroker } from '../../src/adapters/bee-queue/bee-broker.js';
import { connectMessaging } from '../../src/adapters/connect-messaging.js';
import { messageId } from '../../src/jobs/ports/broker.js';
import { attempt } from './broker/harness.js';
import { queueNamesContract } from './queue-names.contract.js';
import { silentLogger, startTestRedis, type TestRedis } from './redis-server.js';
import { createCollector, until, underLoad } from '../support/waiting.js';

let redis: TestRedis;
const brokers: BeeBroker[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterEach(async () => {
  redis.thaw();
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  await redis.run('FLUSHALL');
});
afterAll(() => redis.close());

queueNamesContract('Redis', () => redis);

async function connect(options: { stallIntervalMs?: number } = {}): Promise<BeeBroker> {
  const broker = new BeeBroker({ url: redis.url, logger: silentLogger(), ...options });
  brokers.push(broker);
  await until(() => broker.isUp());
  return broker;
}

test('a frozen Redis is noticed within 3 s, no send takes longer than 1 s, and all slots resume', async () => {
  const broker = await connect();
  const started = createCollector<() => void>();
  broker.consume(() => new Promise<void>((resolve) => started.add(resolve)), { concurrency: 8 });

  redis.freeze();
  const frozenAt = performance.now();
  await expect(broker.send(attempt('A', 1))).rejects.toThrow();
  expect(performance.now() - frozenAt).toBeLessThan(underLoad(1000));
  await until(() => !broker.isUp(), 3000);
  // Time for every connection to be closed and reopened while the server still does not answer.
  await delay(6000 - (performance.now() - frozenAt));
  redis.thaw();
  const thawedAt = performance.now();
  await until(() => broker.isUp(), 1000);
  await Promise.all(Array.from({ length: 8 }, (_, n) => broker.send(attempt(`J${n}`, 1))));

  for (const end of await started.take(8, 2000 - (performance.now() - thawedAt))) end();
});

test('a short freeze only delays messages', async () => {
  const broker = await connect();
  const delivered = createCollector<string>();
  broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });

  redis.freeze();
  const sending = broker.send(attempt('A', 1));
  await delay(500);
  redis.thaw();
  await sending;

  expect(await delivered.next()).toBe('A-1');
});

test('a full Redis counts as away, although it answers, until it takes messages again', async () => {
  const broker = await connect();
  const delivered = createCollector<string>();
  broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });
  await redis.run('CONFIG', 'SET', 'maxmemory', '1');
  try {
    await expect(broker.send(attempt('A', 1))).rejects.toThrow();
    expect(broker.isUp()).toBe(false);
    expect(await redis.run('PING')).toContain('PONG');
  } finally {
    await redis.run('CONFIG', 'SET', 'maxmemory', '0');
  }
  await until(() => broker.isUp(), 10_000);
  await broker.send(attempt('A', 1));

  expect(await delivered.next()).toBe('A-1');
});

test('a process that sends nothing detects a full Redis too', async () => {
  const broker = await connect();
  await redis.run('CONFIG', 'SET', 'maxmemory', '1');
  try {
    await until(() => !broker.isUp(), 3000);
  } finally {
    await redis.run('CONFIG', 'SET', 'maxmemory', '0');
  }
});

test('SCRIPT FLUSH changes nothing', async () => {
  const broker = await connect({ stallIntervalMs: 100 });
  const delivered = createCollector<string>();
  broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });

  await redis.run('SCRIPT', 'FLUSH');
  await broker.send(attempt('A', 1));
  expect(await delivered.next()).toBe('A-1');

  // After SCRIPT FLUSH the stall check still works: it finds an abandoned message.
  await redis.run('SCRIPT', 'FLUSH');
  await redis.run('HSET', 'bq:posts-report:jobs', 'B-1', '{"data":{},"options":{},"status":"created"}');
  await redis.run('LPUSH', 'bq:posts-report:active', 'B-1');
  expect(await delivered.next()).toBe('B-1');
});

test('broken connections are reopened', async () => {
  const broker = await connect();
  const delivered = createCollector<string>();
  broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 4 });

  for (let round = 1; round <= 3; round++) {
    await redis.run('CLIENT', 'KILL', 'TYPE', 'normal');
    await until(() => !broker.isUp());
    await until(() => broker.isUp(), 1000);
    await broker.send(attempt('A', round));
    expect(await delivered.next(2000)).toBe(`A-${round}`);
  }
});

test('an unfinished message sent again is delivered once', async () => {
  const broker = await connect();
  await Promise.all(Array.from({ length: 20 }, () => broker.send(attempt('A', 1))));

  expect(await redis.run('LLEN', 'bq:posts-report:waiting')).toBe(1);
});

test('a finished message sent again by many at once is delivered once more', async () => {
  const broker = await connect();
  const delivered = createCollector<string>();
  const consumer = broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });
  await broker.send(attempt('A', 1));
  await delivered.next();
  await until(async () => (await redis.run('SCARD', 'bq:posts-report:succeeded')) === 1);
  await consumer.close();

  await Promise.all(Array.from({ length: 20 }, () => broker.send(attempt('A', 1))));

  expect(await redis.run('LLEN', 'bq:posts-report:waiting')).toBe(1);
  expect(await redis.run('SCARD', 'bq:posts-report:succeeded')).toBe(0);
});

test('an id without a record is removed from the queue', async () => {
  const broker = await connect({ stallIntervalMs: 100 });
  broker.consume(async () => {}, { concurrency: 1 });

  await redis.run('LPUSH', 'bq:posts-report:waiting', 'GHOST-1');

  await until(async () => {
    const left = await Promise.all(
      ['waiting', 'active'].map((list) => redis.run('LLEN', `bq:posts-report:${list}`)),
    );
    return left.every((length) => length === 0);
  });
});

test('the record of a failure holds only its code', async () => {
  const broker = await connect();
  broker.consume(() => Promise.reject(new Error('mysql://app:secret@db')), { concurrency: 1 });
  await broker.send(attempt('A', 1));
  await until(async () => (await redis.run('SCARD', 'bq:posts-report:failed')) === 1);

  const record = await redis.run('HGET', 'bq:posts-report:jobs', 'A-1');

  expect(JSON.parse(String(record))).toMatchObject({
    data: { jobId: 'A', kind: 'posts', filter: { userIds: [1, 2], createdFrom: null } },
    status: 'failed',
    options: { stacktraces: ['INTERNAL'] },
  });
});

test('a message of another service is finished, and logged once', async () => {
  const warnings: string[] = [];
  const logger = { ...silentLogger(), warn: (_: object, message: string) => void warnings.push(message) };
  const messaging = connectMessaging({ url: redis.url, queueName: 'posts-report', logger });
  try {
    messaging.broker.consume(() => Promise.reject(new Error('not to be called')), { concurrency: 1 });
    await until(() => messaging.broker.isUp());
    const record = '{"data":{"to":"a@b"},"options":{"timestamp":1,"stacktraces":[]},"status":"created"}';
    for (const [id, data] of [
      ['17', record],
      ['18', record],
      ['NO-JSON-1', '{'],
      ['NULL-1', 'null'],
    ] as const) {
      await redis.run('HSET', 'bq:posts-report:jobs', id, data);
      await redis.run('LPUSH', 'bq:posts-report:waiting', id);
    }

    await until(async () => {
      const lengths = await Promise.all(
        ['waiting', 'active'].map((list) => redis.run('LLEN', `bq:posts-report:${list}`)),
      );
      return lengths.every((length) => length === 0);
    });
    await until(async () => (await redis.run('SCARD', 'bq:posts-report:succeeded')) === 2);
    expect(warnings.filter((warning) => /another service/.test(warning))).toHaveLength(1);
    expect(warnings.filter((warning) => /cannot be read/.test(warning))).toHaveLength(2);
  } finally {
    await messaging.close();
  }
});

test('a process that starts without Redis keeps running, logs at most warnings, and works once Redis is up', async () => {
  await redis.kill();
  const script = fileURLToPath(new URL('doomed-consumer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, redis.url]);
  let complaints = '';
  child.stderr.on('data', (data) => (complaints += String(data)));
  const sender = new BeeBroker({ url: redis.url, logger: silentLogger() });
  try {
    // Longer than the 10 s after which graphql-redis-subscriptions with ioredis' defaults ends a process.
    await delay(12_000);
    expect({ exitCode: child.exitCode, complaints }).toEqual({ exitCode: null, complaints: '' });

    await redis.start();
    await until(() => sender.isUp(), 1000);
    await sender.send(attempt('A', 1));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];

    expect(line.toString()).toBe('A-1\n');
    expect({ exitCode: child.exitCode, complaints }).toEqual({ exitCode: null, complaints: '' });
  } finally {
    child.kill('SIGKILL');
    await sender.close();
  }
});

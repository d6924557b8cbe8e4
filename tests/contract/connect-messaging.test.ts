import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectMessaging } from '../../src/adapters/connect-messaging.js';
import { loadConfig } from '../../src/config.js';
import type { JobEvent } from '../../src/jobs/ports/job-events.js';
import { attempt } from './broker/harness.js';
import { silentLogger, startTestRedis, type TestRedis } from './redis-server.js';
import { createCollector, until } from '../support/waiting.js';

const DATABASE_URL = 'mysql://u@127.0.0.1/posts';

describe('a URL that cannot work is refused at once, without showing its password', () => {
  test.each([
    ['mongodb://app:secret@127.0.0.1/0', /BROKER_URL begins with mongodb:/],
    ['localhost', /BROKER_URL/],
    ['redis://app:secret@127.0.0.1:port/0', /cannot be read/],
    ['amqp://app:secret@a:5672,b:port', /RabbitMQ URL cannot be read/],
    ['redis://app:secret@127.0.0.1/first', /database in a Redis URL is a number/],
    ['unix://app:secret@localhost/run/redis.sock', /BROKER_URL begins with unix:/],
  ])('%s', (url, message) => {
    expect(() => connectMessaging({ url, logger: silentLogger() })).toThrow(message);
    expect(() => connectMessaging({ url, logger: silentLogger() })).not.toThrow(/secret/);
    expect(() => loadConfig({ DATABASE_URL, BROKER_URL: url })).toThrow(/BROKER_URL must be a URL like/);
    expect(() => loadConfig({ DATABASE_URL, BROKER_URL: url })).not.toThrow(/secret/);
  });
});

test.each([
  'redis://127.0.0.1:1/3',
  'rediss://127.0.0.1:1',
  'amqp://127.0.0.1:1',
  'amqps://127.0.0.1:1/jobs',
])('%s is taken by the configuration and can be connected to', async (url) => {
  const { brokerUrl } = loadConfig({ DATABASE_URL, BROKER_URL: url });
  const messaging = connectMessaging({ url: brokerUrl, logger: silentLogger() });
  expect(messaging.broker.name).toBe(url.startsWith('redis') ? 'bee-queue' : 'rabbitmq');
  await messaging.close();
});

describe('with Redis', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(async () => {
    await redis.close();
  });

  test('returns at once while the broker is away, and says so', async () => {
    const messaging = connectMessaging({ url: 'redis://127.0.0.1:1/0', logger: silentLogger() });
    try {
      expect(messaging.broker.isUp()).toBe(false);
    } finally {
      await messaging.close();
    }
  });

  test('carries jobs and events with an account of its own and in another database', async () => {
    const url = new URL(redis.url);
    await redis.run(
      'ACL',
      'SETUSER',
      'app',
      'on',
      '>p@ss/word',
      '~bq:*',
      '&posts-report:*',
      '+@all',
      '-flushall',
    );
    url.username = 'app';
    url.password = encodeURIComponent('p@ss/word');
    url.pathname = '/3';

    await carries(url.href);

    expect(await redis.run('EXISTS', 'bq:posts-report:jobs')).toBe(0);
  });

  test('warns of a Redis that may evict jobs', async () => {
    const warnings = createCollector<string>();
    const logger = { ...silentLogger(), warn: (_: object, message: string) => warnings.add(message) };
    await redis.run('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const messaging = connectMessaging({ url: redis.url, logger });
    try {
      expect(await warnings.next()).toMatch(/maxmemory-policy/);
    } finally {
      await messaging.close();
      await redis.run('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    }
  });

  async function carries(url: string): Promise<void> {
    const messaging = connectMessaging({ url, logger: silentLogger() });
    const { broker, events } = messaging;
    const heard = createCollector<JobEvent>();
    const gaps = createCollector<string>();
    try {
      events.subscribe({ onEvent: (event) => heard.add(event), onGap: () => gaps.add('gap') });
      broker.consume(({ jobId, attempt: version }) => events.publish({ jobId, version }), { concurrency: 1 });
      await gaps.next();
      await until(() => broker.isUp());
      await broker.send(attempt('A', 4));
      expect(await heard.next()).toEqual({ jobId: 'A', version: 4 });
    } finally {
      await messaging.close();
    }
  }
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  connectMessaging as connectNamed,
  type MessagingOptions,
} from '../../src/adapters/connect-messaging.js';
import { loadConfig, type ConfigError } from '../../src/config.js';
import { caught } from '../support/caught.js';
import { silentLogger, startTestRedis, type TestRedis } from './redis-server.js';
import { createCollector } from '../support/waiting.js';

const DATABASE_URL = 'mysql://u@127.0.0.1/posts';

function connectMessaging(options: Omit<MessagingOptions, 'queueName'>): ReturnType<typeof connectNamed> {
  return connectNamed({ queueName: 'posts-report', ...options });
}

describe('a URL that cannot work is refused at once, without showing its password', () => {
  test.each([
    ['mongodb://app:secret@127.0.0.1/0', /its scheme is none of redis/],
    ['localhost', /its scheme is none of redis/],
    ['secret', /its scheme is none of redis/],
    ['redis://app:secret@127.0.0.1:port/0', /cannot be read/],
    ['amqp://app:secret@a:5672,b:port', /RabbitMQ URL cannot be read/],
    ['redis://app:secret@127.0.0.1/first', /database in a Redis URL is a number/],
    ['redis://app:secret@a:6379,b:6379', /A redis:\/\/ URL has one host/],
    ['redis://app:secret@127.0.0.1/0?tsl=true', /has no parameter tsl, but db, family, ssl_cert_reqs/],
    ['redis+sentinel://app:secret@a:26379', /names the master/],
    ['redis+sentinel://u:secret@h/m?sentinel_password=secret', /has no parameter sentinel_password/],
    ['redis+cluster://app:secret@a:6379/3', /has database 0 only/],
    ['amqp://app:secret@a?heart_beat=5', /has no parameter heart_beat, but heartbeat, /],
    ['amqp://app:secret@a?heartbeat=soon', /heartbeat .* is a whole number/],
    ['unix://app:secret@localhost/run/redis.sock', /its scheme is none of redis/],
  ])('%s', (url, message) => {
    expect(() => connectMessaging({ url, logger: silentLogger() })).toThrow(message);
    expect(() => connectMessaging({ url, logger: silentLogger() })).not.toThrow(/secret/);
    const { mistakes } = caught(() => loadConfig({ DATABASE_URL, BROKER_URL: url })) as ConfigError;
    expect(mistakes).toEqual([expect.stringMatching(/^BROKER_URL must be a URL like .*amqp:\/\/a:5672,b/)]);
    expect(mistakes.join()).toMatch(message);
    expect(() => loadConfig({ DATABASE_URL, BROKER_URL: url })).not.toThrow(/secret/);
  });
});

test.each([
  'redis://127.0.0.1:1/3',
  'redis+sentinel://127.0.0.1:1,127.0.0.1:2/master/3',
  'rediss+cluster://127.0.0.1:1,127.0.0.1:2',
  'rediss://127.0.0.1:1',
  'amqp://127.0.0.1:1',
  'amqps://127.0.0.1:1/jobs',
  'amqp://u:p@127.0.0.1:1,127.0.0.1:2/jobs?heartbeat=20',
])('%s is taken by the configuration and can be connected to', async (url) => {
  const { brokerUrl } = loadConfig({ DATABASE_URL, BROKER_URL: url });
  expect(brokerUrl).toBe(url);
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
});

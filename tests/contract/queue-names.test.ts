import { describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { connectMessaging, type Messaging } from '../../src/adapters/connect-messaging.js';
import { messageId } from '../../src/jobs/ports/broker.js';
import type { JobEvent } from '../../src/jobs/ports/job-events.js';
import { createCollector, until, type Collector } from '../support/waiting.js';
import { attempt } from './broker/harness.js';
import { startTestRabbit } from './rabbitmq-server.js';
import { silentLogger, startTestRedis } from './redis-server.js';
import type { TestServer } from './test-server.js';

interface Side {
  readonly messaging: Messaging;
  readonly delivered: Collector<string>;
  readonly heard: Collector<JobEvent>;
}

describe.each<[string, () => Promise<TestServer>]>([
  ['Redis', () => startTestRedis()],
  ['RabbitMQ', () => startTestRabbit()],
])('two services on one %s', (_, startServer) => {
  test('with different names take no messages of each other', async () => {
    const server = await startServer();
    const sides: Side[] = [];
    try {
      for (const queueName of ['posts-report', 'posts']) sides.push(await connect(server.url, queueName));
      const [a, b] = sides as [Side, Side];

      for (const [side, name] of [
        [a, 'A'],
        [b, 'B'],
      ] as const) {
        for (let n = 1; n <= 10; n++) await side.messaging.broker.send(attempt(name, n));
        await side.messaging.events.publish({ jobId: name, version: 1 });
        await side.delivered.take(10);
        expect(await side.heard.next()).toEqual({ jobId: name, version: 1 });
      }
      await delay(300);

      for (const [side, name] of [
        [a, 'A'],
        [b, 'B'],
      ] as const) {
        expect(side.heard.all).toHaveLength(1);
        expect([...side.delivered.all].sort()).toEqual(
          Array.from({ length: 10 }, (__, n) => `${name}-${n + 1}`).sort(),
        );
      }
    } finally {
      await Promise.all(sides.map(({ messaging }) => messaging.close()));
      await server.close();
    }
  });
});

async function connect(url: string, queueName: string): Promise<Side> {
  const messaging = connectMessaging({ url, queueName, logger: silentLogger() });
  const [delivered, heard, gaps] = [
    createCollector<string>(),
    createCollector<JobEvent>(),
    createCollector<string>(),
  ];
  messaging.events.subscribe({ onEvent: (event) => heard.add(event), onGap: () => gaps.add('gap') });
  messaging.broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });
  await gaps.next();
  await until(() => messaging.broker.isUp());
  return { messaging, delivered, heard };
}

test('a message of another service is finished, and logged once', async () => {
  const redis = await startTestRedis();
  const warnings: string[] = [];
  const logger = { ...silentLogger(), warn: (__: object, message: string) => void warnings.push(message) };
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
    await redis.close();
  }
});

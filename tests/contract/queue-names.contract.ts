import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { connectMessaging, type Messaging } from '../../src/adapters/connect-messaging.js';
import { messageId } from '../../src/jobs/ports/broker.js';
import type { JobEvent } from '../../src/jobs/ports/job-events.js';
import { createCollector, until, type Collector } from '../support/waiting.js';
import { attempt } from './broker/harness.js';
import { silentLogger } from './redis-server.js';
import type { TestServer } from './test-server.js';

interface Side {
  readonly messaging: Messaging;
  readonly delivered: Collector<string>;
  readonly heard: Collector<JobEvent>;
}

/**
 * Tests that every broker must pass together with its job events. Only the tests call `server`, because the server does
 * not run before.
 */
export function queueNamesContract(name: string, server: () => Pick<TestServer, 'url'>): void {
  test(`two services on one ${name} with different names take no messages of each other`, async () => {
    const sides: Side[] = [];
    try {
      for (const queueName of ['posts-report', 'posts']) sides.push(await connect(server().url, queueName));
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
    }
  });
}

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

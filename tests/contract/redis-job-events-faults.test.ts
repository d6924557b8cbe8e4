import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { RedisJobEvents } from '../../src/adapters/redis/redis-job-events.js';
import type { JobEvent } from '../../src/jobs/ports/job-events.js';
import { silentLogger, startTestRedis, type TestRedis } from './redis-server.js';
import { createCollector, type Collector, underLoad } from '../support/waiting.js';

const CHANNEL = 'posts-report:job-events';

let redis: TestRedis;
const open: RedisJobEvents[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterEach(async () => {
  redis.thaw();
  await Promise.all(open.splice(0).map((events) => events.close()));
});
afterAll(() => redis.close());

async function connect(warnings: string[] = []): Promise<{
  events: RedisJobEvents;
  heard: Collector<JobEvent>;
  gaps: Collector<string>;
}> {
  const logger = { ...silentLogger(), warn: (_: object, message: string) => void warnings.push(message) };
  const events = new RedisJobEvents({ url: redis.url, logger });
  open.push(events);
  const heard = createCollector<JobEvent>();
  const gaps = createCollector<string>();
  events.subscribe({ onEvent: (event) => heard.add(event), onGap: () => gaps.add('gap') });
  await gaps.next();
  return { events, heard, gaps };
}

test('a frozen Redis keeps no publisher waiting, and is followed by a gap', async () => {
  const { events, heard, gaps } = await connect();

  redis.freeze();
  for (let version = 1; version <= 3; version++) {
    const before = performance.now();
    await events.publish({ jobId: 'A', version });
    expect(performance.now() - before).toBeLessThan(underLoad(500));
  }
  await delay(4500); // until the connections are closed
  redis.thaw();
  await gaps.next(1500);
  await events.publish({ jobId: 'A', version: 4 });

  for (;;) if ((await heard.next()).version === 4) break;
});

test('each break of the listening connection is reported as one gap', async () => {
  const { events, heard, gaps } = await connect();
  for (let version = 1; version <= 5; version++) {
    await redis.run('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await gaps.next();
    await events.publish({ jobId: 'A', version });
    expect(await heard.next()).toEqual({ jobId: 'A', version });
  }
  expect(gaps.all).toHaveLength(6);
});

test('a payload that is no event is ignored, and logged once', async () => {
  const warnings: string[] = [];
  const { heard } = await connect(warnings);

  for (const junk of [
    'no JSON',
    '"text"',
    'null',
    '{"jobId":5,"version":1}',
    '{"jobId":"A","version":"1"}',
    '{"jobId":"A","version":0}',
    '[]',
  ]) {
    await redis.run('PUBLISH', CHANNEL, junk);
  }
  await redis.run('PUBLISH', CHANNEL, '{"jobId":"A","version":1,"more":true}');

  expect(await heard.next()).toEqual({ jobId: 'A', version: 1 });
  expect(warnings).toEqual(['something that is no job event came over the bus; ignored']);
});

test('a listener that throws does not keep the event from the others', async () => {
  const { events, heard } = await connect();
  events.subscribe({
    onEvent() {
      throw new Error('listener');
    },
    onGap() {},
  });
  const last = createCollector<JobEvent>();
  events.subscribe({ onEvent: (event) => last.add(event), onGap() {} });

  await events.publish({ jobId: 'A', version: 1 });

  expect(await last.next()).toEqual(await heard.next());
});

test('one subscription serves the whole process', async () => {
  const { events } = await connect();
  for (let n = 0; n < 100; n++) events.subscribe({ onEvent() {}, onGap() {} });

  expect(await redis.run('PUBSUB', 'NUMSUB', CHANNEL)).toEqual([CHANNEL, 1]);
});

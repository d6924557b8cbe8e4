/**
 * The faults of bee-queue 2.0.0 that src/adapters/bee-queue works around, shown with the stock library. A test that
 * fails after an upgrade means that its workaround may be superfluous.
 */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import BeeQueue from 'bee-queue';
import { startTestRedis, type TestRedis } from './redis-server.js';
import { createCollector, until } from '../support/waiting.js';

let redis: TestRedis;
const queues: BeeQueue<unknown>[] = [];

/** Options that the library reads but its types lack. */
type Settings = BeeQueue.QueueSettings & { redis?: object; initialRedisFailureRetryDelay?: number };

beforeAll(async () => {
  redis = await startTestRedis();
});
afterEach(async () => {
  redis.thaw();
  await Promise.all(queues.splice(0).map((queue) => queue.close(1).catch(() => {})));
  await redis.run('FLUSHALL');
});
afterAll(() => redis.close());

async function connect(settings: Settings = {}): Promise<BeeQueue<unknown>> {
  const queue = new BeeQueue<unknown>('stock', {
    getEvents: false,
    ...settings,
    redis: { url: redis.url, retry_strategy: () => 50, ...settings.redis },
  });
  queue.on('error', () => {});
  queues.push(queue);
  await queue.ready();
  return queue;
}

test('a script that Redis has forgotten is never loaded again (issues #147, #489)', async () => {
  const queue = await connect({ isWorker: false });
  await redis.run('SCRIPT', 'FLUSH');

  for (let tries = 0; tries < 3; tries++)
    await expect(queue.createJob({}).save()).rejects.toThrow(/NOSCRIPT/);
});

test('after a restart of Redis each slot sleeps twice as long as the one before', async () => {
  // By default the first slot sleeps 1 s, the eighth 128 s.
  const queue = await connect({ initialRedisFailureRetryDelay: 20 });
  const started = createCollector<() => void>();
  const ended = createCollector<string>();
  queue.on('succeeded', (job) => ended.add(job.id));
  queue.process(8, () => new Promise<void>((resolve) => started.add(resolve)));
  const sendEight = async (): Promise<void> => {
    const sender = await connect({ isWorker: false });
    for (let n = 0; n < 8; n++) await sender.createJob({}).save();
  };
  await sendEight();
  for (const end of await started.take(8)) end();
  await ended.take(8);
  await delay(100); // until eight slots wait

  await redis.kill();
  await redis.start();
  await sendEight();
  await started.take(1, 2000);

  await delay(700);
  expect(started.all.length - 8).toBeLessThan(8);
});

test('a process that starts while Redis is away dies, also with a listener for errors (issues #409, #691)', async () => {
  const program = `
    const BeeQueue = require('bee-queue');
    new BeeQueue('stock', { redis: { port: 1 } }).on('error', () => {});
    setTimeout(() => {}, 10_000);`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (data) => (complaints += String(data)));

  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(complaints).toMatch(/ECONNREFUSED/);
});

test('the client gives up for ever after connect_timeout (an hour unless set), with any retry strategy', async () => {
  const queue = await connect({ isWorker: false, redis: { connect_timeout: 300 } });
  await redis.kill();
  await delay(600);
  await redis.start();
  await delay(300);

  await expect(queue.checkHealth()).rejects.toThrow(/closed/);
});

test('a known id is dropped silently, also when its job is finished', async () => {
  const queue = await connect();
  const done = createCollector<string>();
  queue.on('succeeded', (job) => done.add(job.id));
  queue.process(async () => {});
  await queue.createJob({}).setId('A').save();
  await done.next();

  const again = await queue.createJob({}).setId('A').save();

  expect(again.id).toBeNull();
  expect((await queue.checkHealth()).waiting).toBe(0);
});

test('a falsy rejection counts as a success', async () => {
  const queue = await connect();
  const done = createCollector<string>();
  queue.on('succeeded', (job) => done.add(job.id));
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- rejects without an Error on purpose
  queue.process(() => Promise.reject(undefined));
  await queue.createJob({}).setId('A').save();

  expect(await done.next()).toBe('A');
});

test('a failure is kept with its stack', async () => {
  const queue = await connect();
  const done = createCollector<string>();
  queue.on('failed', (job) => done.add(job.id));
  queue.process(() => Promise.reject(new Error('secret')));
  await queue.createJob({}).setId('A').save();
  await done.next();

  expect(await redis.run('HGET', 'bq:stock:jobs', 'A')).toMatch(/secret\\n +at /);
});

test('process() does not look for jobs of dead workers again', async () => {
  const queue = await connect();
  queue.process(async () => {});

  expect(queue).toMatchObject({ checkTimer: null });
});

test('a first stall check that fails leaves a worker that never takes a job', async () => {
  const queue = await connect();
  const sender = await connect({ isWorker: false });
  await redis.run('SCRIPT', 'FLUSH');
  const taken = createCollector<string>();
  queue.process(async (job) => taken.add(job.id));
  await once(queue, 'error');
  await connect({ isWorker: false }); // loads the scripts again
  await sender.createJob({}).save();

  await delay(500);
  expect(taken.all).toEqual([]);
});

test('an id without a record stays in `active`', async () => {
  const queue = await connect();
  queue.process(async () => {});
  await redis.run('LPUSH', 'bq:stock:waiting', 'GHOST');

  await until(async () => (await queue.checkHealth()).active === 1);
  await delay(200);
  expect((await queue.checkHealth()).active).toBe(1);
});

test('a frozen Redis keeps a caller waiting without a limit', async () => {
  const queue = await connect({ isWorker: false });
  redis.freeze();
  let settled = false;
  const saving = queue
    .createJob({})
    .save()
    .finally(() => {
      settled = true;
    });
  await delay(1500);
  expect(settled).toBe(false);
  redis.thaw();
  await saving;
});

test('finished jobs are kept for ever, and progress is not kept', async () => {
  const queue = await connect();
  const step = createCollector<() => void>();
  queue.process(async (job) => {
    job.reportProgress(40);
    await new Promise<void>((resolve) => step.add(resolve));
  });
  await queue.createJob({}).setId('A').save();
  const end = await step.next();
  await delay(50);

  expect(JSON.parse(String(await redis.run('HGET', 'bq:stock:jobs', 'A')))).toMatchObject({ progress: 0 });
  end();
});

test('a sender keeps every job that it ever sent (issues #54, #255)', async () => {
  const queue = await connect({ isWorker: false });
  for (let n = 0; n < 5; n++) await queue.createJob({}).save();

  expect((queue.jobs as Map<string, unknown>).size).toBe(5);
});

test('close() gives up on a handler that takes longer, and then cannot record its end', async () => {
  const queue = await connect();
  const step = createCollector<() => void>();
  const errors = createCollector<Error>();
  queue.on('error', (error) => errors.add(error));
  queue.process(() => new Promise<void>((resolve) => step.add(resolve)));
  await queue.createJob({}).save();
  const end = await step.next();

  await expect(queue.close(20)).rejects.toThrow(/timed out/);
  end();

  expect((await errors.next()).message).toMatch(/unable to update the status/);
});

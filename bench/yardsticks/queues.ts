import BeeQueue from 'bee-queue';
import { Queue as BullQueue, QueueEvents, Worker as BullWorker } from 'bullmq';
import { startWorker } from '../../examples/assignment/worker.js';
import { posts } from '../../src/reports/kinds/posts.js';
import type { StartContestant } from '../contestant-module.js';
import { median } from '../statistics.js';
import { keysAndWords, reporter } from '../subjects/engine.js';
import { jobRows, noJobRows, type JobRows } from './job-rows.js';
import { redisAddress, redisPubSub } from './redis-address.js';
import { QUEUE } from './servers/round-trip.js';

/**
 * Stock queues whose workers make the same report and nothing else: no row for the request, no lease, no result outside
 * Redis. A producer's run adds this many jobs, each after the report of the last one has arrived. A worker takes jobs
 * as soon as it is started, so its run does nothing.
 */
const TRIPS = 20;

export const beeQueueWorker: StartContestant = async () => {
  const report = rowsOfPosts();
  const queue = new BeeQueue('round-trip', { redis: redisAddress(), getEvents: false });
  queue.process(1, report);
  await queue.ready();
  return async () => 'ready';
};

/** The worker of `examples/assignment`, for `servers/round-trip.ts`. */
export const workerWithEvents: StartContestant = () => workerThatKeeps(noJobRows());

/** The worker of `examples/assignment`, which also commits each job's start and end to the database. */
export const workerWithEventsAndRows: StartContestant = async () => workerThatKeeps(await jobRows());

async function workerThatKeeps(rows: JobRows) {
  const report = rowsOfPosts();
  const queue = new BeeQueue<{ id: string }>(QUEUE, { redis: redisAddress(), getEvents: false });
  startWorker(queue, redisPubSub(), async ({ id }) => {
    await rows.start(id);
    const counted = await report();
    await rows.succeed(id, counted);
    return counted;
  });
  await queue.ready();
  return async () => 'ready';
}

export const beeQueueProducer: StartContestant = async () => {
  const queue = new BeeQueue('round-trip', { redis: redisAddress(), isWorker: false });
  await queue.ready();
  // Waits for the queue's event, because Bee-Queue 2.0.0 loses a job's own event that arrives before the reply to
  // `save`.
  const ended = new Set<string>();
  const waiting = new Map<string, () => void>();
  queue.on('job succeeded', (id: string) => {
    ended.add(id);
    waiting.get(id)?.();
  });
  return () =>
    trips(async () => {
      const { id } = await queue.createJob({ filter: null }).save();
      if (!ended.has(id)) await new Promise<void>((resolve) => waiting.set(id, resolve));
      ended.delete(id);
      waiting.delete(id);
    });
};

export const bullMqWorker: StartContestant = async () => {
  const worker = new BullWorker('round-trip-bull', rowsOfPosts(), {
    connection: { ...redisAddress(), maxRetriesPerRequest: null },
  });
  await worker.waitUntilReady();
  return async () => 'ready';
};

export const bullMqProducer: StartContestant = async () => {
  const queue = new BullQueue('round-trip-bull', {
    connection: redisAddress(),
    // Keeps the latest 1000 finished jobs: `waitUntilFinished` fails for a job that is already removed.
    defaultJobOptions: { removeOnComplete: 1000 },
  });
  const events = new QueueEvents('round-trip-bull', { connection: redisAddress() });
  await events.waitUntilReady();
  return () =>
    trips(async () => {
      const job = await queue.add('report', { filter: null });
      await job.waitUntilFinished(events);
    });
};

/** The report's rows, in the form in which a worker returns them to its queue. */
function rowsOfPosts() {
  const generate = reporter(posts);
  return async () =>
    Array.from(keysAndWords(await generate()), ([userId, words]) => ({
      userId,
      totalWords: words,
    }));
}

async function trips(trip: () => Promise<void>) {
  const times: number[] = [];
  for (let count = 0; count < TRIPS; count += 1) {
    const begunAt = performance.now();
    await trip();
    times.push(performance.now() - begunAt);
  }
  return { answer: `${TRIPS} trips`, figures: { p50Ms: median(times) } };
}

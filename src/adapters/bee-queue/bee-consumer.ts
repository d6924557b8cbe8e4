import { onceAMinute } from '../../jobs/once-a-minute.js';
import { failureCode, type Consumer, type MessageHandler } from '../../jobs/ports/broker.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { RedisConnection } from '../redis/redis-connection.js';
import type { RedisRefusals } from '../redis/redis-refusals.js';
import type { BeeJob } from './bee-internals.js';
import { keepFinishedJobsFew } from './finished-jobs.js';
import { WorkingQueue } from './working-queue.js';

export interface BeeConsumerOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly queue: string;
  readonly refusals: RedisRefusals;
  readonly stallIntervalMs: number;
}

/** Delivers the queue's jobs to a handler, over connections that only this consumer uses. */
export function startBeeConsumer(
  { url, logger, queue: name, refusals, stallIntervalMs }: BeeConsumerOptions,
  handle: MessageHandler,
  concurrency: number,
): Consumer {
  const commands = new RedisConnection({ url, logger, queue: name, name: 'worker', commands: 'persist' });
  const blocking = new RedisConnection({
    url,
    logger,
    queue: name,
    name: 'worker-waiting',
    commands: 'persist',
    heartbeat: false,
  });
  const queue = new WorkingQueue(name, { commands, blocking, logger, refusals, stallIntervalMs });
  const stopTrimming = keepFinishedJobsFew(commands, (key) => queue.toKey(key));
  const running = new Set<Promise<void>>();
  const logForeign = onceAMinute((messageId: string) =>
    logger.warn(
      { messageId, queue: name },
      'a message of another service came over the queue; it is finished without work. ' +
        'Give each service a QUEUE_NAME of its own.',
    ),
  );

  queue.process(concurrency, async (job) => {
    const run = runHandler(job as BeeJob);
    running.add(run);
    try {
      await run;
    } finally {
      running.delete(run);
    }
  });

  let closed: Promise<void> | undefined;
  return { close: () => (closed ??= close()) };

  async function runHandler(job: BeeJob): Promise<void> {
    const message = parseMessageId(job.id);
    if (message === undefined) {
      logForeign(job.id);
      return;
    }
    try {
      await handle(message, { reportProgress: (percent) => queue.reportProgress(job, percent) });
    } catch (cause) {
      throw recordedFailure(cause);
    }
  }

  async function close(): Promise<void> {
    await queue.drain();
    stopTrimming();
    await Promise.allSettled(running);
    await queue.end();
    blocking.close();
    commands.close();
  }
}

/** The inverse of `messageId()`. Undefined for a message of another service. */
function parseMessageId(id: string): { jobId: string; attempt: number } | undefined {
  const [, jobId, attempt] = /^(.+)-(\d+)$/.exec(id) ?? [];
  return jobId === undefined ? undefined : { jobId, attempt: Number(attempt) };
}

/**
 * The error that Bee-Queue records for a failed handler. It is always an Error, because Bee-Queue 2.0.0 counts a falsy
 * rejection as success. It has no stack, because Bee-Queue would store the stack.
 */
function recordedFailure(cause: unknown): Error {
  const failure = new Error(failureCode(cause));
  failure.stack = failure.message;
  return failure;
}

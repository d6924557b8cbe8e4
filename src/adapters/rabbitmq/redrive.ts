import { setTimeout as delay } from 'node:timers/promises';
import { ConsumerStatus, type AsyncMessage } from 'rabbitmq-client';
import type { AttemptMessage } from '../../jobs/ports/broker.js';
import { inTime } from '../in-time.js';
import { parseAttemptMessage } from './parse-attempt-message.js';
import type { RabbitConsumerOptions, StartedLater } from './rabbitmq-consumer.js';
import { DEATH_REASON, TOO_OFTEN } from './topology.js';

/** Header that counts how often the message was sent again from the dead letters. */
export const REDRIVEN = 'posts-report-redriven';

/**
 * The maximum number of times that a dead letter is sent again. Then the message is dropped. Its job is not lost,
 * because the dispatcher sends new messages while the job waits.
 */
const MAX_RESENDS = 3;
const PAUSE_MS = 1000;
const CLOSE_TIMEOUT_MS = 1000;

type Send = (message: AttemptMessage, times: number) => Promise<void>;

/**
 * Sends dead letters again, one at a time. A dead letter is a message that was delivered too often without an outcome,
 * because workers or connections broke. The worker that gets it asks MySQL whether its job still waits.
 */
export function redrive({ connection, logger, topology }: RabbitConsumerOptions, send: Send): StartedLater {
  const { queue } = topology.deadLetters;
  const consumer = connection.createConsumer(
    { queue, queueOptions: { passive: true }, qos: { prefetchCount: 1 }, concurrency: 1, lazy: true },
    sendAgain,
  );
  consumer.on('error', () => {}); // the consumer reconnects by itself, and dead letters are not urgent

  let closing = false;
  return {
    start() {
      if (!closing) consumer.start();
    },
    async close() {
      closing = true;
      await inTime(consumer.close(), CLOSE_TIMEOUT_MS);
    },
  };

  async function sendAgain({ body, headers = {} }: AsyncMessage): Promise<ConsumerStatus> {
    const message = parseAttemptMessage(body);
    // A queue that an earlier version declared sends messages here for every reason. Only messages that were delivered
    // too often are sent again.
    if (message === undefined || headers[DEATH_REASON] !== TOO_OFTEN) return ConsumerStatus.ACK;
    const { jobId, attempt } = message;
    const times = Number(headers[REDRIVEN] ?? 0) + 1;
    if (times > MAX_RESENDS) {
      logger.warn(
        { jobId, attempt, queue },
        `dead letter dropped: sent again ${MAX_RESENDS} times, and no worker finished it`,
      );
      return ConsumerStatus.ACK;
    }
    try {
      await send(message, times);
    } catch {
      await delay(PAUSE_MS);
      return ConsumerStatus.REQUEUE;
    }
    logger.warn({ jobId, attempt, times, queue }, 'dead letter sent again');
    return ConsumerStatus.ACK;
  }
}

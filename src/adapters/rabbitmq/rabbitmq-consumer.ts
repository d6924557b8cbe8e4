import { ConsumerStatus, type AsyncMessage, type Connection } from 'rabbitmq-client';
import { onceAMinute } from '../../jobs/once-a-minute.js';
import { failureCode, type Consumer, type MessageHandler } from '../../jobs/ports/broker.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { OutageLog } from '../outage-log.js';
import { parseAttemptMessage } from './parse-attempt-message.js';
import { isRabbitRefusal, type RabbitRefusals } from './rabbitmq-refusals.js';
import type { Topology } from './topology.js';

export interface RabbitConsumerOptions {
  readonly connection: Connection;
  readonly logger: Logger;
  readonly topology: Topology;
  readonly refusals: RabbitRefusals;
  /** Called when the queue seems to be missing. */
  readonly onMissing: () => void;
}

/** A consumer that takes no messages before `start`. */
export interface StartedLater extends Consumer {
  readonly start: () => void;
}

const CLOSE_TIMEOUT_MS = 1000;

/**
 * One consumer per slot, with one message each. After a reconnect, a consumer of rabbitmq-client 5.0.8 waits until all
 * of its handlers have ended: if all slots shared one consumer, a long report would keep the free ones idle.
 */
export function startRabbitConsumer(
  { connection, logger, topology, refusals, onMissing }: RabbitConsumerOptions,
  handle: MessageHandler,
  concurrency: number,
): StartedLater {
  const running = new Set<Promise<ConsumerStatus>>();
  const errors = new OutageLog(logger, {
    began: 'a consumer of RabbitMQ reports an error; it goes on',
    ended: 'the consumers of RabbitMQ work again',
  });
  const logForeign = onceAMinute((messageId: string | undefined) =>
    logger.warn(
      { messageId, queue: topology.jobs.queue },
      'a message of another service came over the queue; it is dropped. Give each service a QUEUE_NAME of its own.',
    ),
  );
  const slots = Array.from({ length: concurrency }, () => {
    const slot = connection.createConsumer(
      {
        queue: topology.jobs.queue,
        queueOptions: { passive: true }, // accepts any arguments; RabbitBroker declares the queue
        qos: { prefetchCount: 1 },
        concurrency: 1,
        lazy: true,
      },
      (delivery) => {
        const run = work(delivery);
        running.add(run);
        return run.finally(() => running.delete(run));
      },
    );
    slot.on('error', (cause: unknown) => {
      if (!connection.ready) return;
      if (isRabbitRefusal(cause)) return refusals.add('messages', cause);
      if (!refusals.any) errors.notice(cause); // a refused declaration explains a missing queue
      onMissing();
    });
    slot.on('ready', () => {
      refusals.remove('messages');
      errors.end();
    });
    return slot;
  });

  let closing = false;
  return {
    start() {
      if (!closing) for (const slot of slots) slot.start();
    },
    close,
  };

  /** Never rejects. A failed message goes to a queue where people can see it; MySQL has the failure already. */
  async function work(delivery: AsyncMessage): Promise<ConsumerStatus> {
    const message = parseAttemptMessage(delivery.body);
    if (message === undefined) {
      logForeign(delivery.messageId);
      return ConsumerStatus.DROP;
    }
    const { jobId, attempt } = message;
    try {
      await handle({ jobId, attempt }, { reportProgress: () => {} });
      return ConsumerStatus.ACK;
    } catch (cause) {
      logger.debug(
        { jobId: message.jobId, attempt: message.attempt, code: failureCode(cause) },
        'message of a failed attempt',
      );
      return ConsumerStatus.DROP;
    }
  }

  async function close(): Promise<void> {
    closing = true;
    const goodbye = Promise.allSettled(slots.map((slot) => slot.close()));
    await Promise.allSettled(running);
    await inTime(goodbye, CLOSE_TIMEOUT_MS);
  }
}

import { ConsumerStatus, type AsyncMessage, type Connection } from 'rabbitmq-client';
import { failureCode, type Consumer, type MessageHandler } from '../../jobs/ports/broker.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { parseAttemptMessage } from './parse-attempt-message.js';
import type { Topology } from './topology.js';

export interface RabbitConsumerOptions {
  readonly connection: Connection;
  readonly logger: Logger;
  readonly topology: Topology;
  /** Told when there seems to be no queue to consume from. */
  readonly onMissing: () => void;
}

/** Takes no messages before it is started. */
export interface StartedLater extends Consumer {
  readonly start: () => void;
}

const GOODBYE_MS = 1000;

/**
 * One consumer per slot, with one message each. A consumer of rabbitmq-client 5.0.8 waits after a reconnect until every
 * handler that it had has ended; with all slots in one, a long report would keep the free ones idle.
 */
export function consume(
  { connection, logger, topology, onMissing }: RabbitConsumerOptions,
  handle: MessageHandler,
  concurrency: number,
): StartedLater {
  const running = new Set<Promise<ConsumerStatus>>();
  const slots = Array.from({ length: concurrency }, () => {
    const slot = connection.createConsumer(
      {
        queue: topology.jobs.queue,
        queueOptions: { passive: true }, // whatever its arguments are; the broker makes it
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
      logger.warn({ err: cause }, 'a consumer of RabbitMQ reports an error; it goes on');
      onMissing();
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

  /** Never rejects. What failed goes where people can see it; MySQL has the failure already. */
  async function work(delivery: AsyncMessage): Promise<ConsumerStatus> {
    const message = parseAttemptMessage(delivery.body);
    if (message === undefined) {
      logger.warn({ messageId: delivery.messageId }, 'something that is no message of this service; dropped');
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
    await inTime(goodbye, GOODBYE_MS);
  }
}

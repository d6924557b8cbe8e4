import { ConsumerStatus, type AsyncMessage } from 'rabbitmq-client';
import type { AttemptMessage, Consumer, MessageHandler } from '../../reports/ports/broker.js';
import type { Logger } from '../../reports/ports/logger.js';
import { failureCode } from '../failure-code.js';
import { inTime } from '../in-time.js';
import { closeRabbit, connectRabbit } from './rabbitmq-connection.js';
import type { Topology } from './topology.js';

export interface RabbitConsumerOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly topology: Topology;
}

const GOODBYE_MS = 1000;

/**
 * One consumer per slot, with one message each. A consumer of rabbitmq-client 5.0.8 waits after a reconnect until every
 * handler that it had has ended; with all slots in one, a long report would keep the free ones idle.
 */
export function consume(
  { url, logger, topology }: RabbitConsumerOptions,
  handle: MessageHandler,
  concurrency: number,
): Consumer {
  const connection = connectRabbit({ url, logger, name: 'worker' });
  const running = new Set<Promise<ConsumerStatus>>();
  const slots = Array.from({ length: concurrency }, () => {
    const slot = connection.createConsumer(
      {
        queue: topology.jobs.queue,
        queueOptions: topology.jobs,
        qos: { prefetchCount: 1 },
        concurrency: 1,
      },
      (delivery) => {
        const run = work(delivery);
        running.add(run);
        return run.finally(() => running.delete(run));
      },
    );
    slot.on('error', (cause: unknown) => {
      if (connection.ready)
        logger.warn({ err: cause }, 'a consumer of RabbitMQ reports an error; it goes on');
    });
    return slot;
  });

  let closed: Promise<void> | undefined;
  return { close: () => (closed ??= close()) };

  /** Never rejects. What failed becomes a dead letter, for people to see; MySQL has the failure already. */
  async function work(delivery: AsyncMessage): Promise<ConsumerStatus> {
    const message = parseMessage(delivery.body);
    if (message === undefined) {
      logger.warn({ messageId: delivery.messageId }, 'something that is no message of this service; dropped');
      return ConsumerStatus.DROP;
    }
    try {
      await handle(message, { reportProgress: () => {} });
      return ConsumerStatus.ACK;
    } catch (cause) {
      logger.debug({ ...message, code: failureCode(cause) }, 'message becomes a dead letter');
      return ConsumerStatus.DROP;
    }
  }

  async function close(): Promise<void> {
    const goodbye = Promise.allSettled(slots.map((slot) => slot.close()));
    await Promise.allSettled(running);
    await inTime(goodbye, GOODBYE_MS);
    await closeRabbit(connection);
  }
}

function parseMessage(body: unknown): Pick<AttemptMessage, 'jobId' | 'attempt'> | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { jobId, attempt } = body as Record<string, unknown>;
  if (typeof jobId !== 'string' || typeof attempt !== 'number') return undefined;
  return { jobId, attempt };
}
